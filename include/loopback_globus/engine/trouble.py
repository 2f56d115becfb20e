"""What can be wrong with one file, in the codes of the service's events."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

_CODES = {
    errno.ENOENT: "FILE_NOT_FOUND",
    errno.EACCES: "PERMISSION_DENIED",
    errno.EPERM: "PERMISSION_DENIED",
    errno.EROFS: "PERMISSION_DENIED",
    errno.EISDIR: "IS_A_DIRECTORY",
    errno.ENOTDIR: "NOT_A_DIRECTORY",
    errno.ENOSPC: "NO_SPACE_LEFT",
    errno.EDQUOT: "QUOTA_EXCEEDED",
    errno.ENAMETOOLONG: "INVALID_PATH_NAME",
}
#: What skip_source_errors may skip, on the source's side only (Globus docs).
_SKIPPABLE = frozenset({"FILE_NOT_FOUND", "PERMISSION_DENIED"})


class Trouble(Exception):
    """A file does not get across now; `fatal` ends the task, skip_source_errors skips what is `skippable`."""

    def __init__(self, code: str, details: str, *, skippable: bool = False, fatal: bool = False) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.skippable = skippable
        self.fatal = fatal


class Stopped(Exception):
    """The task was cancelled, paused or is otherwise no longer to be worked on, or the service ends."""


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what the system says about a source into Trouble."""
    try:
        yield
    except OSError as error:
        code = _code(error)
        raise Trouble(code, _details(path, error), skippable=code in _SKIPPABLE) from error


@contextmanager
def writing(path: str, *, quota_is_fatal: bool = False) -> Iterator[None]:
    """Turn what the system says about a destination into Trouble."""
    try:
        yield
    except OSError as error:
        code = _code(error)
        fatal = quota_is_fatal and code == "QUOTA_EXCEEDED"
        raise Trouble(code, _details(path, error), fatal=fatal) from error


def _code(error: OSError) -> str:
    return _CODES.get(error.errno or 0, "ENDPOINT_ERROR")


def _details(path: str, error: OSError) -> str:
    return f"Path: {path}: {error.strerror}"
