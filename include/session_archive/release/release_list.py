"""A list of what may be deleted at one rig, as a person gets it: a script that deletes nothing unless asked to."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName

#: A script refuses to run later: what was true when it was made may not be any more.
VALID = dt.timedelta(hours=24)

Language = Literal["sh", "powershell"]


@dataclass(frozen=True, slots=True)
class ReleasedDataSet:
    """One data set of a list: the files that lay at the rig, all of them archived."""

    name: DataSetName
    files: Manifest


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """What one script may delete.

    place    : the rig, a name of archive.toml
    root     : its root as the rig's own system writes it; '' where archive.toml has no local_path
    given_at : UTC
    """

    id: uuid.UUID
    place: str
    root: str
    given_by: str
    given_at: dt.datetime
    data_sets: tuple[ReleasedDataSet, ...]

    @property
    def n_files(self) -> int:
        """Of all its data sets."""
        return sum(len(each.files.files) for each in self.data_sets)

    @property
    def n_bytes(self) -> int:
        """Of all its data sets."""
        return sum(each.files.n_bytes for each in self.data_sets)

    @property
    def expires_at(self) -> dt.datetime:
        """UTC; its script refuses to run later."""
        return self.given_at + VALID


@dataclass(frozen=True, slots=True)
class Removed:
    """What the log of a script says of one data set: how many of its files were removed, and what was left and why."""

    data_set: str
    n_files: int
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseLog:
    """The log of one script that was run.

    ended : False where the script was stopped
    """

    list_id: uuid.UUID
    removed: tuple[Removed, ...]
    ended: bool


_HEADER, _END = "session-archive release list", "end"


def read_log(text: str, *, name: str) -> ReleaseLog:
    """Read what a script wrote. Raises ArchiveError, naming the line, for anything else.

    name : of the file
    """
    lines = text.lstrip("\ufeff").splitlines()
    first = lines[0].split("\t") if lines else [""]
    if len(first) != 2 or first[0] != _HEADER:
        raise ArchiveError(
            f"{name}: not the log of a release script; expected a first line {_HEADER!r} with the list's id"
        )
    try:
        list_id = uuid.UUID(first[1])
    except ValueError:
        raise ArchiveError(f"{name}, line 1: {first[1]!r} is not the id of a list") from None
    counts: dict[str, int] = {}
    left: dict[str, list[str]] = {}
    ended = False
    for number, line in enumerate(lines[1:], 2):
        match line.split("\t"):
            case ["removed", data_set, _]:
                counts[data_set] = counts.get(data_set, 0) + 1
            case ["left", data_set, what, why]:
                counts.setdefault(data_set, 0)
                left.setdefault(data_set, []).append(f"{what}: {why}")
            case ["end"]:
                ended = True
            case _:
                raise ArchiveError(
                    f"{name}, line {number}: {line[:80]!r}; expected 'removed', 'left' or 'end' and what it is about, "
                    "with tabs between"
                )
    removed = tuple(Removed(name, n, tuple(left.get(name, ()))) for name, n in counts.items())
    return ReleaseLog(list_id, removed, ended)
