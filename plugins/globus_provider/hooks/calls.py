"""Makes the calls of one login: opens the client, gets consents, reads pages, translates errors."""

from __future__ import annotations

import itertools
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from globus_provider.errors import GlobusBadRequestError, GlobusUnavailableError
from globus_provider.refusals import translate

if TYPE_CHECKING:
    import globus_sdk

    from globus_provider.hooks.login import Login

Document = dict[str, Any]
Call: TypeAlias = "Callable[[globus_sdk.TransferClient], globus_sdk.GlobusHTTPResponse]"

log = logging.getLogger(__name__)

#: Seconds between tries to list a finished task's files: right after SUCCEEDED the service may still refuse.
HISTORY_PAUSES = (0.5, 1.0, 2.0, 4.0)
#: Rows that one page of the task list holds at most.
MAX_TASKS = 1000
#: Each collection asks for its consent in a separate answer, and a transfer has two collections.
MAX_CONSENTS = 2


class Calls:
    """The calls of one login, from any number of threads.

    login   : called at the first use, so that making a hook costs nothing
    polling : one of many pollers of a process, which share a token and need no consents
    """

    def __init__(self, login: Callable[[], Login], *, max_retries: int, polling: bool = False) -> None:
        self._login = login
        self._max_retries = max_retries
        self._polling = polling
        self._process = 0
        self._lock = threading.Lock()
        self._client: globus_sdk.TransferClient
        self._connection_id = ""
        self._app: globus_sdk.ClientApp | None = None
        self._consents: list[str] = []

    @property
    def client(self) -> globus_sdk.TransferClient:
        """The client of this process; it is not shared over a fork."""
        with self._lock:
            if self._process != os.getpid():
                # Only once: Airflow does not answer threads of one task that ask for a connection at the same time.
                login = self._login()
                self._connection_id = login.connection_id
                if self._polling:
                    self._client = login.open_polling()
                else:
                    self._client, self._app = login.open(max_retries=self._max_retries)
                self._process = os.getpid()
            return self._client

    def ask(self, doing: str, call: Call, *, needs: Iterable[str] = ()) -> Document:
        """Make one call, with the consents that it turns out to need; raises only errors of this provider.

        doing : words after "could not"
        needs : keys without which an answer is none of Globus'
        """
        return self.fetch(doing, call, needs=needs)()

    def fetch(
        self, doing: str, call: Call, *, needs: Iterable[str] = (), row_keys: Collection[str] | None = None
    ) -> Callable[[], Document]:
        """As `ask`; the answer is parsed by the thread that calls what this returns.

        row_keys : all that is kept of each row, which saves most of the memory of a long answer; None for everything
        """
        from globus_sdk import GlobusError

        try:
            answer = self._consenting(call)
        except GlobusError as error:
            raise translate(error, doing=doing, connection=self._connection_id) from error
        return partial(_document, answer, doing=doing, needs=needs, row_keys=row_keys)

    def _consenting(self, call: Call) -> globus_sdk.GlobusHTTPResponse:
        from globus_sdk import GlobusError

        for earlier in range(MAX_CONSENTS):
            try:
                return call(self.client)
            except GlobusError as error:
                if not (self._consented(error) or (earlier == 0 and self._renewed(error))):
                    raise
        return call(self.client)

    def pages(self, doing: str, call: Callable[..., Any]) -> Iterator[dict[str, Any]]:
        """All rows of an answer in pages, fetched one page at a time."""
        page = self._first_page(doing, call)
        while True:
            yield from page["DATA"]
            marker = page.get("next_marker")
            if marker is None:
                return
            page = self.ask(doing, partial(call, marker=marker), needs=("DATA",))

    def tasks(self, doing: str, *, query: dict[str, str | list[str]]) -> Iterator[dict[str, Any]]:
        """All tasks of this login that match a filter, newest first."""
        for offset in itertools.count(step=MAX_TASKS):
            # The SDK's own pages end at the first thousand rows.
            page = self.ask(doing, partial(_task_page, offset=offset, query=query), needs=("DATA",))
            yield from page["DATA"]
            if len(page["DATA"]) < MAX_TASKS:
                return

    def _first_page(self, doing: str, call: Callable[..., Any]) -> Any:
        for pause in HISTORY_PAUSES:
            try:
                return self.ask(doing, call, needs=("DATA",))
            except GlobusBadRequestError as error:
                log.info("Not ready yet, trying again in %g s: %s", pause, error)
                time.sleep(pause)
        return self.ask(doing, call, needs=("DATA",))

    def _renewed(self, error: globus_sdk.GlobusError) -> bool:
        """Whether the next call of a poller has another token; the SDK has dropped the one that was refused.

        A client with retries of its own has tried that already. Here, one token that expired early or was revoked
        would end all waits at the same time.
        """
        from globus_sdk import TransferAPIError

        return self._polling and isinstance(error, TransferAPIError) and error.http_status == 401

    def _consented(self, error: globus_sdk.GlobusError) -> bool:
        """Log in again with the consents that an answer asks for; False if that cannot help.

        So data_access is requested only if a collection requires it (mapped, not high assurance): no other
        collection has that scope, and a login that names it is refused (Globus SDK, "Unknown Scope").
        """
        from globus_sdk import GlobusAPIError
        from globus_sdk.gare import GlobusAuthorizationParameters

        if self._app is None or not isinstance(error, GlobusAPIError) or not error.info.consent_required:
            return False
        with self._lock:
            self._consents += error.info.consent_required.required_scopes
            self._app.login(auth_params=GlobusAuthorizationParameters(required_scopes=self._consents))
        return True


def _task_page(
    client: globus_sdk.TransferClient, *, offset: int, query: dict[str, str | list[str]]
) -> globus_sdk.GlobusHTTPResponse:
    return client.task_list(limit=MAX_TASKS, offset=offset, orderby="request_time DESC", filter=query)


def post_transfer(client: globus_sdk.TransferClient, *, body: bytes) -> globus_sdk.GlobusHTTPResponse:
    """As `client.submit_transfer`, which would copy the document of each item before it writes it."""
    return client.post("/v0.10/transfer", data=body, headers={"Content-Type": "application/json"})


def _document(
    answer: globus_sdk.GlobusHTTPResponse,
    *,
    doing: str,
    needs: Iterable[str],
    row_keys: Collection[str] | None = None,
) -> Document:
    document = answer.data if row_keys is None else _with_rows_of(answer.binary_content, row_keys)
    if not isinstance(document, dict) or any(key not in document for key in needs):
        raise GlobusUnavailableError(
            f"could not {doing}: what answered is not Globus ({answer.http_status}, "
            f"{answer.headers.get('Content-Type', 'no type')}); is a proxy or a login page in between?",
            http_status=answer.http_status,
        )
    return document


def _with_rows_of(text: bytes, keys: Collection[str]) -> Any:
    """The document of a JSON text, whose rows keep these keys; None for any other text, as the SDK has it."""

    def kept(document: Document) -> Document:
        if "DATA" in document:
            return document
        return {key: document[key] for key in keys if key in document}

    try:
        return json.loads(text, object_hook=kept)
    except ValueError:
        return None
