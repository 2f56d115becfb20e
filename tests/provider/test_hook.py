"""The hook, through the real SDK, against a service that answers over HTTP."""

from __future__ import annotations

import os
import traceback
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from globus_provider.errors import (
    GlobusAccessError,
    GlobusConflictError,
    GlobusConsentError,
    GlobusLoginError,
    GlobusNotFoundError,
    GlobusPermanentError,
    GlobusRequestError,
    GlobusUnavailableError,
)
from globus_provider.hooks.globus import GlobusHook
from globus_provider.request import TransferItems, TransferRequest

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

NOWHERE = "00000000-1111-2222-3333-444444444444"


def request(lab: Lab, pairs: list[tuple[str, str]], **fields: Any) -> TransferRequest:
    given: dict[str, Any] = {
        "source_collection": lab.rig,
        "destination_collection": lab.archive,
        "label": "one, of/two",
        **fields,
    }
    return TransferRequest(items=TransferItems.of(pairs).items, **given)


def finished(hook: GlobusHook, task_id: str) -> dict[str, Any]:
    while (task := hook.task(task_id))["status"] == "ACTIVE":
        pass
    return task


def text_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


class TestLogin:
    def test_client_credentials_cost_one_token_and_no_environment_variable(self, lab: Lab) -> None:
        assert not [name for name in os.environ if name.startswith("GLOBUS_SDK")]
        hook = GlobusHook()
        assert hook.list_directory(collection=lab.rig, path="/") == []
        assert hook.list_directory(collection=lab.archive, path="/") == []
        assert len(lab.globus.requests("POST", "/v2/oauth2/token")) == 1

    @pytest.mark.parametrize("secret", [None, ""])
    def test_a_refresh_token_logs_a_user_in_with_or_without_a_secret(
        self, lab: Lab, secret: str | None
    ) -> None:
        lab.connect(secret=secret, refresh_token=lab.globus.refresh_token())
        assert GlobusHook().list_directory(collection=lab.rig, path="/") == []

    @pytest.mark.fault(50)
    def test_an_expired_token_is_renewed_automatically(self, lab: Lab) -> None:
        hook = GlobusHook()
        hook.list_directory(collection=lab.rig, path="/")
        lab.globus.expire_tokens()
        assert hook.list_directory(collection=lab.rig, path="/") == []

    @pytest.mark.fault(51)
    def test_the_error_for_a_wrong_secret_names_the_connection_and_hides_the_secret(self, lab: Lab) -> None:
        lab.connect(secret="wr0ng-s3cret")
        with pytest.raises(GlobusLoginError, match="connection 'globus_default'") as caught:
            GlobusHook().submission_id()
        assert "wr0ng-s3cret" not in text_of(caught.value)

    @pytest.mark.fault(51)
    def test_the_error_for_a_revoked_refresh_token_hides_the_token(self, lab: Lab) -> None:
        lab.connect(refresh_token="d3ad-t0ken")
        with pytest.raises(GlobusLoginError, match="six months") as caught:
            GlobusHook().submission_id()
        assert "d3ad-t0ken" not in text_of(caught.value)
        assert lab.globus.client_secret not in text_of(caught.value)

    def test_a_connection_without_login_or_secret_says_what_is_missing(self, lab: Lab) -> None:
        lab.connect(secret="")
        with pytest.raises(GlobusLoginError, match="neither a client secret nor a refresh token"):
            GlobusHook().submission_id()
        lab.patch.setenv("AIRFLOW_CONN_GLOBUS_DEFAULT", '{"conn_type": "globus"}')
        assert GlobusHook().test_connection() == (
            False,
            "Airflow connection 'globus_default' has no client id; enter it as Client ID",
        )

    def test_the_test_button_names_the_client_and_the_address(self, lab: Lab) -> None:
        worked, words = GlobusHook().test_connection()
        assert worked
        assert lab.globus.client_id in words
        assert lab.globus.url in words
        assert lab.globus.client_secret not in words

    def test_a_forked_process_opens_a_client_of_its_own(self, lab: Lab) -> None:
        hook = GlobusHook()
        hook.submission_id()
        child = os.fork()
        if child == 0:
            hook.submission_id()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert len(lab.globus.requests("POST", "/v2/oauth2/token")) == 2


