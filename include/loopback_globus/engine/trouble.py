"""The errors of one file, in the codes of the service's events."""

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
#: Errors that skip_source_errors may skip, only at the source (Globus docs).
_SKIPPABLE = frozenset({"FILE_NOT_FOUND", "PERMISSION_DENIED"})


class Trouble(Exception):
    """A file cannot be moved now; `fatal` ends the task, and skip_source_errors skips it if it is `skippable`."""

    def __init__(self, code: str, details: str, *, skippable: bool = False, fatal: bool = False) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.skippable = skippable
        self.fatal = fatal


class Stopped(Exception):
    """The task was cancelled or paused, may not work for another reason, or the service stops."""


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn errors of the system at a source into Trouble."""
    try:
        yield
    except OSError as error:
        code = _code(error)
        raise Trouble(code, _details(path, error), skippable=code in _SKIPPABLE) from error


@contextmanager
def writing(path: str, *, quota_is_fatal: bool = False) -> Iterator[None]:
    """Turn errors of the system at a destination into Trouble."""
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
