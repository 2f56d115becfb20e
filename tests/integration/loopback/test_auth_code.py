"""A person's login: the page, the code, PKCE, refresh tokens and consents, through the real SDK."""

from __future__ import annotations

import http.client
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from globus_sdk import AuthAPIError

from loopback_globus.auth.browser import approve
from loopback_globus.auth.codes import CODE_LIFETIME, Code, Codes
from loopback_globus.store import Store
from loopback_globus.testing import LoopbackError, LoopbackGlobus

_DATA_ACCESS = "https://auth.globus.org/scopes/{}/data_access"
_TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGlobus]:
    base = tmp_path_factory.mktemp("auth_code")
    kinds = ("mapped", "guest")
    for kind in kinds:
        (base / kind).mkdir()
    with LoopbackGlobus({kind: (base / kind, kind) for kind in kinds}, directory=base / "service") as globus:
        yield globus


@pytest.fixture
def globus(started: LoopbackGlobus, monkeypatch: pytest.MonkeyPatch) -> LoopbackGlobus:
    for name, value in started.environment().items():
        monkeypatch.setenv(name, value)
    return started


def native(globus: LoopbackGlobus, **flow: Any) -> tuple[globus_sdk.NativeAppAuthClient, str]:
    """A client in the middle of its flow, and the address that it shows."""
    client = globus_sdk.NativeAppAuthClient(globus.client_id)
    flow.setdefault("requested_scopes", f"openid profile email {_TRANSFER}")
    client.oauth2_start_flow(**{"refresh_tokens": True, **flow})
    return client, client.oauth2_get_authorize_url()


def with_other(url: str, **changes: str) -> str:
    """The address with other values for these fields."""
    address, _, query = url.partition("?")
    return f"{address}?{urllib.parse.urlencode({**dict(urllib.parse.parse_qsl(query)), **changes})}"


def test_a_code_gives_a_refresh_token_for_each_service(globus: LoopbackGlobus) -> None:
    client, url = native(globus)
    tokens = client.oauth2_exchange_code_for_tokens(
        approve(url, secret=globus.client_secret)
    ).by_resource_server
    assert set(tokens) == {"auth.globus.org", "transfer.api.globus.org"}
    refresh = tokens["transfer.api.globus.org"]["refresh_token"]
    authorizer = globus_sdk.RefreshTokenAuthorizer(refresh, client)
    assert globus_sdk.TransferClient(authorizer=authorizer).task_list().http_status == 200
    identity = globus_sdk.AuthClient(
        authorizer=globus_sdk.RefreshTokenAuthorizer(tokens["auth.globus.org"]["refresh_token"], client)
    )
    assert identity.userinfo()["preferred_username"] == f"{globus.client_id}@clients.auth.globus.org"


def test_the_id_token_says_whose_login_it_is_whatever_the_time_of_the_service(globus: LoopbackGlobus) -> None:
    globus.tick(3 * 86_400)
    client, url = native(globus)
    tokens = client.oauth2_exchange_code_for_tokens(approve(url, secret=globus.client_secret))
    # The SDK fetches the key, and checks signature, audience and times.
    claims = tokens.decode_id_token()
    assert (claims["sub"], claims["aud"]) == (globus.client_id, globus.client_id)
    client, url = native(globus, requested_scopes=_TRANSFER)
    assert "id_token" not in client.oauth2_exchange_code_for_tokens(approve(url, secret=globus.client_secret))


def test_without_offline_access_there_is_no_refresh_token(globus: LoopbackGlobus) -> None:
    client, url = native(globus, refresh_tokens=False)
    tokens = client.oauth2_exchange_code_for_tokens(
        approve(url, secret=globus.client_secret)
    ).by_resource_server
    assert tokens["transfer.api.globus.org"]["refresh_token"] is None


def test_a_code_works_once_and_only_with_its_verifier(globus: LoopbackGlobus) -> None:
    client, url = native(globus)
    code = approve(url, secret=globus.client_secret)
    client.oauth2_exchange_code_for_tokens(code)
    stranger, _ = native(globus)
    for attempt in (
        lambda: client.oauth2_exchange_code_for_tokens(code),
        lambda: stranger.oauth2_exchange_code_for_tokens(approve(url, secret=globus.client_secret)),
        lambda: client.oauth2_exchange_code_for_tokens("no code"),
    ):
        with pytest.raises(AuthAPIError) as refused:
            attempt()
        assert refused.value.http_status == 400
        assert refused.value.raw_json is not None
        assert refused.value.raw_json["error"] == "invalid_grant"


def test_without_a_secret_a_code_needs_pkce(globus: LoopbackGlobus) -> None:
    client, url = native(globus)
    bare = with_other(url, code_challenge="", code_challenge_method="")
    with pytest.raises(AuthAPIError):
        client.oauth2_exchange_code_for_tokens(approve(bare, secret=globus.client_secret))
    confidential = globus_sdk.ConfidentialAppAuthClient(globus.client_id, globus.client_secret)
    redirect = f"{globus.url}/v2/web/auth-code"
    confidential.oauth2_start_flow(redirect, _TRANSFER)
    code = approve(confidential.oauth2_get_authorize_url(), secret=globus.client_secret)
    assert confidential.oauth2_exchange_code_for_tokens(code)["access_token"]


