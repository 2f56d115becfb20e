"""The directory of a data set by the paths of its files, where no listing shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from session_archive.errors import NamingError
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName


def directory_of(paths: Iterable[str], data_set: DataSetName, *, conventions: Conventions) -> str:
    """The directory that the files lie in; several have a line each. Raises NamingError where no layout reads it.

    paths : of all files, relative to the root of their place
    """
    known: dict[str, bool] = {}
    tops = set()
    for folder in sorted({path.rpartition("/")[0] for path in paths}):
        top = next((each for each in _upwards(folder) if _is_read(each, data_set, conventions, known)), "")
        if not top:
            expected = conventions.examples([data_set.data_set_type])
            raise NamingError(f"{folder!r} is not read as a folder of {data_set}; expected e.g. {expected}")
        tops.add(top)
    return "\n".join(sorted(tops))


def _upwards(folder: str) -> Iterator[str]:
    """The folders on the way to this one, the outermost first, and itself."""
    names = folder.split("/")
    yield from ("/".join(names[: n + 1]) for n in range(len(names)))


def _is_read(folder: str, data_set: DataSetName, conventions: Conventions, known: dict[str, bool]) -> bool:
    if folder not in known:
        read = read_by_any_layout(folder, conventions)
        known[folder] = read is not None and read.data_set == data_set
    return known[folder]
