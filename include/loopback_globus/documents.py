"""The documents that clients read, with all their fields."""

from __future__ import annotations

import base64
import json
import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from loopback_globus import clock
from loopback_globus.settings import Settings

#: Seconds for which a task's status shows an error (Globus docs: 15 minutes).
_ERROR_SHOWS = 900.0

DESCRIPTIONS = {
    "CANCELED": "canceled",
    "EXPIRED": "deadline expired",
    "EXTERNAL_CHECKSUM_MISMATCH": "external checksum mismatch",
    "FILE_NOT_FOUND": "file not found",
    "FILE_SIZE_CHANGED": "file size changed",
    "GC_NOT_CONNECTED": "not connected",
    "INTERNAL_ERROR": "internal error",
    "INVALID_PATH_NAME": "invalid path",
    "IS_A_DIRECTORY": "is a directory",
    "NOT_A_DIRECTORY": "not a directory",
    "NOT_A_FILE": "not a file",
    "NO_SPACE_LEFT": "no space left",
    "OK": "OK",
    "PAUSED": "paused",
    "PERMISSION_DENIED": "permission denied",
    "QUOTA_EXCEEDED": "quota exceeded",
    "Queued": "Queued",
    "STARTED": "started",
    "SUCCEEDED": "succeeded",
    "PROGRESS": "progress",
    "SKIPPED_ERRORS": "skipped errors",
    "UNPAUSED": "unpaused",
    "VERIFY_CHECKSUM": "verify checksum",
    "ENDPOINT_ERROR": "endpoint error",
    "NO_CREDENTIALS": "credentials expired",
}


def task_time(timestamp: float | None) -> str | None:
    """`2021-09-02T18:04:49+00:00`, as task documents give timestamps."""
    if timestamp is None:
        return None
    return datetime.fromtimestamp(int(timestamp), UTC).isoformat()