def test_a_code_ends_after_ten_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = Codes(Store(tmp_path / "state.sqlite"))
    calls = Code("client", _TRANSFER, "page", "", offline=True)
    arguments = {"client_id": "client", "redirect_uri": "page", "verifier": ""}
    now = 1_000_000.0
    monkeypatch.setattr("loopback_globus.auth.codes.clock.now", lambda: now)
    in_time, late = codes.issue(calls), codes.issue(calls)
    now += CODE_LIFETIME - 1
    assert codes.redeem(in_time, **arguments) == calls
    now += 1
    assert codes.redeem(late, **arguments) is None


@pytest.mark.parametrize("secret", ["", "wrong", "{secret} ", "{id}"])
def test_a_code_needs_the_secret(globus: LoopbackGlobus, secret: str) -> None:
    """The client's id is no secret: whoever knows it alone gets no token, neither on the page nor by a redirect."""
    _, url = native(globus)
    given = secret.format(secret=globus.client_secret, id=globus.client_id)
    with pytest.raises(LoopbackError, match="wrong secret"):
        approve(url, secret=given)
    form = {**dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)), "decision": "allow"}
    for redirect in (form["redirect_uri"], "http://localhost:1/back"):
        status, location, page = answered(globus, {**form, "redirect_uri": redirect, "client_secret": given})
        assert (status, location) == (401, None)
        assert 'id="code"' not in page


def test_the_page_does_not_show_the_secret(globus: LoopbackGlobus) -> None:
    _, url = native(globus)
    form = {**dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)), "decision": "allow"}
    page = answered(globus, {**form, "client_secret": globus.client_secret})[2]
    assert globus.client_secret not in page + globus.journal_path.read_text()
    with urllib.request.urlopen(url) as shown:
        html = shown.read().decode()
    assert '<input type="password" name="client_secret"' in html


def answered(globus: LoopbackGlobus, form: dict[str, str]) -> tuple[int, str | None, str]:
    """Status, redirect and page after the form was sent."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(globus.url).netloc, timeout=30)
    connection.request("POST", "/v2/oauth2/authorize", urllib.parse.urlencode(form))
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Location"), page


def test_denying_gives_no_code(globus: LoopbackGlobus) -> None:
    _, url = native(globus)
    with pytest.raises(LoopbackError, match="Access was denied"):
        approve(url, decision="deny")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "Unknown client_id"),
        ({"redirect_uri": "https://elsewhere.org/"}, "redirect_uri"),
        ({"response_type": "token"}, "response_type"),
        ({"code_challenge_method": "plain"}, "code_challenge_method"),
        ({"code_challenge": "short"}, "code_challenge"),
        ({"scope": "nonsense"}, "unknown_scope"),
    ],
)
def test_no_page_is_shown_for_a_wrong_request(
    globus: LoopbackGlobus, changes: dict[str, str], words: str
) -> None:
    _, url = native(globus)
    with pytest.raises(LoopbackError, match=words):
        approve(with_other(url, **changes), secret=globus.client_secret)


def test_consents_are_kept_with_their_last_use(globus: LoopbackGlobus) -> None:
    mapped = globus.collections["mapped"]
    scope = _DATA_ACCESS.format(mapped)
    client, url = native(globus, requested_scopes=f"openid {_TRANSFER}[*{scope}]")
    tokens = client.oauth2_exchange_code_for_tokens(
        approve(url, secret=globus.client_secret)
    ).by_resource_server
    authorizer = globus_sdk.RefreshTokenAuthorizer(tokens["auth.globus.org"]["refresh_token"], client)
    auth = globus_sdk.AuthClient(authorizer=authorizer)

    def last_used() -> dict[str, Any]:
        forest = auth.get_consents(globus.client_id).to_forest()
        return {node.scope_name: node.last_used for node in forest.nodes}

    before = last_used()
    assert auth.get_consents(globus.client_id).to_forest().meets_scope_requirements(f"{_TRANSFER}[{scope}]")
    refresh = globus_sdk.RefreshTokenAuthorizer(tokens["transfer.api.globus.org"]["refresh_token"], client)
    assert list(globus_sdk.TransferClient(authorizer=refresh).operation_ls(mapped, path="/")) == []
    after = last_used()
    assert after[_TRANSFER] > before[_TRANSFER]
    assert after[scope] > before[scope]


def test_the_journal_contains_no_codes_or_tokens(globus: LoopbackGlobus) -> None:
    client, url = native(globus)
    code = approve(url, secret=globus.client_secret)
    tokens = client.oauth2_exchange_code_for_tokens(code).by_resource_server
    secrets = [
        code,
        *(token[kind] for token in tokens.values() for kind in ("access_token", "refresh_token")),
    ]
    text = globus.journal_path.read_text()
    assert not [secret for secret in secrets if secret in text]


def test_the_browser_is_redirected_to_the_page_of_a_local_client(globus: LoopbackGlobus) -> None:
    """As for `globus login` and others that listen on a local port."""
    _, url = native(globus)
    address = urllib.parse.urlsplit(with_other(url, redirect_uri="http://localhost:1/back?a=1"))
    form = {**dict(urllib.parse.parse_qsl(address.query)), "decision": "allow"}
    status, location, _ = answered(globus, {**form, "client_secret": globus.client_secret})
    back = urllib.parse.urlsplit(location)
    assert (status, back.netloc) == (303, "localhost:1")
    reported = dict(urllib.parse.parse_qsl(str(back.query)))
    assert (reported["a"], reported["state"]) == ("1", "_default")
    assert reported["code"]
