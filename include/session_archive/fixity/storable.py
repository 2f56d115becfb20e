"""What the catalog can store of a data set: to be asked before anything is sent. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry
from session_archive.naming.session_name import DataSetName

#: Characters of a path, and of all directories of a data set: the lengths of the catalog's columns.
PATH_LENGTH, DIRECTORY_LENGTH = 1024, 4096

_EPOCH = dt.datetime(1970, 1, 1)
#: Seconds since 1970 that are a date.
_FIRST, _LAST = ((day - _EPOCH) // dt.timedelta(seconds=1) for day in (dt.datetime.min, dt.datetime.max))


def require_storable(data_set: DataSetName, directory: str, files: Iterable[FileEntry]) -> None:
    """Raise RefusedError, with every file that the catalog cannot store."""
    require_directory(data_set, directory)
    require_files(files)


def require_directory(data_set: DataSetName, directory: str) -> None:
    """Raise RefusedError for directories, a line each, that are too long together."""
    if len(directory) > DIRECTORY_LENGTH:
        raise RefusedError(
            f"{data_set}: its directories take {len(directory)} characters; the catalog stores up to {DIRECTORY_LENGTH}"
        )


def require_files(files: Iterable[FileEntry]) -> None:
    """Raise RefusedError, with every file that the catalog cannot store."""
    wrong = tuple((file.path, why) for file in files if (why := _why_not_stored(file)))
    if wrong:
        raise RefusedError(_not_stored(wrong), files=wrong)


def is_storable(file: FileEntry) -> bool:
    """Whether the catalog can have such a file."""
    return not _why_not_stored(file)


def modification_time(file: FileEntry) -> dt.datetime:
    """As the catalog keeps it: UTC, without a time zone. Raises OverflowError if it is no date."""
    return _EPOCH + dt.timedelta(seconds=file.mtime)


def _not_stored(wrong: Sequence[tuple[str, str]]) -> str:
    """The path comes last: a state's text may be cut, and the path may be what is too long."""
    more = f" (and {len(wrong) - 1} more files)" if len(wrong) > 1 else ""
    return f"cannot be stored in the catalog, and is not sent{more}: {wrong[0][1]}: {wrong[0][0]}"


def _why_not_stored(file: FileEntry) -> str:
    if len(file.path) > PATH_LENGTH:
        return (
            f"a path of {len(file.path)} characters, while the catalog stores up to {PATH_LENGTH}; shorten it"
        )
    if not _FIRST <= file.mtime <= _LAST:
        return f"its modification time ({file.mtime} s since 1970) is not a valid date"
    return ""