class TestConsent:
    @pytest.mark.fault(52)
    def test_consent_is_requested_only_if_a_collection_requires_it(self, lab: Lab) -> None:
        hook = GlobusHook()
        hook.list_directory(collection=lab.rig, path="/")
        assert len(lab.globus.requests("POST", "/v2/oauth2/token")) == 1
        hook.list_directory(collection=lab.globus.collections["mapped"], path="/")
        assert len(lab.globus.requests("POST", "/v2/oauth2/token")) == 2
        assert not lab.globus.requests("GET", "/v0.10/endpoint/")

    def test_a_transfer_between_two_mapped_collections_gets_both_consents(self, lab: Lab) -> None:
        one, two = lab.globus.collections["mapped"], lab.globus.collections["mapped2"]
        hook = GlobusHook()
        (lab.folder / "mapped" / "a").write_text("a")
        task = hook.submit(
            request(lab, [("/a", "/a")], source_collection=one, destination_collection=two),
            submission_id=hook.submission_id(),
        )
        assert finished(hook, task)["status"] == "SUCCEEDED"
        hook.list_directory(collection=one, path="/")
        hook.list_directory(collection=two, path="/")
        assert len(lab.globus.requests("POST", "/v2/oauth2/token")) == 3

    def test_a_renewed_token_gets_its_consent_again(self, lab: Lab) -> None:
        hook = GlobusHook()
        mapped = lab.globus.collections["mapped"]
        hook.list_directory(collection=mapped, path="/")
        lab.globus.expire_tokens()
        assert hook.list_directory(collection=mapped, path="/") == []

    @pytest.mark.fault(52)
    def test_a_user_learns_which_collection_requires_consent(self, lab: Lab) -> None:
        lab.connect(refresh_token=lab.globus.refresh_token())
        mapped = lab.globus.collections["mapped"]
        with pytest.raises(GlobusConsentError, match=f"{mapped} requires a data_access consent"):
            GlobusHook().list_directory(collection=mapped, path="/")


def test_a_listing_keeps_of_each_entry_what_is_asked_for(lab: Lab) -> None:
    lab.write("a")
    hook = GlobusHook()
    [entry] = hook.list_directory(collection=lab.rig, path="/")
    assert {"name", "type", "size", "last_modified", "permissions"} <= entry.keys()
    keys = ("name", "size", "no such key")
    assert hook.fetch_directory(collection=lab.rig, path="/", keys=keys)() == [
        {"name": "a", "size": entry["size"]}
    ]


class TestErrors:
    @pytest.mark.fault(38)
    @pytest.mark.parametrize(
        ("retry_after", "waited"), [(2, 2.0), (60, 10.0), ("Wed, 21 Oct 2099 07:28:00 GMT", None)]
    )
    def test_too_many_requests_are_waited_for_as_long_as_the_service_says(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch, retry_after: float | str, waited: float | None
    ) -> None:
        pauses: list[float] = []
        monkeypatch.setattr("globus_sdk.transport.requests.time", SimpleNamespace(sleep=pauses.append))
        lab.globus.fault(match="GET /v0.10/submission_id", do="status", status=429, retry_after=retry_after)
        assert GlobusHook().submission_id()
        # The SDK itself waits ten seconds at most, and reads no date: it then waits as without one.
        [pause] = pauses
        assert pause == waited if waited else 0 < pause <= 10

    def test_a_few_answers_503_are_retried(self, lab: Lab) -> None:
        lab.globus.fault(match="GET /v0.10/submission_id", do="status", status=503, times=2)
        assert GlobusHook().submission_id()

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_a_transient_error_is_retryable(self, lab: Lab, status: int) -> None:
        lab.globus.fault(match="GET /v0.10/submission_id", do="status", status=status, times=0)
        with pytest.raises(GlobusUnavailableError, match="could not fetch a submission id") as caught:
            GlobusHook(max_retries=0).submission_id()
        assert caught.value.retryable
        assert len(lab.globus.requests("GET", "/v0.10/submission_id")) == 1

    def test_a_service_that_does_not_answer_is_retryable(self, lab: Lab) -> None:
        lab.globus.stop()
        with pytest.raises(GlobusUnavailableError, match="does not answer"):
            GlobusHook(max_retries=0).submission_id()

    @pytest.mark.parametrize(
        "verb",
        [
            lambda hook, rig: hook.list_directory(collection=rig, path="/"),
            lambda hook, rig: hook.fetch_directory(collection=rig, path="/", keys=("name",))(),
            lambda hook, rig: hook.submission_id(),
            lambda hook, rig: hook.task(NOWHERE),
            lambda hook, rig: hook.unfinished(),
            lambda hook, rig: list(hook.successful_transfers(NOWHERE)),
        ],
    )
    def test_a_login_page_instead_of_globus_is_retryable(self, lab: Lab, verb: Any) -> None:
        lab.globus.fault(match="GET /v0.10/*", do="malformed", times=0)
        message = r"what answered is not Globus \(200, text/html.*a proxy or a login page in between"
        with pytest.raises(GlobusUnavailableError, match=message) as caught:
            verb(GlobusHook(max_retries=0), lab.rig)
        assert caught.value.retryable

    @pytest.mark.parametrize(
        "verb",
        [
            lambda hook: hook.submission_id(),
            lambda hook: hook.task(NOWHERE),
            lambda hook: hook.unfinished(),
            lambda hook: list(hook.successful_transfers(NOWHERE)),
        ],
    )
    def test_a_document_without_its_keys_is_no_answer_of_globus(self, lab: Lab, verb: Any) -> None:
        lab.globus.fault(match="GET /v0.10/*", do="empty", times=0)
        with pytest.raises(GlobusUnavailableError, match="what answered is not Globus") as caught:
            verb(GlobusHook(max_retries=0))
        assert caught.value.retryable

    @pytest.mark.fault(53)
    def test_a_machine_that_is_switched_off_is_retryable(self, lab: Lab) -> None:
        lab.globus.fault(collection="rig", do="offline", times=0)
        with pytest.raises(GlobusUnavailableError, match="GCDisconnected"):
            GlobusHook(max_retries=0).list_directory(collection=lab.rig, path="/")

    @pytest.mark.fault(53)
    def test_an_unknown_collection(self, lab: Lab) -> None:
        with pytest.raises(GlobusNotFoundError, match=f"list / on collection {NOWHERE}: no such collection"):
            GlobusHook().list_directory(collection=NOWHERE, path="/")

    def test_a_missing_path_and_a_file_in_place_of_a_directory(self, lab: Lab) -> None:
        lab.write("a")
        hook = GlobusHook(max_retries=0)
        with pytest.raises(GlobusNotFoundError, match="list /none on"):
            hook.list_directory(collection=lab.rig, path="/none")
        with pytest.raises(GlobusPermanentError, match="NotDirectory"):
            hook.list_directory(collection=lab.rig, path="/a")
        with pytest.raises(GlobusNotFoundError, match="look at /none on"):
            hook.stat(collection=lab.rig, path="/none")
        assert hook.stat(collection=lab.rig, path="/a")["size"] == 8

    def test_a_refused_permission(self, lab: Lab) -> None:
        lab.globus.fault(
            match="POST /v0.10/transfer", do="status", status=403, code="PermissionDenied", times=1
        )
        hook = GlobusHook()
        with pytest.raises(GlobusAccessError, match="submit transfer 'one, of/two': permission denied"):
            hook.submit(request(lab, lab.write("a")), submission_id=hook.submission_id())

    def test_an_unknown_transfer_task(self, lab: Lab) -> None:
        with pytest.raises(GlobusNotFoundError, match=f"look at transfer task {NOWHERE}"):
            GlobusHook().task(NOWHERE)


