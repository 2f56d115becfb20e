"""Collection paths and the jail that they live in."""

from __future__ import annotations

import os
from pathlib import Path

from loopback_globus.settings import Collection

#: Temporary names of files on their way; no listing shows them.
TEMPORARY_PREFIX = ".loopback_globus-"


class OutsideError(Exception):
    """A path that leads out of the collection's folder."""


def collapse(path: str) -> str:
    """Give the path from the collection's root, '/'-rooted, without trailing slash ('/' is the root).

    '/~/' and relative paths mean the default directory, which here is the root. '..' is refused, since
    what it means behind a symbolic link is anyone's guess; how the real service takes it is not known.
    """
    if path == "~" or path.startswith("~/"):
        path = path[1:]
    elif path == "/~" or path.startswith("/~/"):
        path = path[2:]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in path:
        raise OutsideError(path)
    return "/" + "/".join(parts)


def local(collection: Collection, path: str) -> Path:
    """The place on disk, not looked at: a symbolic link may still lead elsewhere (see `resolve`)."""
    parts = [from_wire(part) for part in collapse(path).split("/") if part]
    return collection.root.joinpath(*parts)


def resolve(collection: Collection, path: str, *, follow: bool = True) -> Path:
    """The place on disk with every symbolic link followed (but the last, if not `follow`).

    raises : OutsideError if that place is not under the collection's root.
    """
    place = local(collection, path)
    if place == collection.root:
        return place
    real = os.path.realpath(place) if follow else f"{os.path.realpath(place.parent)}/{place.name}"
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
