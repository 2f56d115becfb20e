"""The open catalog: its parts, each of which reads or writes one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from session_archive.catalog.data_sets.archived_files import ArchivedFiles
from session_archive.catalog.data_sets.audited_copies import AuditedCopies
from session_archive.catalog.data_sets.audits import Audits
from session_archive.catalog.data_sets.imports import Imports
from session_archive.catalog.data_sets.lacking_copies import LackingCopies
from session_archive.catalog.data_sets.repairs import Repairs
from session_archive.catalog.data_sets.replica_reader import ReplicaReader
from session_archive.catalog.data_sets.replica_writer import ReplicaWriter
from session_archive.catalog.data_sets.restore import Restore
from session_archive.catalog.data_sets.retrievals import Retrievals
from session_archive.catalog.data_sets.sidecar_rows import SidecarRows
from session_archive.catalog.data_sets.verifications import Verifications
from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.history.arrivals import Arrivals
from session_archive.catalog.history.aside_trials import AsideTrials
from session_archive.catalog.history.damages import Damages
from session_archive.catalog.history.decisions import Decisions
from session_archive.catalog.history.file_digests import FileDigests
from session_archive.catalog.history.inquiries import Inquiries
from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.history.messages import SentMessages
from session_archive.catalog.history.mismatches import Mismatches
from session_archive.catalog.history.nights import NightLog
from session_archive.catalog.history.observations import Observations
from session_archive.catalog.history.place_checksums import ChecksumAnswers
from session_archive.catalog.history.place_names import PlaceNames
from session_archive.catalog.history.proven_scratch import ProvenScratch
from session_archive.catalog.history.proven_shares import ProvenShares
from session_archive.catalog.history.refusals import Refusals
from session_archive.catalog.history.release_lists import ReleaseLists
from session_archive.catalog.history.root_listings import RootListings
from session_archive.catalog.history.session_reviewer import SessionReviewer
from session_archive.catalog.history.session_reviews import SessionReviews
from session_archive.catalog.history.snoozes import Snoozes
from session_archive.catalog.history.source_digests import Digests
from session_archive.catalog.history.standings import Standings
from session_archive.catalog.history.state_ages import StateAges
from session_archive.catalog.history.state_counts import Counts
from session_archive.catalog.history.states import States
from session_archive.catalog.history.states_about import StatesAbout
from session_archive.catalog.history.throughput import Throughput
from session_archive.catalog.history.turns import Turns
from session_archive.catalog.history.unconfirmed import UnconfirmedDecisions
from session_archive.catalog.history.watch import Watch
from session_archive.catalog.lab.links import Links
from session_archive.catalog.lab.open_sessions import OpenSessionReader
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.queries.overdue import OverdueSessions
from session_archive.catalog.schema.bound_store import bound_store
from session_archive.catalog.schema.layout import Layout
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import LinkedSessions
from session_archive.states.state import LabSession


class Catalog:
    """The open catalog, for one task: the process and thread that opened `connection`.

    raises : CatalogError if it is not installed, or installed by another version
    """

    def __init__(self, connection: OwnConnection, layout: Layout) -> None:
        self.connection, self._layout = connection, layout
        self.lab = Lab(connection, layout.lab)
        self._store = store = bound_store(connection, layout)
        #: DataJoint classes for your own queries: `tables.DataSet`, `links['ArchivedRawEphys']`.
        self.tables, self.links = store.tables, store.links

        self.ledger = Ledger(store)
        self.arrivals = Arrivals(store, self.ledger)
        self.inquiries = Inquiries(store)
        self.standings = Standings(store)
        self.mismatches = Mismatches(store, self.ledger)
        self.replicas = ReplicaReader(store)
        self.verifications = Verifications(store)
        self.archived_files = ArchivedFiles(store)
        self.lacking_copies = LackingCopies(store)
        self.retrievals = Retrievals(store, self.ledger)
        self.source_digests = Digests(store)
        self.file_digests = FileDigests(store)
        self.place_checksums = ChecksumAnswers(store)
        self.observations = Observations(store)
        self.root_listings = RootListings(store)
        self.release_lists = ReleaseLists(store)
        self.states = States(store, replicas=self.replicas.by_place)
        self.state_ages = StateAges(store)
        self.damages = Damages(store)
        self.states_about = StatesAbout(store)
        self.turns = Turns(store)
        self.throughput = Throughput(store)
        self.state_counts = Counts(layout, self.lab, self.states)
        self.decisions = Decisions(store)
        self.unconfirmed = UnconfirmedDecisions(store, decisions=self.decisions)
        self.nights = NightLog(store)
        self.messages = SentMessages(store)
        self.snoozes = Snoozes(store)
        self.watch = Watch(store)
        self.overdue = OverdueSessions(layout, self.lab, self.states)
        self.refusals = Refusals(store)
        self.place_names = PlaceNames(store)
        self.imports = Imports(store, states=self.states)
        self.session_links = Links(store)
        self.writer = ReplicaWriter(
            store,
            replicas=self.replicas,
            links=self.session_links,
            states=self.states,
            damages=self.damages,
        )
        self.proven_shares = ProvenShares(store)
        self.proven_scratch = ProvenScratch(store)
        self.audited_copies = AuditedCopies(store, damages=self.damages)
        self.audits = Audits(store, states=self.states, damages=self.damages)
        self.repairs = Repairs(store, audits=self.audits)
        self.aside_trials = AsideTrials(store)
        self._session_reviews = SessionReviews(store)
        self.sidecars = SidecarRows(store, decisions=self.decisions)
        self.restore = Restore(store, replica_writer=self.writer, states=self.states)
        #: The data sets that the archive holds, for scripts too.
        self.data_sets = self.replicas.data_sets

    def stay_connected(self) -> None:
        """Ask the server for nothing, so that it does not end a connection that is idle while files are read."""
        with self._store.reading():
            self.connection.query("SELECT 1")

    def review(self, data_set_types: Iterable[str]) -> None:
        """Note what is still open, if much has ended since that was last done: later runs read only this."""
        self.ledger.review()
        reviewer = SessionReviewer(self._store, lab=self.lab, links=self.session_links, states=self.states)
        for data_set_type in sorted(data_set_types):
            self.states.review(data_set_type)
            reviewer.review(data_set_type)

    def expected_sessions(self, data_set_type: str) -> list[LabSession]:
        """The lab's sessions that should have a data set of this type, as archive.toml says."""
        return self.lab.expected_sessions(data_set_type, self._layout.expected.get(data_set_type, ""))

    def open_sessions(
        self,
        data_set_type: str,
        *,
        days: Iterable[tuple[str, dt.date]],
        keys: Collection[Mapping[str, Any]],
    ) -> LinkedSessions:
        """Those of the expected sessions about which a run on the rigs has something to say.

        Left out are sessions whose data set is archived and was on no rig when that was last looked at: their number
        costs nothing. A session without a data set that was entered since the last review, with a date of more than a
        month before it, is left out until the next one, unless its subject has a folder on a rig or a person has
        decided on it.

        days : subject and date of the folders on the rigs
        keys : of sessions that people decided on
        """
        open_states = self.states.open(data_set_type)
        names = {each.data_set for each in open_states.values()} - {""}
        nameless = [target for target, each in open_states.items() if not each.data_set]
        for seen in self.states.seen_data_sets(nameless, data_set_type=data_set_type).values():
            names |= seen
        reader = OpenSessionReader(
            self.lab,
            self.session_links,
            data_set_type,
            expected=self._layout.expected.get(data_set_type, ""),
            link_table=self._layout.link_tables[data_set_type],
        )
        return reader.read(
            data_sets=[DataSetName.parse(name) for name in names - {""}],
            keys=keys,
            days=days,
            review=self._session_reviews.newest(data_set_type),
        )

    def lab_sessions(
        self,
        *,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
        key: Mapping[str, str] | None = None,
    ) -> list[LabSession]:
        """All sessions of the lab, expected or not; an empty choice is no restriction.

        key : only the session of this primary key, its values as people write them; nothing else restricts then
        """
        if key is not None:
            return self.lab.of_key(key)
        if not subjects and not dates:
            return self.lab.expected_sessions("")
        keys = self.lab.expected_keys("", subjects=subjects, dates=dates)
        return self.lab.expected_sessions("", only=[each.key for each in keys.values()])
