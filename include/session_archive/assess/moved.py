"""Is a data set that is new by its name one that the archive holds already, moved or copied to another name? Pure.

The raw files of two recordings never have the same names, sizes and times; a recording keeps them when its folder is
renamed or copied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from session_archive.assess.verdict import Record
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import State

#: At most so many files of a data set are looked up in the catalog; one that is archived has many that are known.
MOST_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Twin:
    """A file of a data set that is archived under another name, with the name, size and time of a new file.

    path        : of the new file
    data_set    : that holds the archived one
    archived_at : when that data set was verified in the archive, UTC
    """

    path: str
    data_set: DataSetName
    archived_at: dt.datetime


def files_to_compare(manifest: Manifest, is_raw: Callable[[str], bool]) -> tuple[FileEntry, ...]:
    """The largest raw files: an empty one has no time of its own, and texts are copied from session to session.

    is_raw : whether a name is that of a file that the rig itself recorded
    """
    raw = [file for file in manifest.files if file.size and is_raw(_name(file))]
    return tuple(sorted(raw, key=lambda file: (-file.size, file.path))[:MOST_COMPARED])


def find_twins(
    files: Iterable[FileEntry], archived: Iterable[tuple[DataSetName, FileEntry, dt.datetime]]
) -> tuple[Twin, ...]:
    """The archived files that have the name, size and time of a new one, by the path of the new one.

    archived : files of other data sets with the size and time of one of `files`; when each was verified
    """
    by_content = {_content(file): file.path for file in files}
    found = [
        Twin(path, data_set, archived_at)
        for data_set, file, archived_at in archived
        if (path := by_content.get(_content(file)))
    ]
    return tuple(sorted(found, key=lambda twin: (twin.path, str(twin.data_set))))


def judge_moved(twins: Sequence[Twin], *, folder: str) -> Record | None:
    """Ambiguous where files of it are archived under another name, until a person decides; None where none is.

    folder : `rig1:SC022/01022021/video`, to show
    """
    if not twins:
        return None
    first = twins[0]
    count = len({twin.path for twin in twins if twin.data_set == first.data_set}) - 1
    more = f" and {count} more of its largest files have" if count else " has"
    return Record(
        State.AMBIGUOUS,
        f"looks like {first.data_set}, archived on {first.archived_at:%Y-%m-%d}: {first.path}{more} the same name, "
        f"size and time there; if {folder} is a session of its own, give it to that by `session-archive decide`, else "
        "rename it back, or ignore it by `session-archive decide --ignore`",
        files=tuple((twin.path, f"archived as {twin.data_set}") for twin in twins),
    )


def _name(file: FileEntry) -> str:
    return file.path.rpartition("/")[2]


def _content(file: FileEntry) -> tuple[str, int, int]:
    return _name(file), file.size, file.mtime
