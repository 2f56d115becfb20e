"""The open catalog, as tasks use it: all of its operations in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from session_archive.catalog.data_sets.imports import Imports
from session_archive.catalog.data_sets.publication_rows import PublicationRows
from session_archive.catalog.data_sets.replica_reader import ReplicaReader
from session_archive.catalog.data_sets.replica_writer import ReplicaWriter
from session_archive.catalog.data_sets.restore import Restore
from session_archive.catalog.data_sets.retrievals import Retrievals
from session_archive.catalog.data_sets.sidecar_rows import SidecarRows
from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.history.decisions import Decisions
from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.history.observations import Observations
from session_archive.catalog.history.source_digests import Digests
from session_archive.catalog.history.state_counts import Counts
from session_archive.catalog.history.states import States
from session_archive.catalog.lab.links import Links
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.store import Store
from session_archive.states.state import LabSession


class Catalog:
    """The open catalog, for one task: the process and thread that opened `connection`.

    raises : CatalogError if it is not installed, or installed by another version
    """

    def __init__(self, connection: OwnConnection, layout: Layout) -> None:
        self._connection, self._layout = connection, layout
        self._lab = Lab(connection, layout.lab)
        store = Store(connection, layout)
        #: DataJoint classes for your own queries: `tables.DataSet`, `links['ArchivedRawEphys']`.
        self.tables, self.links = store.tables, store.links

        ledger = Ledger(store)
        self.save_manifest, self.manifest = ledger.save_manifest, ledger.manifest
        self.find_manifest = ledger.find_manifest
        self.begin, self.accept, self.finish = ledger.begin, ledger.accept, ledger.finish
        self.require_room = ledger.require_room
        self.open_submission, self.attempts = ledger.open_submission, ledger.attempts
        self.submission, self.unfinished = ledger.submission, ledger.unfinished
        self.ever_begun = ledger.ever_begun

        replicas = ReplicaReader(store)
        self.replicas, self.files, self.data_sets = replicas.replicas, replicas.files, replicas.data_sets
        self.is_proven, self.refused_listing = replicas.is_proven, replicas.refused_listing

        self.arrived = Retrievals(store, ledger).arrived

        digests = Digests(store)
        self.digests, self.keep_digest = digests.digests, digests.keep_digest

        observations = Observations(store)
        self.record_observation, self.observations, self.findings = (
            observations.record_observation,
            observations.observations,
            observations.findings,
        )
        self.newest_observation = observations.newest_observation

        states = States(store)
        self.record_states, self.states = states.record_states, states.states
        self.unclaimed = states.unclaimed
        self.state_counts = Counts(layout, self._lab, states).state_counts

        decisions = Decisions(store)
        self.decide, self.decisions = decisions.decide, decisions.decisions
        self.restore_decisions = decisions.restore

        imports = Imports(store, states=states)
        self.imported, self.imported_data_set = imports.imported, imports.imported_data_set
        self.imported_files, self.enter_imported = imports.imported_files, imports.enter

        links = Links(store)
        self.linked, self.link = links.linked, links.link

        replica_writer = ReplicaWriter(store, replicas=replicas, links=links, states=states)
        self.record_replica, self.record_retrieval = (
            replica_writer.record_replica,
            replica_writer.record_retrieval,
        )

        sidecars = SidecarRows(store, decisions=decisions)
        self.without_sidecar, self.sidecar_manifest, self.record_sidecars = (
            sidecars.without_sidecar,
            sidecars.sidecar_manifest,
            sidecars.record_sidecars,
        )
        self.restore = Restore(store, replica_writer=replica_writer, states=states).restore

    def expected_sessions(self, data_set_type: str) -> list[LabSession]:
        """The lab's sessions that should have a data set of this type, as archive.toml says."""
        return self._lab.expected_sessions(data_set_type, self._layout.expected.get(data_set_type, ""))

    def publication_rows(self, database: str) -> PublicationRows:
        """The predecessor's catalog in `database` of the same server. Raises CatalogError if it is not one."""
        return PublicationRows(
            self._connection, database, session_key=list(self._lab.session_table.primary_key)
        )

    def lab_sessions(
        self, *, subjects: Collection[str] = (), dates: Collection[tuple[dt.date, dt.date]] = ()
    ) -> list[LabSession]:
        """All sessions of the lab, expected or not; an empty choice is no restriction."""
        if not subjects and not dates:
            return self._lab.expected_sessions("")
        keys = self._lab.expected_keys("", subjects=subjects, dates=dates)
        return self._lab.expected_sessions("", only=[each.key for each in keys.values()])
