"""The request for one transfer task, as values; knows neither Airflow nor the SDK."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from globus_provider.errors import GlobusRequestError

#: What Globus compares before it overwrites an existing file (Transfer API, "sync_level").
SyncLevel = Literal["exists", "size", "mtime", "checksum"]
_SYNC_LEVELS: dict[str, int] = {"exists": 0, "size": 1, "mtime": 2, "checksum": 3}
#: Transfer API, "label".
MAX_LABEL = 128


@dataclass(frozen=True, slots=True)
class TransferItem:
    """One file, or one directory with everything below it.

    source_path, destination_path : absolute on their collections; a file's destination is a full file path
    external_checksum  : hex; the file must have it at both ends, else the whole transfer fails
    checksum_algorithm : of `external_checksum` and of every comparison; '' leaves it to Globus (MD5)
    recursive          : True for a directory, False for a file, None lets Globus find out
    """

    source_path: str
    destination_path: str
    external_checksum: str = ""
    checksum_algorithm: str = ""
    recursive: bool | None = None

    @classmethod
    def of(cls, value: Any) -> TransferItem:
        """Read an item from a pair of paths or from a mapping of these fields. Raises GlobusRequestError."""
        if isinstance(value, cls):
            return value
        try:
            if isinstance(value, str):  # would be split into letters
                raise TypeError("a single path")
            return cls(**value) if isinstance(value, Mapping) else cls(*value)
        except TypeError as error:
            raise GlobusRequestError(
                f"{value!r} is not a transfer item; expected a pair (source path, destination path) "
                f"or a mapping with source_path and destination_path ({error})"
            ) from None

    def as_document(self) -> dict[str, Any]:
        """A `transfer_item` document."""
        document: dict[str, Any] = {
            "DATA_TYPE": "transfer_item",
            "source_path": self.source_path,
            "destination_path": self.destination_path,
        }
        if self.external_checksum:
            document["external_checksum"] = self.external_checksum
        if self.checksum_algorithm:
            document["checksum_algorithm"] = self.checksum_algorithm
        if self.recursive is not None:
            document["recursive"] = self.recursive
        return document


class Items(Protocol):
    """What a task moves: a tuple, or ItemsOfPaths."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[TransferItem]: ...


@dataclass(frozen=True, slots=True)
class ItemsOfPaths:
    """An item for each of many paths, made when it is read: 100,000 items take 40 MB.

    item : the one of a path; the same one each time
    """

    paths: Sequence[str]
    item: Callable[[str], TransferItem]

    def __len__(self) -> int:
        """As many as paths."""
        return len(self.paths)

    def __iter__(self) -> Iterator[TransferItem]:
        """In the order of the paths."""
        return map(self.item, self.paths)


