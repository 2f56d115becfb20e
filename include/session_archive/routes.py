"""The three flows as values: what each one lists, transfers and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: A role that a place of archive.toml can play.
Role = Literal["source", "archive", "scratch"]


@dataclass(frozen=True, slots=True)
class Route:
    """One flow through select, list, (submit, wait,) verify, record.

    origin      : where the manifest comes from: a listing of the sources, a listing of the archive, or the catalog
    destination : where the files must be seen before anything is recorded
    keeps       : what the catalog records
    """

    name: str
    origin: Literal["source", "archive", "catalog"]
    destination: Role
    keeps: Literal["replica", "retrieval"]

    @property
    def asks_first(self) -> bool:
        """True when a person may have to approve before anything is transferred."""
        return self.keeps == "retrieval"

    @property
    def archives(self) -> bool:
        """True when this flow can make a data set archived."""
        return self.keeps == "replica"

    @property
    def moves(self) -> bool:
        """True when a Globus transfer is part of the flow."""
        return self.origin != self.destination


UPLOAD = Route(name="upload", origin="source", destination="archive", keeps="replica")
DISCOVER = Route(name="discover", origin="archive", destination="archive", keeps="replica")
RETRIEVE = Route(name="retrieve", origin="catalog", destination="scratch", keeps="retrieval")
