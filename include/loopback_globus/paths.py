"""Collection paths and the jail that they live in."""

from __future__ import annotations

import os
from pathlib import Path

from loopback_globus.settings import Collection

#: Temporary names of files on their way; no listing shows them.
TEMPORARY_PREFIX = ".loopback_globus-"


class OutsideError(Exception):
    """A path that leads out of the collection's folder."""


class InvalidPathError(Exception):
    """A path that the service takes for none: it holds a NUL, or CR LF."""


def collapse(path: str) -> str:
    """Give the path from the collection's root, '/'-rooted, without trailing slash ('/' is the root).

    '/~/' and relative paths mean the default directory, which here is the root. '..' is refused, since
    what it means behind a symbolic link is anyone's guess; how the real service takes it is not known.

    raises : OutsideError, InvalidPathError
    """
    if "\0" in path or "\r\n" in path:
        raise InvalidPathError(path)
    if path == "~" or path.startswith("~/"):
        path = path[1:]
    elif path == "/~" or path.startswith("/~/"):
        path = path[2:]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise OutsideError(path)
    return "/" + "/".join(parts)


def resolve(collection: Collection, path: str, *, follow: bool = True) -> Path:
    """The place on disk with every symbolic link followed (but the last, if not `follow`).

    raises : OutsideError if that place is not under the collection's root, InvalidPathError
    """
    inner = collapse(path)
    if inner == "/":
        return collection.root
    place = str(collection.root).rstrip("/") + "/".join(map(from_wire, inner.split("/")))
    parent, _, name = place.rpartition("/")
    real = os.path.realpath(place) if follow else f"{os.path.realpath(parent or '/')}/{name}"
    if not inside(collection, real):
        raise OutsideError(path)
    return Path(real)


def inside(collection: Collection, real: str) -> bool:
    """Whether a real path lies at or under the collection's root."""
    root = str(collection.root).rstrip("/")
    return real == (root or "/") or real.startswith(root + "/")


def to_wire(name: str) -> str:
    """A file name as clients see it: bytes that are no UTF-8 as Latin-1 behind a U+FFFD (Globus docs)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "\ufffd" + os.fsencode(name).decode("latin-1")
    return name


def from_wire(name: str) -> str:
    """The inverse of `to_wire`."""
    if not name.startswith("\ufffd"):
        return name
    try:
        return os.fsdecode(name[1:].encode("latin-1"))
    except UnicodeEncodeError:
        return name