@dataclass(frozen=True, slots=True)
class TransferItems:
    """Items, with values that depend on them: these take precedence over the operator's arguments."""

    items: Items
    sync_level: SyncLevel | None = None
    deadline: dt.datetime | dt.timedelta | None = None
    verify_checksum: bool = True

    @classmethod
    def of(cls, value: Any) -> TransferItems:
        """Read a plain sequence of items, pairs or mappings. Raises GlobusRequestError."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            raise GlobusRequestError(
                f"items is {value!r}; expected a sequence of (source path, destination path)"
            )
        return cls(tuple(TransferItem.of(item) for item in value))


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """One transfer task; the defaults are those that an archive needs.

    label      : at most 128 characters; an unfinished transfer is found again by it
    deadline   : when Globus gives up; None means Globus' own 24 h, which are extended while files arrive
    sync_level : None always copies, and overwrites existing files. After a failed transfer only "checksum" is safe
                 (Globus CLI manual, `transfer --sync-level`)
    """

    source_collection: str
    destination_collection: str
    items: Items
    label: str
    deadline: dt.datetime | None = None
    sync_level: SyncLevel | None = None
    verify_checksum: bool = True
    preserve_timestamp: bool = True
    encrypt_data: bool = True
    fail_on_quota_errors: bool = True
    skip_source_errors: bool = False
    notify: bool = False

    def __post_init__(self) -> None:
        """Refuse what the service would refuse, with a clearer message. Raises GlobusRequestError."""
        if not self.items:
            raise GlobusRequestError(f"transfer '{self.label}' has no items; expected one or more")
        if self.sync_level is not None and self.sync_level not in _SYNC_LEVELS:
            raise GlobusRequestError(
                f"sync level {self.sync_level!r} is unknown; expected one of {', '.join(_SYNC_LEVELS)}"
            )
        if self.deadline is not None and self.deadline.tzinfo is None:
            raise GlobusRequestError(f"deadline {self.deadline.isoformat()} has no time zone; expected UTC")
        _require_label(self.label, "transfer")

    def as_document(self, submission_id: str) -> dict[str, Any]:
        """The body of `POST /transfer`; the service executes a submission id only once."""
        return self._without_items(submission_id) | {"DATA": [item.as_document() for item in self.items]}

    def as_json(self, submission_id: str) -> bytes:
        """The same as it is posted, written item by item: of 100,000, the documents would take 100 MB."""
        body = io.BytesIO()
        body.write(json.dumps(self._without_items(submission_id)).encode()[:-1])
        separator = ', "DATA": ['
        for item in self.items:
            body.write(f"{separator}{json.dumps(item.as_document())}".encode())
            separator = ", "
        body.write(b"]}")
        return body.getvalue()

    def _without_items(self, submission_id: str) -> dict[str, Any]:
        document: dict[str, Any] = {
            "DATA_TYPE": "transfer",
            "submission_id": submission_id,
            "source_endpoint": self.source_collection,
            "destination_endpoint": self.destination_collection,
            "label": self.label,
            "verify_checksum": self.verify_checksum,
            "preserve_timestamp": self.preserve_timestamp,
            "encrypt_data": self.encrypt_data,
            "fail_on_quota_errors": self.fail_on_quota_errors,
            "skip_source_errors": self.skip_source_errors,
            "delete_destination_extra": False,  # this provider never deletes
            "notify_on_succeeded": self.notify,
            "notify_on_failed": self.notify,
            "notify_on_inactive": self.notify,
        }
        if self.sync_level is not None:
            document["sync_level"] = _SYNC_LEVELS[self.sync_level]
        if self.deadline is not None:
            document["deadline"] = self.deadline.astimezone(dt.UTC).isoformat(sep=" ", timespec="seconds")
        return document


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """One task that deletes paths of a collection.

    recursive      : directories too, with everything below them
    ignore_missing : a path that does not exist is no failure, as after an earlier try
    label          : at most 128 characters
    """

    collection: str
    paths: tuple[str, ...]
    label: str
    recursive: bool = False
    ignore_missing: bool = False

    def __post_init__(self) -> None:
        """Refuse what would delete too much, or nothing. Raises GlobusRequestError."""
        if not self.paths:
            raise GlobusRequestError(f"deletion '{self.label}' has no paths; expected one or more")
        for path in self.paths:
            if not isinstance(path, str) or not path.startswith("/") or ".." in path.split("/"):
                raise GlobusRequestError(
                    f"deletion '{self.label}': path {path!r} is not absolute; expected /a/b"
                )
            if not path.strip("/. ~"):
                raise GlobusRequestError(
                    f"deletion '{self.label}': path {path!r} is a whole collection; expected a path below it"
                )
        _require_label(self.label, "deletion")

    def as_document(self, submission_id: str) -> dict[str, Any]:
        """The body of `POST /delete`; the service executes a submission id only once."""
        return {
            "DATA_TYPE": "delete",
            "submission_id": submission_id,
            "endpoint": self.collection,
            "label": self.label,
            "recursive": self.recursive,
            "ignore_missing": self.ignore_missing,
            "interpret_globs": False,  # a name may hold '*'
            "notify_on_succeeded": False,
            "notify_on_failed": False,
            "notify_on_inactive": False,
            "DATA": [{"DATA_TYPE": "delete_item", "path": path} for path in self.paths],
        }


def _require_label(label: str, kind: str) -> None:
    if not label or len(label) > MAX_LABEL or label != label.strip() or {"\r", "\n"} & set(label):
        raise GlobusRequestError(
            f"Globus refuses the {kind} label {label!r} ({len(label)} characters); expected 1 to "
            f"{MAX_LABEL} characters on one line, without blanks at the ends"
        )
