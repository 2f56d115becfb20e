"""Reads what a foreign service tells of a directory; what cannot be true of any directory is an error of that place."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping

from session_archive.errors import ListingError
from session_archive.listing.entries import Entry
from session_archive.naming.session_name import printable

#: A link has one of these types and says where it leads; whatever else Globus names is neither file nor folder.
_KINDS = {"file": "file", "dir": "dir", "invalid_symlink": "link"}

#: Above this no database keeps a size, and no disk has such a file.
LARGEST = 2**63 - 1


def read_listing(documents: object, *, where: str) -> list[Entry]:
    """The `file` documents of one listing as entries, in their order (Globus Transfer API, "File Operations").

    where  : place and path, for the error
    raises : ListingError for the whole directory: who tells one thing wrong may have told another wrong unseen
    """
    if not isinstance(documents, Iterable) or isinstance(documents, (str, bytes, Mapping)):
        raise _broken(where, f"no list of names came, but {_shown(documents)}")
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
            raise _broken(where, f"{_shown(document)} stands in the place of a name")
        name, told = document.get("name"), document.get("type")
        if not isinstance(name, str) or not name:
            raise _broken(where, f"a name is missing: {_shown(name)}")
        if not isinstance(told, str) or not told:
            raise _broken(where, f"{_shown(name)} has no type: {_shown(told)}")
        kind = "link" if document.get("link_target") else _KINDS.get(told, "other")
        try:
            size = _size(document.get("size")) if kind == "file" else 0
            yield Entry(name, kind, size, _instant(document.get("last_modified")))
        except ValueError as error:
            raise _broken(where, f"{_shown(name)} {error}") from None


def _size(told: object) -> int:
    # Python takes True for 1.
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= LARGEST:
        raise ValueError(f"has a size of {_shown(told)}; expected a number of bytes")
    return told


def _instant(told: object) -> int:
    """Whole seconds UTC, rounded down; 0 where the place keeps no times."""
    if told is None or told == "":
        return 0
    wrong = f"was changed at {_shown(told)}; expected an instant such as 2021-09-02 18:04:49+00:00"
    if not isinstance(told, str):
        raise ValueError(wrong)
    try:
        moment = dt.datetime.fromisoformat(told)
        # Without a zone it is UTC, as Globus has it, and not the time of this machine.
        utc = moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(wrong) from None
    return math.floor(utc.timestamp())


def _broken(where: str, what: str) -> ListingError:
    return ListingError(
        f"{where} could not be listed: {what}. Nothing of this folder is taken for true; list it in the Globus web "
        "app, and ask who runs the collection"
    )


def _shown(value: object) -> str:
    return printable(repr(value))[:200]
