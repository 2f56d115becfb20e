"""The catalog as `status` and the Archive page read it: by PyMySQL alone, since DataJoint costs more to import."""

from __future__ import annotations

from session_archive.catalog.data_sets.audited_copies import AuditedCopies
from session_archive.catalog.database.plain import PlainConnection
from session_archive.catalog.history.damages import Damages
from session_archive.catalog.history.decisions import Decisions
from session_archive.catalog.history.messages import SentMessages
from session_archive.catalog.history.nights import NightLog
from session_archive.catalog.history.open_counts import OpenCounts
from session_archive.catalog.history.proven_shares import ProvenShares
from session_archive.catalog.history.standings import Standings
from session_archive.catalog.history.state_ages import StateAges
from session_archive.catalog.history.states import States
from session_archive.catalog.history.states_about import StatesAbout
from session_archive.catalog.history.throughput import Throughput
from session_archive.catalog.history.unconfirmed import UnconfirmedDecisions
from session_archive.catalog.lab.plain_lab import PlainLab
from session_archive.catalog.lab.plain_tables import NeedsDataJointError
from session_archive.catalog.queries.coverage import Coverage
from session_archive.catalog.queries.story import DataSetStory
from session_archive.catalog.queries.text_search import TextSearch
from session_archive.catalog.queries.totals import Totals
from session_archive.catalog.queries.under_way import TransfersUnderWay
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.store import Store, require_version
from session_archive.catalog.schema.table_names import TableNames, table_name

__all__ = ["NeedsDataJointError", "ReadOnlyCatalog"]


class ReadOnlyCatalog:
    """The parts of `open.Catalog` that read states: the same classes, over a connection without DataJoint.

    raises : CatalogError if the catalog is not installed, or installed by another version; NeedsDataJointError where
             something is not as `setup` made it: `open.Catalog` says what
    """

    def __init__(self, connection: PlainConnection, layout: Layout) -> None:
        store = Store(connection, layout, tables=TableNames(layout.database), links={})
        with store.reading():
            require_version(connection, layout.database)
            _require_links(connection, layout)
        lab, states = PlainLab(connection, layout.lab), States(store)
        self.state_counts = OpenCounts(store, lab, states)
        self.state_ages = StateAges(store)
        self.states_about = StatesAbout(store)
        self.standings = Standings(store)
        self.nights = NightLog(store)
        self.proven_shares = ProvenShares(store)
        self.damages = Damages(store)
        self.audited_copies = AuditedCopies(store, damages=self.damages)
        self.messages = SentMessages(store)
        self.throughput = Throughput(store)
        self.decisions = Decisions(store)
        self.unconfirmed = UnconfirmedDecisions(store, decisions=self.decisions)
        # What only the Archive page asks.
        self.coverage = Coverage(layout, lab, states)
        self.story, self.text_search = DataSetStory(store), TextSearch(store)
        self.totals, self.under_way = Totals(store), TransfersUnderWay(store)


def _require_links(connection: PlainConnection, layout: Layout) -> None:
    rows = connection.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (layout.link_database,)
    ).fetchall()
    existing = {name for (name,) in rows}
    needed = set(map(table_name, layout.link_tables.values()))
    if missing := sorted(needed - existing):
        raise NeedsDataJointError(f"{layout.link_database} has no {missing[0]}")
