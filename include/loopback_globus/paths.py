"""Collection paths, and the jail that they may not leave."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from pathlib import Path

from loopback_globus.settings import Collection

#: Temporary names of files that are being copied; no listing shows them.
TEMPORARY_PREFIX = ".loopback_globus-"


class OutsideError(Exception):
    """A path that leads out of the collection's folder."""


class InvalidPathError(Exception):
    """A path that the service rejects: it holds a NUL, CR LF, or half a surrogate pair."""


def collapse(path: str) -> str:
    """Return the path from the collection's root, '/'-rooted, without trailing slash ('/' is the root).

    '/~/' and relative paths mean the default directory, which here is the root. '..' is refused, since its
    meaning behind a symbolic link is not clear; how the real service treats it is not known.

    raises : OutsideError, InvalidPathError
    """
    if "\0" in path or "\r\n" in path or not _is_utf8(path):
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
    """The path on disk with every symbolic link followed (except the last, if not `follow`).

    raises : OutsideError if that path is not below the collection's root, InvalidPathError
    """
    inner = collapse(path)
    if inner == "/":
        return collection.root
    names = [from_wire(name) for name in inner.split("/")]
    if collection.folds:
        names = _as_stored(collection, names)
    place = str(collection.root).rstrip("/") + "/".join(names)
    parent, _, name = place.rpartition("/")
    real = os.path.realpath(place) if follow else f"{os.path.realpath(parent or '/')}/{name}"
    if not inside(collection, real):
        raise OutsideError(path)
    return Path(real)


def _as_stored(collection: Collection, names: list[str]) -> list[str]:
    """The names as a file system stores them that takes some names for one: an existing entry keeps its spelling."""
    stored, directory = [""], collection.root
    for name in names[1:]:
        spelling = unicodedata.normalize("NFD", name) if "normalisation" in collection.folds else name
        with suppress(OSError):
            existing = {_folded(collection, entry.name): entry.name for entry in directory.iterdir()}
            spelling = existing.get(_folded(collection, name), spelling)
        stored.append(spelling)
        directory /= spelling
    return stored


def _folded(collection: Collection, name: str) -> str:
    plain = unicodedata.normalize("NFD", name) if "normalisation" in collection.folds else name
    return plain.casefold() if "case" in collection.folds else plain


def inside(collection: Collection, real: str) -> bool:
    """Whether a real path is the collection's root, or below it."""
    root = str(collection.root).rstrip("/")
    return real == (root or "/") or real.startswith(root + "/")


def to_wire(name: str) -> str:
    """A file name as clients see it: a name that is not UTF-8 becomes U+FFFD and its bytes as Latin-1 (Globus docs)."""
    return name if _is_utf8(name) else "\ufffd" + os.fsencode(name).decode("latin-1")


def from_wire(name: str) -> str:
    """The inverse of `to_wire`, and of nothing else: no text stands for a name that is UTF-8, such as '..'."""
    if not name.startswith("\ufffd"):
        return name
    try:
        decoded = os.fsdecode(name[1:].encode("latin-1"))
    except UnicodeEncodeError:
        return name
    return name if _is_utf8(decoded) else decoded


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
