"""The one reader of Globus task documents: what a transfer task has come to, and why."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from globus_provider.errors import GlobusStatusError

#: Fault codes that do not mend while a transfer goes on trying: the path, the rights or the room are not
#: there until a person changes something. Globus keeps such a task ACTIVE until its deadline.
LASTING_FAULTS = {
    "FILE_NOT_FOUND": "a file is missing at the source",
    "PERMISSION_DENIED": "a file may not be read or written",
    "FILE_ACCESS": "a file may not be read or written",
    "INVALID_PATH_NAME": "a path is not allowed on its collection",
    "INVALID_SYMLINK": "a symbolic link leads nowhere",
    "AMBIGUOUS_PATH": "a path names more than one file",
    "IS_A_DIRECTORY": "a directory stands where a file is expected",
    "NOT_A_FILE": "something stands where a file is expected",
    "IS_A_FILE": "a file stands where a directory is expected",
    "NOT_A_DIRECTORY": "a file stands where a directory is expected",
    "NO_SPACE_LEFT": "the destination has no space left",
    "QUOTA_EXCEEDED": "the destination's quota is used up",
    "EXTERNAL_CHECKSUM_MISMATCH": "a file does not have the checksum that was promised",
}
#: Fault codes after which Globus waits for a person; it goes on once that is done.
PERSONS_FAULTS = {
    "PAUSED": "an administrator paused it",
    "GC_PAUSED": "Globus Connect Personal is paused on that machine",
    "AUTH": "the credential for a collection was refused",
    "NO_CREDENTIALS": "a collection has no credential",
    "INVALID_SERVICE_CREDENTIAL": "the credential of a collection is not valid",
}
#: Subtasks in these states were not carried out, though the whole may say SUCCEEDED.
_LOST = {
    "subtasks_skipped_errors": "skipped because of errors",
    "subtasks_failed": "failed",
    "subtasks_expired": "expired",
    "subtasks_canceled": "canceled",
}


class Verdict(enum.StrEnum):
    """Where a transfer stands, for whoever waits for it."""

    WAITING = "waiting"
    NEEDS_PERSON = "needs person"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """A verdict, with its reason in one line ('' where all is well)."""

    verdict: Verdict
    reason: str = ""

    @property
    def over(self) -> bool:
        """True when waiting on changes nothing."""
        return self.verdict in (Verdict.DONE, Verdict.FAILED)


def judge(
    document: Mapping[str, Any], *, now: dt.datetime, patience: float, faulty_since: dt.datetime | None = None
) -> Progress:
    """Read a task document (`GET /task/<id>`).

    patience     : seconds that a lasting fault of a running transfer is given to go away
    faulty_since : when the caller first saw the fault; without it, since the transfer was requested
    raises       : GlobusStatusError for a status that Globus does not document
    """
    task = f"transfer task {document.get('task_id', '?')}"
    match document["status"]:
        case "ACTIVE":
            return _of_active(document, task, now=now, patience=patience, faulty_since=faulty_since)
        case "INACTIVE":
            return Progress(
                Verdict.NEEDS_PERSON,
                f"{task} is suspended: its credential has expired; renew it in the Globus web app",
            )
        case "SUCCEEDED":
            lost = [f"{document[key]} {what}" for key, what in _LOST.items() if document.get(key)]
            if lost:
                return Progress(
                    Verdict.FAILED,
                    f"{task} ended, but not whole: {', '.join(lost)} of {document.get('subtasks_total')} "
                    "steps; see its event log in the Globus web app",
                )
            return Progress(Verdict.DONE)
        case "FAILED":
            return Progress(Verdict.FAILED, f"{task} failed: {_why_failed(document)}")
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
    if document.get("is_paused") or code in PERSONS_FAULTS:
        why = PERSONS_FAULTS.get(code, PERSONS_FAULTS["PAUSED"])
        return Progress(Verdict.NEEDS_PERSON, f"{task} waits for a person: {why} ({code or 'PAUSED'})")
    if document.get("is_ok") is not False:
        return Progress(Verdict.WAITING)
    since = faulty_since or _instant(document["request_time"])
    held_up = (now - since).total_seconds()
    if code not in LASTING_FAULTS:
        return Progress(Verdict.WAITING, f"{task} is held up by {code or 'a fault'}; Globus goes on trying")
    details = " ".join(str(document.get("nice_status_details") or "").split())[:300]
    what = f"{LASTING_FAULTS[code]} ({code}{f': {details}' if details else ''})"
    if held_up < patience:
        return Progress(Verdict.WAITING, f"{task}: {what}; given {patience:g} s to go away")
    return Progress(
        Verdict.FAILED,
        f"{task}: {what} for {held_up:.0f} s; Globus tries on until its deadline: mend it or cancel the task",
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


def _instant(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
