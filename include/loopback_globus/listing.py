"""Folders as clients see them: file documents."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from loopback_globus import documents, filters, paths
from loopback_globus.errors import bad_request
from loopback_globus.settings import Collection

_TYPES = {
    stat.S_IFDIR: "dir",
    stat.S_IFREG: "file",
    stat.S_IFCHR: "chr",
    stat.S_IFBLK: "blk",
    stat.S_IFIFO: "pipe",
}
_NO_LINK: dict[str, Any] = {
    "link_target": None,
    "link_size": None,
    "link_user": None,
    "link_group": None,
    "link_last_modified": None,
}

FileTest = Callable[[Mapping[str, Any]], bool]


@lru_cache(maxsize=256)
def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@lru_cache(maxsize=256)
def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def documents_of(collection: Collection, directory: Path, *, show_hidden: bool) -> Iterator[dict[str, Any]]:
    """Return a file document for each entry, in the order of the disk, without those that vanish meanwhile.

    raises : OSError if the directory itself cannot be read.
    """
    with os.scandir(directory) as items:
        for item in items:
            hidden = item.name.startswith("." if not show_hidden else paths.TEMPORARY_PREFIX)
            if not hidden and (document := file_document(collection, item)) is not None:
                yield document


def file_document(collection: Collection, item: os.DirEntry[str] | Path) -> dict[str, Any] | None:
    """The document of one file, link or directory; None if it does not exist (any more)."""
    try:
        own = item.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    name = paths.to_wire(item.name)
    if stat.S_ISLNK(own.st_mode):
        return _link(collection, name, os.fspath(item), own)
    return {**_file(name, own, _TYPES.get(stat.S_IFMT(own.st_mode), "other")), **_NO_LINK}


def _link(collection: Collection, name: str, path: str, own: os.stat_result) -> dict[str, Any]:
    """A link is shown as its target; one that is broken or leads out of the collection is invalid."""
    shown, kind = own, "invalid_symlink"
    try:
        if paths.inside(collection, os.path.realpath(path)):
            shown = Path(path).stat()
            kind = _TYPES.get(stat.S_IFMT(shown.st_mode), "other")
    except OSError:
        pass  # broken, or a loop: stays invalid
    return {
        **_file(name, shown, kind),
        "link_target": paths.to_wire(str(Path(path).readlink())),
        "link_size": own.st_size,
        "link_user": _user(own.st_uid),
        "link_group": _group(own.st_gid),
        "link_last_modified": documents.file_time(own.st_mtime),
    }


def _file(name: str, info: os.stat_result, kind: str) -> dict[str, Any]:
    return {
        "DATA_TYPE": "file",
        "name": name,
        "type": kind,
        "size": info.st_size,
        "last_modified": documents.file_time(info.st_mtime),
        "permissions": f"{stat.S_IMODE(info.st_mode):04o}",
        "user": _user(info.st_uid),
        "group": _group(info.st_gid),
    }


def in_order(entries: list[dict[str, Any]], orderby: str) -> list[dict[str, Any]]:
    """Sort by `name ASC,size DESC`; by name if `orderby` is empty. raises : ApiError 400."""
    for field, descending in reversed(filters.order(orderby) or [("name", False)]):
        if field not in ("name", "type", "size", "last_modified", "user", "group", "permissions"):
            raise bad_request(f"Cannot order by field '{field}'")
        entries.sort(key=itemgetter(field), reverse=descending)
    return entries


#: Fault -> the wrong entries that it makes of a right one.
_BROKEN: Mapping[str, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    "twice": lambda entry: [entry, entry],
    "size_negative": lambda entry: [{**entry, "size": -1}],
    "size_text": lambda entry: [{**entry, "size": "many"}],
    "no_name": lambda entry: [{key: value for key, value in entry.items() if key != "name"}],
    "no_type": lambda entry: [{key: value for key, value in entry.items() if key != "type"}],
    "time_broken": lambda entry: [{**entry, "last_modified": "yesterday"}],
}


def broken(page: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """A listing with a fault in its first file, or in its first entry if it has no file; or without its last entry."""
    if kind == "ends_early":
        return page[:-1]
    position = next((number for number, entry in enumerate(page) if entry.get("type") == "file"), 0)
    return [*page[:position], *_BROKEN[kind](page[position]), *page[position + 1 :]] if page else page