def file_time(timestamp: float) -> str:
    """`2021-09-02 18:04:49+00:00`, as file documents give timestamps: whole seconds, rounded down."""
    return datetime.fromtimestamp(timestamp // 1, UTC).isoformat(sep=" ")


def username(identity: str) -> str:
    """The `u_` name that stands for an identity."""
    return "u_" + base64.b32encode(UUID(identity).bytes).decode().rstrip("=").lower()


def nice_status(row: sqlite3.Row, now: float) -> str | None:
    """The condition of an unfinished task: OK, Queued, or the code of its current error."""
    if row["completion_time"] is not None:
        return None
    if row["status"] == "INACTIVE":
        return "NO_CREDENTIALS"
    if row["pause_message"] is not None:
        return "PAUSED"
    if row["error_code"] is not None and now - row["error_time"] < _ERROR_SHOWS:
        return str(row["error_code"])
    return "OK" if row["working"] or row["hold"] else "Queued"


def task(row: sqlite3.Row, *, settings: Settings) -> dict[str, Any]:
    """The task document: 48 keys, and two more if store_base_path_info was requested."""
    now = clock.now()
    options = json.loads(row["options"])
    return {
        "DATA_TYPE": "task",
        **_identity(row, settings=settings),
        **_condition(row, now=now),
        **_options(options, transfer=row["type"] == "TRANSFER"),
        **_counts(row, now=now),
        **options.get("base_paths", {}),
    }


def _identity(row: sqlite3.Row, *, settings: Settings) -> dict[str, Any]:
    source = row["source_endpoint_id"]
    destination = row["destination_endpoint_id"]
    return {
        "task_id": row["task_id"],
        "type": row["type"],
        "label": row["label"],
        "owner_id": row["owner_id"],
        "username": username(row["owner_id"]),
        "command": "API 0.10",
        "request_time": task_time(row["request_time"]),
        "completion_time": task_time(row["completion_time"]),
        "deadline": task_time(row["deadline"]),
        "source_endpoint": source,
        "source_endpoint_id": source,
        "source_endpoint_display_name": _name(source, settings),
        "destination_endpoint": destination,
        "destination_endpoint_id": destination,
        "destination_endpoint_display_name": _name(destination, settings),
    }


def _name(collection_id: str | None, settings: Settings) -> str | None:
    collection = settings.collections.get(collection_id or "")
    return collection.name if collection else None


def _condition(row: sqlite3.Row, *, now: float) -> dict[str, Any]:
    nice = nice_status(row, now)
    finished = row["completion_time"]
    fatal = row["fatal_code"]
    return {
        "status": _shown_status(row),
        "nice_status": nice,
        "nice_status_short_description": nice and (nice if nice == "Queued" else describe(nice)),
        "nice_status_details": row["error_details"] if nice == row["error_code"] else None,
        "nice_status_expires_in": -1 if nice else None,
        "is_ok": None if nice is None else nice in ("OK", "Queued"),
        "is_paused": row["pause_message"] is not None and finished is None,
        "faults": row["faults"],
        "fatal_error": {"code": fatal, "description": row["fatal_description"]} if fatal else None,
        "canceled_by_admin": row["canceled_by_admin"],
        "canceled_by_admin_message": row["canceled_by_admin_message"],
        "history_deleted": bool(row["history_deleted"]),
    }


def _shown_status(row: sqlite3.Row) -> str:
    """Its status; or the one that a test has made it show."""
    shown, _, status = (row["hold"] or "").partition(" ")
    return status if shown == "shows" else str(row["status"])


def _options(options: dict[str, Any], *, transfer: bool) -> dict[str, Any]:
    rules = options.get("filter_rules")
    return {
        "delete_destination_extra": bool(options.get("delete_destination_extra")),
        "encrypt_data": bool(options.get("encrypt_data")),
        "fail_on_quota_errors": bool(options.get("fail_on_quota_errors")),
        "filter_rules": rules or None,
        "preserve_timestamp": bool(options.get("preserve_timestamp")),
        "recursive_symlinks": "ignore" if transfer else None,
        "skip_source_errors": bool(options.get("skip_source_errors")),
        "sync_level": options.get("sync_level"),
        "verify_checksum": bool(options.get("verify_checksum")),
    }


def _counts(row: sqlite3.Row, *, now: float) -> dict[str, Any]:
    begin = row["start_time"] or now
    seconds = max((row["completion_time"] or now) - begin, 1.0)
    return {
        "files": row["files"],
        "directories": row["directories"],
        "symlinks": row["symlinks"],
        "files_skipped": row["files_skipped"],
        "files_transferred": row["files_transferred"],
        "bytes_transferred": row["bytes_transferred"],
        "bytes_checksummed": row["bytes_checksummed"],
        "effective_bytes_per_second": int(row["bytes_transferred"] / seconds),
        **_subtasks(row),
    }


def _subtasks(row: sqlite3.Row) -> dict[str, int]:
    """Counted as the service does: in a transfer, an item or directory is one subtask and each file one more; in a
    delete, a path is one, whatever lies below it.
    """
    total = row["entries"] + (row["files"] if row["type"] == "TRANSFER" else 0)
    succeeded = row["done"] + row["files_transferred"] + row["files_skipped"]
    skipped = row["skipped_errors"]
    open_ = max(0, total - succeeded - skipped)
    ended = row["fatal_code"] if row["completion_time"] is not None else None
    retrying = 0 if row["completion_time"] is not None else min(row["retrying"], open_)
    return {
        "subtasks_total": total,
        "subtasks_succeeded": succeeded,
        "subtasks_skipped_errors": skipped,
        "subtasks_pending": 0 if row["completion_time"] is not None else open_ - retrying,
        "subtasks_retrying": retrying,
        "subtasks_canceled": open_ if ended == "CANCELED" else 0,
        "subtasks_expired": open_ if ended == "EXPIRED" else 0,
        "subtasks_failed": open_ if ended not in (None, "CANCELED", "EXPIRED") else 0,
    }


def describe(code: str) -> str:
    """A code in words."""
    return DESCRIPTIONS.get(code, code.lower().replace("_", " "))


def event(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "DATA_TYPE": "event",
        "code": row["code"],
        "description": row["description"],
        "details": row["details"],
        "is_error": bool(row["is_error"]),
        "time": task_time(row["time"]),
    }