class TestTransfers:
    def test_the_same_submission_id_makes_one_task(self, lab: Lab) -> None:
        hook = GlobusHook()
        transfer = request(lab, lab.write("a"))
        submission_id = hook.submission_id()
        task = hook.submit(transfer, submission_id=submission_id)
        assert hook.submit(transfer, submission_id=submission_id) == task
        assert len(lab.globus.effects("accepted")) == 1

    def test_a_lost_answer_makes_one_task(self, lab: Lab) -> None:
        lab.globus.fault(match="POST /v0.10/transfer", do="drop_after", times=1)
        hook = GlobusHook()
        task = hook.submit(request(lab, lab.write("a")), submission_id=hook.submission_id())
        assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [task]

    @pytest.mark.fault(40)
    def test_an_answer_that_comes_too_late_makes_one_task(self, lab: Lab) -> None:
        lab.connect(timeout="0.5")
        hook = GlobusHook()
        submission_id = hook.submission_id()
        lab.globus.fault(match="POST /v0.10/transfer", do="slow", seconds=2)
        task = hook.submit(request(lab, lab.write("a")), submission_id=submission_id)
        # The first POST, which nobody waits for any more, is executed too.
        while len(lab.globus.requests("POST", "/v0.10/transfer")) < 2:
            pass
        assert hook.submit(request(lab, [("/a", "/a")]), submission_id=submission_id) == task
        assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [task]

    def test_identical_paths_lead_to_the_transfer_under_way(self, lab: Lab) -> None:
        hook = GlobusHook()
        transfer = request(lab, [("/missing", "/missing")])
        task = hook.submit(transfer, submission_id=hook.submission_id())
        assert hook.submit(transfer, submission_id=hook.submission_id()) == task
        other = request(lab, [("/missing", "/missing")], label="another")
        with pytest.raises(GlobusConflictError, match="no unfinished transfer of this login has that label"):
            hook.submit(other, submission_id=hook.submission_id())
        assert hook.find_unfinished("another") is None
        hook.cancel(task)
        assert hook.find_unfinished(transfer.label) is None

    def test_the_files_of_a_finished_transfer_with_their_checksums(self, lab: Lab) -> None:
        hook = GlobusHook()
        task = hook.submit(request(lab, lab.write("a", "b")), submission_id=hook.submission_id())
        assert finished(hook, task)["status"] == "SUCCEEDED"
        moved = sorted(hook.successful_transfers(task), key=lambda file: file["source_path"])
        assert [file["source_path"] for file in moved] == ["/a", "/b"]
        assert {len(file["checksum"]) for file in moved} == {32}

    def test_the_list_of_files_is_requested_again_if_it_is_not_ready(self, lab: Lab) -> None:
        hook = GlobusHook()
        task = hook.submit(request(lab, lab.write("a")), submission_id=hook.submission_id())
        finished(hook, task)
        early = "Task is still in progress, successful transfers are not yet available"
        lab.globus.fault(
            match="GET /v0.10/task/*/successful_transfers", do="status", status=400,
            code="ClientError.BadRequest", message=early, times=2,
        )  # fmt: skip
        assert len(list(hook.successful_transfers(task))) == 1

    def test_a_file_left_out_is_named(self, lab: Lab) -> None:
        hook = GlobusHook()
        transfer = request(lab, [*lab.write("a"), ("/missing", "/missing")], skip_source_errors=True)
        task = hook.submit(transfer, submission_id=hook.submission_id())
        assert finished(hook, task)["subtasks_skipped_errors"] == 1
        assert [skipped["source_path"] for skipped in hook.skipped_errors(task)] == ["/missing"]

    def test_why_it_is_paused_and_what_the_last_fault_was(self, lab: Lab) -> None:
        hook = GlobusHook()
        task = hook.submit(request(lab, [("/missing", "/missing")]), submission_id=hook.submission_id())
        while not hook.last_fault(task):
            pass
        assert "/missing" in hook.last_fault(task)
        lab.globus.change_task(task, "pause", message="disk swap until noon")
        assert hook.pause_message(task) == "disk swap until noon"
        assert hook.why_it_waits(hook.task(task)) == "disk swap until noon"
        lab.globus.change_task(task, "resume")
        lab.globus.change_task(task, "inactive", message="the certificate of rig1")
        assert "the certificate of rig1" in hook.why_it_waits(hook.task(task))


