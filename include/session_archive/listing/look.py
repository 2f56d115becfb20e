"""What lies at given paths of this machine's disk: files, and whatever keeps a path from leading inside the root."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from printable_text import printable
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.local import opened_directory

_BLOCKED = (errno.ELOOP, errno.ENOTDIR)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at some paths; a path in none of the three does not exist.

    files      : path -> the plain file there
    in_the_way : path -> why nothing may be read or written there: a link, or a special file, at it or above it
    unread     : path -> why this machine could not look there
    """

    files: dict[str, FileEntry] = field(default_factory=dict)
    in_the_way: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def look_at(root: Path, paths: Iterable[str]) -> Look:
    """Look at each path below `root`, which may itself be a link; none below it is followed."""
    look = Look()
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    for folder, names in folders.items():
        inside = [f"{folder}/{name}" if folder else name for name in names]
        try:
            with opened_directory(root, folder) as descriptor:
                for path, name in zip(inside, names, strict=True):
                    _look_in(descriptor, path, name, look)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in _BLOCKED:
                look.in_the_way.update(dict.fromkeys(inside, _blocker(root, folder)))
            else:
                look.unread.update(dict.fromkeys(inside, str(error.strerror)))
    return look


def _look_in(folder: int, path: str, name: str, look: Look) -> None:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        look.unread[path] = str(error.strerror)
        return
    if stat.S_ISREG(status.st_mode):
        look.files[path] = FileEntry(path, status.st_size, int(status.st_mtime))
    else:
        look.in_the_way[path] = _words(status.st_mode, name, folder)


def _blocker(root: Path, folder: str) -> str:
    """Which part of the path is no folder, in words."""
    parts = folder.split("/")
    for depth, name in enumerate(parts):
        try:
            with opened_directory(root, "/".join(parts[:depth])) as above:
                mode = os.stat(name, dir_fd=above, follow_symlinks=False).st_mode
                if not stat.S_ISDIR(mode):
                    return f"{printable('/'.join(parts[: depth + 1]))} is {_words(mode, name, above)}"
        except OSError:
            break
    return f"{printable(folder)} changed while it was looked at"


def _words(mode: int, name: str, folder: int) -> str:
    if not stat.S_ISLNK(mode):
        return "a folder" if stat.S_ISDIR(mode) else "a special file" if not stat.S_ISREG(mode) else "a file"
    try:
        return f"a symbolic link to {printable(os.readlink(name, dir_fd=folder))}"
    except OSError:
        return "a symbolic link"
