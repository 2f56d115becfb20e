"""GlobusHook: the operations of Globus Transfer for tasks and triggers, with errors in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from airflow.sdk import BaseHook

from globus_provider.errors import (
    GlobusConflictError,
    GlobusExistsError,
    GlobusNoCollectionError,
    GlobusNotFoundError,
    GlobusProviderError,
)
from globus_provider.hooks.calls import MAX_TASKS, Calls, post_transfer
from globus_provider.hooks.directory_listing import complete_entries
from globus_provider.hooks.login import Login

if TYPE_CHECKING:
    import globus_sdk

    from globus_provider.request import DeleteRequest, TransferRequest

Document = dict[str, Any]


class GlobusHook(BaseHook):
    """Talks to Globus Transfer as the login of an Airflow connection of type `globus`.

    Make one inside a task or a trigger; nothing is opened before the first call. Every method raises
    GlobusUnavailableError if a retry can help, and a GlobusPermanentError if it cannot.

    max_retries : of one call, by the SDK, on 429, 5xx and network faults
    polling     : for triggers, which poll again instead, and share a token with all others of their process
    login       : for callers that have read the connection already, such as console commands; else read when needed
    """

    conn_name_attr = "globus_conn_id"
    default_conn_name = "globus_default"
    conn_type = "globus"
    hook_name = "Globus"

    def __init__(
        self,
        *,
        globus_conn_id: str = default_conn_name,
        max_retries: int = 3,
        polling: bool = False,
        login: Login | None = None,
    ) -> None:
        super().__init__()
        self.globus_conn_id = globus_conn_id
        self._given = login
        self._calls = Calls(self._login, max_retries=max_retries, polling=polling)

    def get_conn(self) -> globus_sdk.TransferClient:
        """The SDK's client of this process."""
        return self._calls.client

    # --- transfer tasks ---

    def submission_id(self) -> str:
        """A new id, under which a transfer is accepted only once, however often it is posted."""
        answer = self._calls.ask(
            "fetch a submission id", lambda client: client.get_submission_id(), needs=("value",)
        )
        return str(answer["value"])

    def submit(self, request: TransferRequest, *, submission_id: str) -> str:
        """Post a transfer; returns its task id, the same one for the same submission id.

        If an unfinished transfer has identical paths, returns the unfinished one with this label.
        raises : GlobusConflictError if there is none; GlobusBusyError if too many are unfinished
        """
        doing = f"submit transfer '{request.label}'"
        try:
            answer = self._calls.ask(
                doing,
                partial(post_transfer, body=request.as_json(submission_id)),
                needs=("code", "task_id"),
            )
        except GlobusConflictError as conflict:
            task_id = self.find_unfinished(request.label)
            if task_id is None:
                raise GlobusConflictError(
                    f"{conflict}; no unfinished transfer of this login has that label; wait for the other one, or "
                    "cancel it in the Globus web app",
                    code=conflict.code,
                    http_status=conflict.http_status,
                ) from conflict
            self.log.info("Transfer '%s' is under way already: task %s", request.label, task_id)
            return task_id
        self.log.info("Transfer '%s': %s as task %s", request.label, answer["code"], answer["task_id"])
        return str(answer["task_id"])

    def submit_delete(self, request: DeleteRequest, *, submission_id: str) -> str:
        """Post a deletion; returns its task id, the same one for the same submission id."""
        answer = self._calls.ask(
            f"submit deletion '{request.label}'",
            lambda client: client.post("/v0.10/delete", data=request.as_document(submission_id)),
            needs=("code", "task_id"),
        )
        self.log.info("Deletion '%s': %s as task %s", request.label, answer["code"], answer["task_id"])
        return str(answer["task_id"])

    def task(self, transfer_task_id: str) -> Document:
        """The task document; `task_status.judge` reads it."""
        return self._calls.ask(
            f"look at transfer task {transfer_task_id}",
            lambda client: client.get_task(transfer_task_id),
            needs=("task_id", "status", "request_time"),
        )

    def unfinished(self) -> list[Document]:
        """All transfer tasks of this login that have not ended, newest first: one call."""
        tasks = self._calls.ask(
            "list unfinished transfer tasks",
            lambda client: client.task_list(
                limit=MAX_TASKS,  # one page: an identity has about 100 unfinished tasks at most
                orderby="request_time DESC",
                filter={"status": ["ACTIVE", "INACTIVE"], "type": ["TRANSFER"]},
            ),
            needs=("DATA",),
        )
        return list(tasks["DATA"])

    def find_unfinished(self, label: str) -> str | None:
        """The task id of the newest unfinished transfer with this label."""
        # Compared here, since a label may hold '/' and ',', which are separators in the service's filter.
        return next((str(task["task_id"]) for task in self.unfinished() if task.get("label") == label), None)

    def requested(self, label: str, *, since: dt.datetime) -> list[Document]:
        """All transfer tasks of this login with this label that were requested since, ended or not, newest first.

        since : an aware datetime, by the service's clock
        """
        tasks = self._calls.tasks(
            f"list transfer tasks since {since:%Y-%m-%d %H:%M}",
            query={
                "type": ["TRANSFER"],
                "request_time": [f"{since.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}", ""],
            },
        )
        return [task for task in tasks if task.get("label") == label]

    def cancel(self, transfer_task_id: str) -> str:
        """End a transfer; files that arrived stay. Returns the service's code for what it did."""
        answer = self._calls.ask(
            f"cancel transfer task {transfer_task_id}", lambda client: client.cancel_task(transfer_task_id)
        )
        return str(answer.get("code") or answer.get("message"))

    def pause_message(self, transfer_task_id: str) -> str:
        """Why administrators paused a transfer, in their words; '' if they gave no reason."""
        info = self._calls.ask(
            f"ask why transfer task {transfer_task_id} is paused",
            lambda client: client.task_pause_info(transfer_task_id),
        )
        messages = [value for key, value in info.items() if key.endswith("_message") and value]
        messages += [rule["message"] for rule in info.get("pause_rules", ()) if rule.get("message")]
        return "; ".join(dict.fromkeys(messages))

    def why_it_waits(self, document: Document) -> str:
        """The service's own words on a transfer that waits for a person; '' if it gives none.

        document : of the transfer task
        """
        task_id = str(document["task_id"])
        words = self.pause_message(task_id) if document["status"] == "ACTIVE" else ""
        return words or self.last_fault(task_id) or str(document.get("nice_status_details") or "")

    def last_fault(self, transfer_task_id: str, *, besides: str = "") -> str:
        """The newest error event of a transfer, which names the file; '' if there is none.

        besides : the code of an event that does not count, such as EXPIRED, which says nothing of the reason
        """
        events = self._calls.ask(
            f"read the events of transfer task {transfer_task_id}",
            lambda client: client.task_event_list(
                transfer_task_id, limit=2 if besides else 1, query_params={"filter": "is_error:1"}
            ),
            needs=("DATA",),
        )
        for event in events["DATA"]:
            if besides and event["code"] == besides:
                continue
            return f"{event.get('description') or event['code']}: {event.get('details') or ''}".strip(": \n")
        return ""

    def successful_transfers(self, transfer_task_id: str) -> Iterator[Document]:
        """The files that a finished transfer moved, with size and checksum; kept by Globus for 30 days.

        Files that were skipped as identical are not among them.
        """
        doing = f"list the files of transfer task {transfer_task_id}"
        return self._calls.pages(
            doing, lambda client, **page: client.task_successful_transfers(transfer_task_id, **page)
        )

    def skipped_errors(self, transfer_task_id: str) -> Iterator[Document]:
        """The paths that a finished transfer skipped because of errors, each with its code."""
        doing = f"list the skipped files of transfer task {transfer_task_id}"
        return self._calls.pages(
            doing, lambda client, **page: client.task_skipped_errors(transfer_task_id, **page)
        )

    # --- collections ---

    def endpoint(self, collection: str) -> Document:
        """The collection's own document: its name, type, owner."""
        return self._calls.ask(
            f"look up collection {collection}", lambda client: client.get_endpoint(collection)
        )

    def list_directory(self, *, collection: str, path: str, show_hidden: bool = True) -> list[Document]:
        """The entries of one directory, not of those below it: name, type, size, last_modified.

        raises : GlobusRequestError if it is not a directory, or has more entries than a listing can hold
        """
        return self.fetch_directory(collection=collection, path=path, show_hidden=show_hidden)()

    def fetch_directory(
        self, *, collection: str, path: str, show_hidden: bool = True, keys: Collection[str] | None = None
    ) -> Callable[[], list[Document]]:
        """As `list_directory`; the answer is parsed by the thread that calls what this returns.

        Parsed, 25,000 entries take 20 MB, and the C library keeps for each thread what it once used: many threads
        fetch, and one of them parses.

        keys : all that is kept of each entry; None for everything
        """
        doing = f"list {path} on collection {collection}"
        document = self._calls.fetch(
            doing,
            lambda client: client.operation_ls(collection, path=path, show_hidden=show_hidden),
            row_keys=keys,
        )
        return lambda: complete_entries(document(), doing=doing)

    def stat(self, *, collection: str, path: str) -> Document:
        """One file or directory. Raises GlobusNotFoundError."""
        return self._calls.ask(
            f"look at {path} on collection {collection}",
            lambda client: client.operation_stat(collection, path=path),
        )

    def make_directory(self, *, collection: str, path: str) -> None:
        """Make a directory, unless it exists."""
        try:
            self._calls.ask(
                f"make directory {path} on collection {collection}",
                lambda client: client.operation_mkdir(collection, path=path),
            )
        except GlobusExistsError:
            return

    def require_writing(self, *, collection: str, path: str) -> None:
        """Raise GlobusAccessError if the access rules refuse changes below a directory; nothing is changed.

        It tries to rename a name that does not exist: with write access, the answer is that the name is missing. This
        does not show the permissions of the disk.
        """
        old, new = (f"{path.rstrip('/')}/.{uuid4()}" for _ in range(2))
        try:
            self.rename(collection=collection, old=old, new=new)
        except GlobusNoCollectionError:
            raise
        except GlobusNotFoundError:
            return

    def rename(self, *, collection: str, old: str, new: str) -> None:
        """Rename a file or directory; an existing new path is an error, and is never replaced."""
        self._calls.ask(
            f"rename {old} to {new} on collection {collection}",
            lambda client: client.operation_rename(collection, oldpath=old, newpath=new),
        )

    def test_connection(self) -> tuple[bool, str]:
        """The answer of the Test button in the connection form."""
        try:
            login = self._login()
            self._calls.ask("list transfer tasks", lambda client: client.task_list(limit=1))
        except GlobusProviderError as error:
            return False, str(error)
        return True, f"Globus accepts client {login.client_id} at {self.get_conn().base_url}"

    def _login(self) -> Login:
        return self._given or Login.of(self.get_connection(self.globus_conn_id))
