"""Tokens, scopes, consents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from globus_sdk import AuthAPIError, TransferAPIError
from globus_sdk.scopes import TransferScopes

from loopback_globus.testing import LoopbackGlobus

from .conftest import sdk_client

_DATA_ACCESS = "https://auth.globus.org/scopes/{}/data_access"
_TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGlobus]:
    base = tmp_path_factory.mktemp("auth")
    kinds = ("mapped", "guest", "personal", "high-assurance")
    for kind in kinds:
        (base / kind).mkdir()
    with LoopbackGlobus({kind: (base / kind, kind) for kind in kinds}, directory=base / "service") as globus:
        yield globus


@pytest.fixture
def globus(started: LoopbackGlobus, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGlobus]:
    for name, value in started.environment().items():
        monkeypatch.setenv(name, value)
    yield started
    started.clear_faults()


@pytest.fixture
def auth(globus: LoopbackGlobus) -> globus_sdk.ConfidentialAppAuthClient:
    return globus_sdk.ConfidentialAppAuthClient(globus.client_id, globus.client_secret)


def transfer_with(token: str) -> globus_sdk.TransferClient:
    return globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(token))


def test_each_service_gets_a_token_of_its_own(auth: globus_sdk.ConfidentialAppAuthClient) -> None:
    scopes = f"{_TRANSFER} openid {_TRANSFER} email"
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes=scopes)
    assert set(tokens.by_resource_server) == {"transfer.api.globus.org", "auth.globus.org"}
    assert tokens.by_resource_server["auth.globus.org"]["scope"] == "openid email"
    assert tokens.by_resource_server["transfer.api.globus.org"]["expires_at_seconds"] > 0


def test_a_mapped_collection_requires_its_consent(
    globus: LoopbackGlobus, auth: globus_sdk.ConfidentialAppAuthClient
) -> None:
    mapped = globus.collections["mapped"]
    client = sdk_client(globus)
    with pytest.raises(TransferAPIError) as error:
        client.operation_ls(mapped, path="/")
    consent = error.value.info.consent_required
    assert (error.value.http_status, error.value.code) == (403, "ConsentRequired")
    assert consent.required_scopes == [f"{_TRANSFER}[*{_DATA_ACCESS.format(mapped)}]"]

    tokens = auth.oauth2_client_credentials_tokens(requested_scopes=consent.required_scopes)
    granted = transfer_with(tokens.by_resource_server["transfer.api.globus.org"]["access_token"])
    assert list(granted.operation_ls(mapped, path="/")) == []

    transfer = globus_sdk.TransferData(globus.collections["guest"], mapped)
    transfer.add_item("/a", "/a")
    with pytest.raises(TransferAPIError) as error:
        client.submit_transfer(transfer)
    assert error.value.code == "ConsentRequired"


def test_the_sdk_asks_for_data_access_by_itself(globus: LoopbackGlobus) -> None:
    mapped = globus.collections["mapped"]
    client = sdk_client(globus).add_app_data_access_scope(mapped)
    assert list(client.operation_ls(mapped, path="/")) == []


def test_the_sdk_obtains_a_missing_consent_by_itself(globus: LoopbackGlobus) -> None:
    app = globus_sdk.ClientApp(
        "redrive",
        client_id=globus.client_id,
        client_secret=globus.client_secret,
        config=globus_sdk.GlobusAppConfig(token_storage="memory", auto_redrive_gares=True),
    )
    client = globus_sdk.TransferClient(app=app)
    assert list(client.operation_ls(globus.collections["mapped"], path="/")) == []
    assert [line["status"] for line in globus.requests("GET", "/v0.10/operation")][-2:] == [403, 200]


@pytest.mark.parametrize("kind", ["guest", "personal", "high-assurance"])
def test_other_collections_have_no_data_access_scope(
    globus: LoopbackGlobus, auth: globus_sdk.ConfidentialAppAuthClient, kind: str
) -> None:
    collection = globus.collections[kind]
    with pytest.raises(AuthAPIError) as error:
        auth.oauth2_client_credentials_tokens(
            requested_scopes=f"{_TRANSFER}[*{_DATA_ACCESS.format(collection)}]"
        )
    assert error.value.http_status == 400
    assert "unknown scope" in error.value.message.lower()
    assert list(sdk_client(globus).operation_ls(collection, path="/")) == []


def test_kinds_of_collections_are_distinguished(globus: LoopbackGlobus) -> None:
    client = sdk_client(globus)
    shown = {name: client.get_endpoint(ident) for name, ident in globus.collections.items()}
    assert {name: e["entity_type"] for name, e in shown.items()} == {
        "mapped": "GCSv5_mapped_collection",
        "guest": "GCSv5_guest_collection",
        "personal": "GCP_mapped_collection",
        "high-assurance": "GCSv5_mapped_collection",
    }
    assert [name for name, e in shown.items() if e["high_assurance"]] == ["high-assurance"]


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ({"filter_scope": "all"}, {"mapped", "guest", "personal", "high-assurance"}),
        ({"filter_scope": "my-gcp-endpoints"}, {"personal"}),
        ({"filter_scope": "shared-by-me"}, {"guest"}),
        ({"filter_scope": "shared-with-me"}, set()),
        ({"filter_entity_type": "GCSv5_mapped_collection"}, {"mapped", "high-assurance"}),
        ({"filter_fulltext": "ASSUR"}, {"high-assurance"}),
        ({"filter_owner_id": "4d3ce8a2-0000-4000-8000-000000000000"}, set()),
        ({"filter_non_functional": True}, set()),
    ],
)
def test_a_search_is_narrowed(globus: LoopbackGlobus, calls: dict[str, Any], found: set[str]) -> None:
    client = sdk_client(globus)
    assert {e["display_name"] for e in client.endpoint_search(**calls)} == found
    with pytest.raises(TransferAPIError) as error:
        client.endpoint_search(filter_scope="unowned")
    assert error.value.http_status == 400


def test_an_expired_token_is_renewed_on_401(globus: LoopbackGlobus) -> None:
    client, guest = sdk_client(globus), globus.collections["guest"]
    client.operation_ls(guest, path="/")
    globus.expire_tokens()
    client.operation_ls(guest, path="/")
    assert [line["status"] for line in globus.requests("GET", "/v0.10/operation")][-3:] == [200, 401, 200]


def test_a_bad_token_says_so(globus: LoopbackGlobus) -> None:
    with pytest.raises(TransferAPIError) as error:
        transfer_with("nonsense").task_list()
    assert (error.value.http_status, error.value.code) == (401, "ClientError.AuthenticationFailed")


def test_a_token_for_another_service_is_refused(auth: globus_sdk.ConfidentialAppAuthClient) -> None:
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes="openid")
    token = tokens.by_resource_server["auth.globus.org"]["access_token"]
    with pytest.raises(TransferAPIError) as error:
        transfer_with(token).task_list()
    assert error.value.http_status == 403


def test_refresh_tokens_work_with_and_without_a_secret(
    globus: LoopbackGlobus, auth: globus_sdk.ConfidentialAppAuthClient
) -> None:
    native = globus_sdk.NativeAppAuthClient(globus.client_id)
    for client in (auth, native):
        authorizer = globus_sdk.RefreshTokenAuthorizer(globus.refresh_token(), client)
        assert globus_sdk.TransferClient(authorizer=authorizer).task_list().http_status == 200
    with pytest.raises(AuthAPIError) as error:
        native.oauth2_refresh_token("revoked")
    assert error.value.http_status == 400
    assert error.value.raw_json is not None
    assert error.value.raw_json["error"] == "invalid_grant"


def test_a_wrong_secret_is_refused(globus: LoopbackGlobus) -> None:
    wrong = globus_sdk.ConfidentialAppAuthClient(globus.client_id, "wrong")
    with pytest.raises(AuthAPIError) as error:
        wrong.oauth2_client_credentials_tokens(requested_scopes=TransferScopes.all)
    assert error.value.http_status == 401


def test_introspect_revoke_and_who_am_i(
    globus: LoopbackGlobus, auth: globus_sdk.ConfidentialAppAuthClient
) -> None:
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes="openid email profile")
    token = tokens.by_resource_server["auth.globus.org"]["access_token"]
    shown = auth.oauth2_token_introspect(token)
    assert (shown["active"], shown["client_id"]) == (True, globus.client_id)
    who = globus_sdk.AuthClient(authorizer=globus_sdk.AccessTokenAuthorizer(token)).userinfo()
    assert who["preferred_username"] == f"{globus.client_id}@clients.auth.globus.org"
    auth.oauth2_revoke_token(token)
    assert auth.oauth2_token_introspect(token)["active"] is False


def test_the_rate_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackGlobus({"guest": tmp_path}, switches=["--rate=0.5"]) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        app = globus_sdk.ClientApp(
            "rate",
            client_id=globus.client_id,
            client_secret=globus.client_secret,
            config=globus_sdk.GlobusAppConfig(token_storage="memory"),
        )
        patient = globus_sdk.transport.RetryConfig(max_retries=0)
        client = globus_sdk.TransferClient(app=app, retry_config=patient)
        answered = 0
        # Five in ten seconds; on a slow machine the first may no longer count when the sixth request arrives.
        with pytest.raises(TransferAPIError) as error:
            while True:
                client.task_list()
                answered += 1
    assert answered >= 5
    assert error.value.http_status == 429
    assert 1 <= int(error.value.headers["Retry-After"]) <= 10
