"""What the catalog knows of data sets, as plain values: a replica, a session's data set, another catalog's record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from session_archive.naming.session_name import DataSetName


@dataclass(frozen=True, slots=True)
class ReplicaInfo:
    """A data set at one place.

    verified : True when its bytes are proven; False when it was only seen there
    found_by : the route that recorded it, 'upload' or 'discover'
    """

    manifest_id: str
    verified: bool
    n_files: int
    n_bytes: int
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class LinkedDataSet:
    """A data set that the catalog knows as a session's; `directory` is relative to the root of its places."""

    name: DataSetName
    directory: str


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
