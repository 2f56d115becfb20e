"""The only reader of Globus task documents: where a transfer task stands, and why."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from globus_provider.errors import GlobusStatusError
from printable_text import message

#: Fault codes that Globus' own retries do not cure: path, permissions or space stay wrong until a person changes
#: something. Globus keeps such a task ACTIVE until its deadline.
LASTING_FAULTS = {
    "FILE_NOT_FOUND": "a file is missing at the source",
    "PERMISSION_DENIED": "a file may not be read or written",
    "FILE_ACCESS": "a file may not be read or written",
    "INVALID_PATH_NAME": "a path is not allowed on its collection",
    "INVALID_SYMLINK": "a symbolic link leads nowhere",
    "AMBIGUOUS_PATH": "a path names more than one file",
    "IS_A_DIRECTORY": "a directory is where a file is expected",
    "NOT_A_FILE": "something else is where a file is expected",
    "IS_A_FILE": "a file is where a directory is expected",
    "NOT_A_DIRECTORY": "a file is where a directory is expected",
    "NO_SPACE_LEFT": "the destination has no space left",
    "QUOTA_EXCEEDED": "the destination's quota is used up",
    "EXTERNAL_CHECKSUM_MISMATCH": "a file does not have the checksum that was promised",
}
_LOG_IN = "log in to its collections again in the Globus web app"
#: Fault codes after which Globus waits for a person to act, and then goes on; with what to do.
USER_FAULTS = {
    "PAUSED": ("an administrator paused it", "ask the administrators of its collections when they resume it"),
    "GC_PAUSED": ("Globus Connect Personal is paused on that machine", "resume it there"),
    "AUTH": ("the credential for a collection was refused", _LOG_IN),
    "NO_CREDENTIALS": ("a collection has no credential", _LOG_IN),
    "INVALID_SERVICE_CREDENTIAL": (
        "the credential of a collection is not valid",
        "ask the administrators of its collections to renew it",
    ),
}
#: Subtasks in these states were not done, although the task may say SUCCEEDED.
_LOST = {
    "subtasks_skipped_errors": "skipped because of errors",
    "subtasks_failed": "failed",
    "subtasks_expired": "expired",
    "subtasks_canceled": "canceled",
}


class TransferState(enum.StrEnum):
    """Where a transfer stands, for the task that waits for it."""

    WAITING = "waiting"
    NEEDS_PERSON = "needs person"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a transfer, with its reason in one line ('' if all is well).

    advice : what a person can do, where it waits for one
    """

    state: TransferState
    reason: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        """The reason quotes the service."""
        object.__setattr__(self, "reason", message(self.reason))

    def with_words(self, words: str) -> str:
        """The reason, the service's own words on it, and the advice, in one line."""
        line = " ".join(words.split())
        return message(
            f"{self.reason}{f': {line}' if line else ''}{f'; {self.advice}' if self.advice else ''}"
        )

    @property
    def over(self) -> bool:
        """True when further waiting changes nothing."""
        return self.state in (TransferState.DONE, TransferState.FAILED)


def judge(
    document: Mapping[str, Any], *, now: dt.datetime, patience: float, faulty_since: dt.datetime | None = None
) -> Progress:
    """Read a task document (`GET /task/<id>`).

    patience     : seconds for which a lasting fault of a running transfer is tolerated
    faulty_since : when the caller first saw the fault; by default, when the transfer was requested
    raises       : GlobusStatusError for a status that Globus does not document
    """
    task = f"transfer task {document.get('task_id', '?')}"
    match document["status"]:
        case "ACTIVE":
            return _of_active(document, task, now=now, patience=patience, faulty_since=faulty_since)
        case "INACTIVE":
            return Progress(
                TransferState.NEEDS_PERSON,
                f"{task} is suspended: its credential has expired",
                f"{_LOG_IN}; it goes on then",
            )
        case "SUCCEEDED":
            lost = [f"{document[key]} {what}" for key, what in _LOST.items() if document.get(key)]
            if lost:
                return Progress(
                    TransferState.FAILED,
                    f"{task} ended incomplete: {', '.join(lost)} of {document.get('subtasks_total')} "
                    "steps; see its event log in the Globus web app",
                )
            return Progress(TransferState.DONE)
        case "FAILED":
            return Progress(TransferState.FAILED, f"{task} failed: {_why_failed(document)}")
        case unknown:
            raise GlobusStatusError(f"{task} has the status {unknown!r}, which Globus does not document")


def _of_active(
    document: Mapping[str, Any],
    task: str,
    *,
    now: dt.datetime,
    patience: float,
    faulty_since: dt.datetime | None,
) -> Progress:
    code = document.get("nice_status") or ""
    if document.get("is_paused") or code in USER_FAULTS:
        code = code if code in USER_FAULTS else "PAUSED"
        why, advice = USER_FAULTS[code]
        return Progress(
            TransferState.NEEDS_PERSON,
            f"{task} waits for a person: {why} ({code})",
            f"{advice}; it goes on then",
        )
    if document.get("is_ok") is not False:
        return Progress(TransferState.WAITING)
    since = faulty_since or _timestamp(document["request_time"])
    duration = (now - since).total_seconds()
    if code not in LASTING_FAULTS:
        return Progress(
            TransferState.WAITING, f"{task} is delayed by {code or 'a fault'}; Globus keeps trying"
        )
    details = " ".join(str(document.get("nice_status_details") or "").split())[:300]
    what = f"{LASTING_FAULTS[code]} ({code}{f': {details}' if details else ''})"
    if duration < patience:
        return Progress(TransferState.WAITING, f"{task}: {what}; tolerated for {patience:g} s")
    return Progress(
        TransferState.FAILED,
        f"{task}: {what} for {duration:.0f} s; Globus keeps trying until its deadline: fix it or cancel the task",
    )


def _why_failed(document: Mapping[str, Any]) -> str:
    fatal = document.get("fatal_error") or {}
    if by_admin := document.get("canceled_by_admin"):
        message = document.get("canceled_by_admin_message") or "no message"
        return f"canceled by the administrator of {str(by_admin).lower()} ({message})"
    if fatal:
        return f"{fatal.get('description') or 'no description'} ({fatal.get('code') or 'no code'})"
    lost = [f"{document[key]} steps {what}" for key, what in _LOST.items() if document.get(key)]
    return ", ".join(lost) or "no reason given; see its event log in the Globus web app"


def _timestamp(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
