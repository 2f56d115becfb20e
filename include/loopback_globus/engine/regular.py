"""Opens regular files only: reading a pipe waits for a writer, and a device may have no end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from loopback_globus.engine.trouble import Trouble, reading, writing

#: O_NONBLOCK changes nothing for a regular file; opening a pipe waits for its other end without it.
_COMMON = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def open_to_read(path: Path) -> int:
    """Return the descriptor of a regular file. raises : Trouble for anything else, OSError."""
    return _only_regular(os.open(path, os.O_RDONLY | _COMMON), path)


def open_to_write(path: Path) -> int:
    """Return the descriptor of a new or emptied regular file. raises : Trouble for anything else, OSError."""
    return _only_regular(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _COMMON, 0o666), path)


def make_hole(source: Path, target: Path) -> int:
    """Make a file of the size of the source, without its content; returns the size. raises : Trouble."""
    with reading(str(source)):
        size = source.stat().st_size
    with writing(str(target)):
        descriptor = open_to_write(target)
        try:
            os.ftruncate(descriptor, size)
        finally:
            os.close(descriptor)
    return size


def require_regular(mode: int, path: str) -> None:
    """Refuse what is no file by its mode, so that a device is not even opened. raises : Trouble."""
    if not stat.S_ISREG(mode):
        raise Trouble("NOT_A_FILE", f"Path: {path}: is a pipe, a socket or a device")


def _only_regular(descriptor: int, path: Path) -> int:
    """Look again at what was opened: it may have been changed since the first look."""
    try:
        require_regular(os.fstat(descriptor).st_mode, str(path))
    except Trouble:
        os.close(descriptor)
        raise
    return descriptor
