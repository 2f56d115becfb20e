"""What a night asks costs the same whatever is archived: rows that the server reads, and the indexes that it uses.

Each question is asked of a catalog of 2,000 archived data sets, and again of the same one with 6,000.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.integration.catalog.conftest import make_site
from tests.integration.catalog.samples import ARCHIVE, Site, as_nightly, as_root

from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.open import Catalog
from session_archive.states.state import State, StateRow
from session_archive.transfers.submission import End, Outcome, Submission
from support.mariadb import DatabaseServer
from support.sample_history import Recorded, fill_history
from support.sample_history_rows import DAYS as DAYS_OF_ANIMAL
from support.sample_history_rows import KIND, ON_RIG

FEW, MANY = 2000, 6000
NEWEST = Recorded(3)
#: The server reads so few rows without an index, as it pleases.
ROWS_OF_SMALL = 20
#: What the questions themselves have added since.
ADDED = 20
#: Of the folders on the rig.
DAYS = sorted({(each.subject, each.date) for each in (Recorded(n).name.session for n in range(ON_RIG))})
UPLOAD: dict[str, Any] = {"route": "upload", "destination": ARCHIVE.name}


@pytest.fixture(scope="module")
def grown(server: DatabaseServer) -> Iterator[Callable[[int], Site]]:
    """A site with so many data sets: more are added to it where it has fewer."""
    admin, nightly = as_root(server), as_nightly(server)
    site = make_site(server, admin, nightly, 9001)
    filled = 0

    def grow(until: int) -> Site:
        nonlocal filled
        if filled < until:
            fill_history(server, site.layout, ARCHIVE, until, first=filled)
            filled = until
            catalog = site.open()
            catalog.review([KIND])
        return site

    yield grow
    admin.close()
    nightly.close()


def begin_and_end(catalog: Catalog) -> None:
    submission = Submission(
        submission_id=uuid.uuid4(),
        data_set_id=NEWEST.name.id,
        data_set=str(NEWEST.name),
        source="rig",
        manifest_id=NEWEST.manifest.id,
        items=("a.bin",),
        resumes=False,
        label="",
        run_id="night",
        **UPLOAD,
    )
    catalog.ledger.begin(submission, max_unfinished=1)
    catalog.ledger.accept(submission.submission_id, uuid.uuid4())
    catalog.ledger.finish(submission.submission_id, Outcome(End.FAILED))


def record_state(catalog: Catalog) -> None:
    # Of old: what is recent holds a review back, and here years follow within a second.
    row = StateRow(KIND, uuid.UUID(int=7), State.WAITING, changed_at=dt.datetime(2024, 12, 31))
    catalog.states.record([row])
    catalog.states.record([row])


#: Each question, with rows that the server may read for it: some for each data set that the rig still has.
QUESTIONS: dict[str, tuple[Callable[[Catalog], object], int]] = {
    "record a state": (record_state, 20),
    "open states": (lambda catalog: catalog.states.open(KIND), 20 * ON_RIG),
    "open sessions": (lambda catalog: catalog.open_sessions(KIND, days=DAYS, keys=()), 30 * ON_RIG),
    "unclaimed folders": (lambda catalog: catalog.states.unclaimed(KIND), 20 * ON_RIG),
    "room for a transfer": (lambda catalog: catalog.ledger.require_room(20), 20),
    "unfinished transfers": (lambda catalog: catalog.ledger.unfinished(), 20),
    "a transfer from begin to end": (begin_and_end, 300),
    "unrecorded transfers": (lambda catalog: catalog.arrivals.unrecorded(**UPLOAD), 60),
    "transfers without a replica": (lambda catalog: catalog.arrivals.without_replica(**UPLOAD), 60),
    "data sets of a subject": (lambda catalog: catalog.data_sets(subjects=["BM8"]), 200),
    "data sets of a session": (
        lambda catalog: catalog.data_sets(session_key={"subject_id": 8, "session": 20}),
        20,
    ),
    "data sets by name": (lambda catalog: catalog.data_sets(names=[NEWEST.name]), 20),
    "one replica": (lambda catalog: catalog.replicas.replica(NEWEST.name.id, ARCHIVE.name), 20),
    "what a run verified": (
        lambda catalog: catalog.replicas.verified_in(dag_id="upload_sessions", run_id="night 2024-12-30"),
        500,
    ),
}


def rows_read(connection: OwnConnection) -> int:
    """By the server for this connection so far."""
    status = connection.query("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
    return sum(int(count) for _, count in status)


def cost(site: Site, ask: Callable[[Catalog], object]) -> int:
    catalog = site.open()
    ask(catalog)  # reads the headings of tables
    before = rows_read(site.nightly)
    ask(catalog)
    return rows_read(site.nightly) - before


def test_no_question_of_a_night_reads_more_rows_as_the_catalog_grows(
    grown: Callable[[int], Site],
) -> None:
    few = {name: cost(grown(FEW), ask) for name, (ask, _) in QUESTIONS.items()}
    many = {name: cost(grown(MANY), ask) for name, (ask, _) in QUESTIONS.items()}
    bounds = {name: bound for name, (_, bound) in QUESTIONS.items()}
    assert {name: count for name, count in many.items() if count > 1.2 * few[name] + ADDED} == {}
    assert {name: count for name, count in many.items() if count > bounds[name]} == {}
    # The animals are fewer than their sessions by far; each is read for its name, and for its newest session.
    subjects = (MANY - FEW) // DAYS_OF_ANIMAL
    assert many["open sessions"] - few["open sessions"] <= 5 * subjects + ADDED


def explained(
    site: Site, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Catalog], object]
) -> list[tuple[str, dict[str, Any]]]:
    """Each SELECT from a table that `ask` sends, with the rows of its EXPLAIN."""
    catalog, sent = site.open(), []
    query = OwnConnection.query

    def record(connection: OwnConnection, sql: str, args: Any = (), **options: Any) -> Any:
        if sql.startswith("SELECT") and " FROM " in sql:
            sent.append((sql, args))
        return query(connection, sql, args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(OwnConnection, "query", record)
        ask(catalog)
    return [
        (sql, row)
        for sql, args in sent
        for row in site.nightly.query(f"EXPLAIN {sql}", args, as_dict=True).fetchall()
    ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_of_a_night_uses_an_index(
    grown: Callable[[int], Site], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ask, bound = QUESTIONS[name]
    for sql, row in explained(grown(MANY), monkeypatch, ask):
        if row["table"] is None or str(row["table"]).startswith("<"):
            continue  # no table, or what the statement itself has made of others
        rows = int(row["rows"] or 0)
        assert rows <= bound, (sql, row)
        if row["table"] == "water_restriction":
            continue  # the lab's names have no index, and a folder's name may differ in case
        assert rows <= ROWS_OF_SMALL or (row["key"] and row["type"] not in ("ALL", "index")), (sql, row)