@pytest.mark.parametrize("switches", [("--page-size", "2")])
def test_all_pages_of_a_transfers_files_are_read(lab: Lab) -> None:
    hook = GlobusHook()
    task = hook.submit(
        request(lab, lab.write(*[f"{i}" for i in range(5)])), submission_id=hook.submission_id()
    )
    finished(hook, task)
    assert len(list(hook.successful_transfers(task))) == 5
    assert len(lab.globus.requests("GET", f"/v0.10/task/{task}/successful_transfers")) >= 3


class TestCollections:
    def test_hidden_files_are_listed_by_default(self, lab: Lab) -> None:
        lab.write("a", ".b")
        hook = GlobusHook()
        names = {entry["name"] for entry in hook.list_directory(collection=lab.rig, path="/")}
        assert names == {"a", ".b"}
        shown = hook.list_directory(collection=lab.rig, path="/", show_hidden=False)
        assert [entry["name"] for entry in shown] == ["a"]

    @pytest.mark.fault(37)
    def test_a_listing_that_is_cut_short_is_refused(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        lab.write("a", "b")
        monkeypatch.setattr("globus_provider.hooks.directory_listing.MAX_LISTING", 2)
        with pytest.raises(GlobusRequestError, match="split the directory"):
            GlobusHook().list_directory(collection=lab.rig, path="/")

    @pytest.mark.fault(37)
    @pytest.mark.parametrize("names", [("a", "b"), ()])
    def test_a_listing_that_does_not_say_how_long_it_is_is_refused(
        self, lab: Lab, names: tuple[str, ...]
    ) -> None:
        lab.write(*names)
        lab.globus.fault(listing="rig:/", do="ends_early")
        with pytest.raises(GlobusRequestError, match=f"has {len(names[1:])} entries and does not say"):
            GlobusHook().list_directory(collection=lab.rig, path="/")

    def test_a_directory_is_made_once(self, lab: Lab) -> None:
        hook = GlobusHook(max_retries=0)
        hook.make_directory(collection=lab.rig, path="/new")
        hook.make_directory(collection=lab.rig, path="/new")
        assert (lab.folder / "rig" / "new").is_dir()

    def test_renaming_never_replaces_a_file(self, lab: Lab) -> None:
        lab.write("a", "b")
        hook = GlobusHook(max_retries=0)
        with pytest.raises(GlobusPermanentError, match="could not rename /a to /b"):
            hook.rename(collection=lab.rig, old="/a", new="/b")
        hook.rename(collection=lab.rig, old="/a", new="/c")
        names = {entry["name"] for entry in hook.list_directory(collection=lab.rig, path="/")}
        assert names == {"b", "c"}

    def test_the_document_of_a_collection(self, lab: Lab) -> None:
        document = GlobusHook().endpoint(lab.globus.collections["mapped"])
        assert document["entity_type"] == "GCSv5_mapped_collection"
