"""What map-ephys' own catalog says is archived, as values, and the messages about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from session_archive.naming.conventions import Conventions
from session_archive.settings.places import Place
from session_archive.states.state import LabSession

#: The predecessor's column; where its server was not strict, a longer path was cut there silently.
OLD_PATH_LENGTH = 128


@dataclass(frozen=True, slots=True)
class OldDataSet:
    """A row of the predecessor's `DataSet` with what belongs to it, as it was written.

    location : its name in the predecessor's catalog, 'raw-ephys'
    endpoint : Globus endpoint, nearly always a collection's id
    root     : directory of the location in the endpoint
    sessions : keys of the lab's sessions that it is archived for, as `plain_value` writes them; one, if all is well
    files    : (path, file type) of each file
    """

    location: str
    endpoint: str
    root: str
    name: str
    sessions: tuple[Mapping[str, Any], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """`raw-ephys/ephys-raw-SC022-1`, for a person."""
        return f"{self.location}/{self.name}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not entered: what it is, and why not."""

    what: str
    why: str


@dataclass(frozen=True)
class Surroundings:
    """The conventions, places and sessions that rows are read with.

    locations : the places of [locations] that data sets are kept at, by name
    place_of  : data set type -> name of its location
    given     : the predecessor's name of a location -> ours, if a person named one
    sessions  : of the lab's pipeline, all of them
    expected  : data set type -> its expected sessions
    """

    conventions: Conventions
    locations: Mapping[str, Place]
    place_of: Mapping[str, str]
    sessions: Collection[LabSession]
    expected: Mapping[str, Collection[LabSession]]
    given: Mapping[str, str] = field(default_factory=dict)


def without_data_set(keys: Iterable[Mapping[str, Any]]) -> list[Rejected]:
    """Reports sessions that the predecessor calls archived but that have no data set."""
    why = "it names no data set and no file; discover_sessions finds what the archive has"
    return [Rejected(f"ArchivedSession {words_of(key)}", why) for key in keys]


def normalised(path: str) -> str:
    """A path as this archive writes it: '/' only, single, none at the start, no './'; '..' is left to be refused."""
    return "/".join(name for name in path.replace("\\", "/").split("/") if name not in ("", "."))


def key_of(key: Mapping[str, Any]) -> object:
    return tuple(sorted((name, str(value)) for name, value in key.items()))


def words_of(key: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in key.items())
