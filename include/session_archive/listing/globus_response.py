"""Reads a listing as Globus sends it; a listing that no directory can have is an error of that place."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping

from printable_text import printable
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry

#: A link has one of these types and a target; any other type is neither a file nor a folder.
_KINDS = {"file": "file", "dir": "dir", "invalid_symlink": "link"}

#: What is read of each entry.
ENTRY_KEYS = ("name", "type", "size", "last_modified", "link_target")

#: The largest size that a database can store; no disk has a larger file.
LARGEST = 2**63 - 1


def read_listing(documents: object, *, where: str) -> list[Entry]:
    """The `file` documents of one listing as entries, in their order (Globus Transfer API, "File Operations").

    where  : place and path, for the error
    raises : ListingError for the whole directory: a server with one wrong entry may have sent others that look right
    """
    if not isinstance(documents, Iterable) or isinstance(documents, (str, bytes, Mapping)):
        raise _broken(where, f"the response has no list of names, but {_shown(documents)}")
    names: set[str] = set()
    entries = []
    for entry in _entries(documents, where):
        if entry.name in names:
            raise _broken(where, f"the listing names {_shown(entry.name)} twice")
        names.add(entry.name)
        entries.append(entry)
    return entries


def _entries(documents: Iterable[object], where: str) -> Iterator[Entry]:
    for document in documents:
        if not isinstance(document, Mapping):
            raise _broken(where, f"an entry is not an object with a name: {_shown(document)}")
        name, type_ = document.get("name"), document.get("type")
        if not isinstance(name, str) or not name:
            raise _broken(where, f"a name is missing: {_shown(name)}")
        if not isinstance(type_, str) or not type_:
            raise _broken(where, f"{_shown(name)} has no type: {_shown(type_)}")
        kind = "link" if document.get("link_target") else _KINDS.get(type_, "other")
        try:
            size = _size(document.get("size")) if kind == "file" else 0
            yield Entry(name, kind, size, _timestamp(document.get("last_modified")))
        except ValueError as error:
            raise _broken(where, f"{_shown(name)} {error}") from None


def _size(raw: object) -> int:
    # True is an int in Python.
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= LARGEST:
        raise ValueError(f"has a size of {_shown(raw)}; expected a number of bytes")
    return raw


def _timestamp(raw: object) -> int:
    """Seconds since 1970 UTC, rounded down; 0 when the place has no modification times."""
    if raw is None or raw == "":
        return 0
    wrong = (
        f"has a modification time of {_shown(raw)}; expected a timestamp such as 2021-09-02 18:04:49+00:00"
    )
    if not isinstance(raw, str):
        raise ValueError(wrong)
    try:
        timestamp = dt.datetime.fromisoformat(raw)
        # Globus means UTC where it gives no zone, not this machine's time.
        utc = timestamp.astimezone(dt.UTC) if timestamp.tzinfo else timestamp.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(wrong) from None
    return math.floor(utc.timestamp())


def _broken(where: str, what: str) -> ListingError:
    return ListingError(
        f"{where} could not be listed: {what}. The whole listing is rejected; look at the folder in the Globus "
        "web app, and ask the people who run the collection"
    )


def _shown(value: object) -> str:
    return printable(repr(value))[:200]
