"""The keys that we expect in the service's answers, and a witness that records unexpected ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import globus_sdk
    from globus_sdk.transport import RetryCheckResult, RetryContext

_ERROR = "code message request_id resource"

#: Keys of each document by its DATA_TYPE, from the Transfer API's reference and recorded answers of the SDK's tests.
KNOWN: Mapping[str, frozenset[str]] = {
    kind: frozenset(keys.split()) | {"DATA_TYPE"}
    for kind, keys in {
        "submission_id": "value",
        "transfer_result": f"{_ERROR} submission_id task_id task_link",
        "link": "href rel resource title",
        "result": _ERROR,
        "task": "bytes_checksummed bytes_transferred canceled_by_admin canceled_by_admin_message command "
        "completion_time deadline delete_destination_extra destination_base_path destination_endpoint "
        "destination_endpoint_display_name destination_endpoint_id destination_local_user "
        "destination_local_user_status directories effective_bytes_per_second encrypt_data fail_on_quota_errors "
        "fatal_error faults files files_skipped files_transferred filter_rules history_deleted is_ok is_paused "
        "label nice_status nice_status_details nice_status_expires_in nice_status_short_description owner_id "
        "preserve_timestamp recursive_symlinks request_time skip_source_errors source_base_path source_endpoint "
        "source_endpoint_display_name source_endpoint_id source_local_user source_local_user_status status "
        "subtasks_canceled subtasks_expired subtasks_failed subtasks_pending subtasks_retrying "
        "subtasks_skipped_errors subtasks_succeeded subtasks_total symlinks sync_level task_id type username "
        "verify_checksum",
        "task_list": "DATA has_next_page length limit offset total",
        "successful_transfers": "DATA marker next_marker",
        "successful_transfer": "checksum checksum_algorithm destination_path dynamic size source_path",
        "event_list": "DATA has_next_page length limit offset total",
        "event": "code description details is_error time",
        "file_list": "DATA absolute_path endpoint length limit offset path rename_supported symlink_supported total",
        "file": "group last_modified link_group link_last_modified link_size link_target link_user name permissions "
        "size type user",
        "mkdir_result": _ERROR,
    }.items()
}  # fmt: skip

#: The DATA_TYPE of a list's rows that have none of their own.
_ROWS = {
    "task_list": "task",
    "file_list": "file",
    "event_list": "event",
    "successful_transfers": "successful_transfer",
}
#: Documents that many services extend; new keys in them do not concern transfers.
_NOT_READ = frozenset({"endpoint", "server", "pause_info_limited"})


def unexpected(document: Mapping[str, Any], *, kind: str = "") -> Iterator[tuple[str, Any]]:
    """The unknown keys of a document and of those nested in it, with their values: ('task.new_key', value).

    kind : the DATA_TYPE of a document that has none of its own
    """
    kind = _kind_of(document) or kind
    if kind in _NOT_READ:
        return
    if kind not in KNOWN:
        yield kind or "a document without DATA_TYPE", ", ".join(document)
        return
    for key, value in document.items():
        if key not in KNOWN[kind]:
            yield f"{kind}.{key}", value
        elif key == "DATA":
            for row in value:
                yield from unexpected(row, kind=_ROWS.get(kind, ""))
        elif isinstance(value, Mapping) and "DATA_TYPE" in value:
            yield from unexpected(value)


def _kind_of(document: Mapping[str, Any]) -> str:
    """Its DATA_TYPE; without one, that of a document that may hold all its keys; '' if there is none."""
    data_type = str(document.get("DATA_TYPE", ""))
    return data_type or next((kind for kind, keys in KNOWN.items() if document.keys() <= keys), "")


class Witness:
    """Records unexpected keys of all answers to a Transfer client, and the service's clock.

    It never sees answers of Auth, which hold tokens.

    now    : this machine's clock
    fields : 'task.new_key' -> the first value seen
    clock  : the service's time and this machine's at the newest answer; None before the first
    """

    def __init__(self, client: globus_sdk.TransferClient, *, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self.fields: dict[str, Any] = {}
        self.clock: tuple[dt.datetime, dt.datetime] | None = None
        # The SDK shows each answer only to retry checks: this one decides nothing.
        client.retry_config.checks.register_check(self._note)

    def _note(self, context: RetryContext) -> RetryCheckResult:
        from globus_sdk.transport import RetryCheckResult

        answer = context.response
        if answer is not None:
            if date := answer.headers.get("Date"):
                self.clock = parsedate_to_datetime(date), self._now()
            if answer.ok and answer.headers.get("Content-Type", "").startswith("application/json"):
                for field, value in unexpected(answer.json()):
                    self.fields.setdefault(field, value)
        return RetryCheckResult.no_decision
