"""What is known about the data sets of one type before any of them is assessed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import Imported, LinkedDataSet, ReplicaInfo
from session_archive.sidecar.document import SidecarFile


@dataclass(frozen=True, slots=True)
class CopyElsewhere:
    """A whole copy of a data set at another location.

    revision : of its files in the catalog
    """

    place: str
    revision: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one data set type, looked up once a run.

    replicas : at the type's location, by data set id
    linked   : the data set of each session that has one, by the session's id
    further  : the further gates that belong to a session, by its id
    imported : the data set that another catalog records, by the session's id
    incomplete : by data set id, who accepted an archived data set as incomplete, and what is missing in it
    elsewhere : by data set id, the whole copy of its newest files at another location of the type
    released : by data set id, who was given a list by which it may have been deleted at its rig, in words
    sidecars : DISCOVER: the sidecar manifests of data sets that are not proven yet
    busy     : DISCOVER: ids of data sets with a transfer to the location under way
    unseen   : DISCOVER: data sets whose sidecar manifests could not be listed, since the place did not answer
    """

    replicas: Mapping[uuid.UUID, ReplicaInfo]
    linked: Mapping[uuid.UUID, LinkedDataSet]
    imported: Mapping[uuid.UUID, Imported]
    incomplete: Mapping[uuid.UUID, str] = field(default_factory=dict)
    further: Mapping[uuid.UUID, tuple[LinkedDataSet, ...]] = field(default_factory=dict)
    elsewhere: Mapping[uuid.UUID, CopyElsewhere] = field(default_factory=dict)
    released: Mapping[uuid.UUID, str] = field(default_factory=dict)
    sidecars: Mapping[DataSetName, list[SidecarFile]] = field(default_factory=dict)
    busy: frozenset[uuid.UUID] = frozenset()
    unseen: frozenset[DataSetName] = frozenset()

    def replica(self, name: DataSetName) -> ReplicaInfo | None:
        """The replica of a data set at the location of its type."""
        return self.replicas.get(name.id)

    def copy_lacking(self, name: DataSetName) -> CopyElsewhere | None:
        """The copy elsewhere, if this location has none, or one without files that came later."""
        other, replica = self.elsewhere.get(name.id), self.replica(name)
        if other and replica and not (replica.is_whole and replica.revision < other.revision):
            return None
        return other

    def imported_only(self, session_id: uuid.UUID) -> Imported | None:
        """The imported record of a session with no replica seen yet."""
        imported = self.imported.get(session_id)
        return imported if imported and imported.name.id not in self.replicas else None

    def needs_link(self, name: DataSetName, session_id: uuid.UUID) -> bool:
        """True for a replica that was recorded before its session was known, so that no session has it yet."""
        return name.id in self.replicas and name not in {each.name for each in self._of_session(session_id)}

    def linked_to(self, session_id: uuid.UUID, *, given: DataSetName | None = None) -> LinkedDataSet | None:
        """The data set that stands for a session: its own; without one, a further gate that was given to it as such."""
        if linked := self.linked.get(session_id):
            return linked
        return next((each for each in self.further.get(session_id, ()) if each.name == given), None)

    def _of_session(self, session_id: uuid.UUID) -> tuple[LinkedDataSet, ...]:
        own = self.linked.get(session_id)
        return (*((own,) if own else ()), *self.further.get(session_id, ()))
