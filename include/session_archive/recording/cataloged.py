"""What the catalog knows of data sets, as plain values: a replica, a session's data set, another catalog's record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_archive.naming.session_name import DataSetName
from session_archive.states.state import LabSession


@dataclass(frozen=True, slots=True)
class ReplicaInfo:
    """A data set at one place.

    verified    : True when its bytes are proven; False when it was only seen there
    found_by    : the route that recorded it, 'upload' or 'discover'
    recorded_at : UTC, when this revision was recorded; None where nobody asks
    damaged     : an audit found that it is no longer as cataloged, and no later one that it is whole
    revision    : of the files in the catalog
    """

    manifest_id: str
    verified: bool
    n_files: int
    n_bytes: int
    found_by: str = ""
    recorded_at: dt.datetime | None = None
    damaged: bool = False
    revision: int = 0

    @property
    def is_whole(self) -> bool:
        """True if its bytes are proven and no audit found damage since."""
        return self.verified and not self.damaged


@dataclass(frozen=True, slots=True)
class LinkedDataSet:
    """A data set that the catalog knows as a session's; `directory` is relative to the root of its places."""

    name: DataSetName
    directory: str


@dataclass(frozen=True, slots=True)
class LinkedSessions:
    """Sessions of the lab, and the data sets that the catalog has of them, by the session's id."""

    sessions: Sequence[LabSession]
    linked: Mapping[uuid.UUID, tuple[LinkedDataSet, ...]]


@dataclass(frozen=True, slots=True)
class Imported:
    """A data set that another catalog records.

    source : the other catalog, 'map_v2_publication at db.lab.edu:3306'
    """

    name: DataSetName
    session_id: uuid.UUID
    place: str
    directory: str
    source: str
    n_files: int


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """One data set of another catalog, to be entered here: names only, since that catalog kept no sizes.

    old_name  : its name in the other catalog
    place     : name of [locations]
    directory : relative to the root of the place; several have a line each
    files     : path relative to that root -> its file type in the other catalog
    """

    name: DataSetName
    session: LabSession
    old_name: str
    place: str
    directory: str
    files: Mapping[str, str]
