"""What a night asks costs the same whatever is archived: rows that the server reads, and the indexes that it uses.

Each question is asked of a catalog of 2,000 archived data sets, and again of the same one with 12,000.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.integration.catalog.conftest import growing_site
from tests.integration.catalog.samples import ARCHIVE, Site

from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.lab.session_keys import session_id
from session_archive.catalog.open import Catalog
from session_archive.states.state import State, StateRow
from session_archive.transfers.submission import End, Outcome, Submission
from support.mariadb import DatabaseServer
from support.sample_history import Recorded
from support.sample_history_rows import ANIMALS, KIND, ON_RIG
from support.sample_history_rows import DAYS as DAYS_OF_ANIMAL

FEW, MANY = 2000, 12_000
NEWEST = Recorded(3)
DAY = NEWEST.name.session.date
#: The server reads so few rows without an index, as it pleases.
ROWS_OF_SMALL = 20
#: Of a root. Of these the newest is read; EXPLAIN names all among which it is.
LISTINGS = MANY // ANIMALS
#: What the questions themselves have added since.
ADDED = 20
#: Of the folders on the rig.
DAYS = sorted({(each.subject, each.date) for each in (Recorded(n).name.session for n in range(ON_RIG))})
UPLOAD: dict[str, Any] = {"route": "upload", "destination": ARCHIVE.name}


@pytest.fixture(scope="module")
def grown(server: DatabaseServer) -> Iterator[Callable[[int], Site]]:

    def review(catalog: Catalog) -> None:
        catalog.review([KIND])
        catalog.sidecars.review(ARCHIVE.name)

    with growing_site(server, 9001, review) as grow:
        yield grow


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
    "states of a subject": (
        lambda catalog: catalog.state_counts.of(kinds=[KIND], subjects=["BM8"], states=list(State)),
        20 * ON_RIG,
    ),
    "states of a session": (
        lambda catalog: catalog.state_counts.of(
            kinds=[KIND], subjects=["BM8"], dates=[(DAY, DAY)], states=list(State)
        ),
        20 * ON_RIG,
    ),
    "unclaimed folders": (lambda catalog: catalog.states.unclaimed(KIND), 20 * ON_RIG),
    "room for a transfer": (lambda catalog: catalog.ledger.require_room(20), 20),
    "unfinished transfers": (lambda catalog: catalog.ledger.unfinished(), 20),
    "transfers that need a person": (lambda catalog: catalog.standings.waiting(), 60),
    "a transfer from begin to end": (begin_and_end, 300),
    "unrecorded transfers": (lambda catalog: catalog.arrivals.unrecorded(**UPLOAD), 60),
    "transfers without a replica": (lambda catalog: catalog.arrivals.without_replica(**UPLOAD), 60),
    "data sets of a subject": (lambda catalog: catalog.data_sets(subjects=["BM8"]), 200),
    "data sets of a session": (
        lambda catalog: catalog.data_sets(session_key={"subject_id": 8, "session": 20}),
        20,
    ),
    "data sets by name": (lambda catalog: catalog.data_sets(names=[NEWEST.name]), 20),
    "data sets of a day": (lambda catalog: catalog.data_sets(dates=[(DAY, DAY)]), 1500),
    "a session by its key": (
        lambda catalog: catalog.lab_sessions(key={"subject_id": "8", "session": "20"}),
        20,
    ),
    "a state by the data set's name": (
        lambda catalog: catalog.states.of_data_sets([str(NEWEST.name)], KIND),
        40,
    ),
    "what was sent for which session": (
        lambda catalog: catalog.states.targets_of_sent([str(NEWEST.name)], data_set_type=KIND),
        20,
    ),
    "missing sidecar manifests": (lambda catalog: catalog.sidecars.missing(ARCHIVE.name, most=1000), 20),
    "a sidecar manifest": (lambda catalog: catalog.sidecars.manifest(NEWEST.name, 0, ARCHIVE.name), 60),
    "decisions on a data set": (lambda catalog: catalog.decisions.on_data_sets([NEWEST.name.id], KIND), 20),
    "decisions on folders": (lambda catalog: catalog.decisions.on_folders_and_sessions(KIND), 20),
    "what another catalog has of a session": (
        lambda catalog: catalog.imports.of_sessions([session_id({"session": 20, "subject_id": 8})], KIND),
        20,
    ),
    "what another catalog has and nobody saw": (
        lambda catalog: catalog.imports.unseen(ARCHIVE.name),
        LISTINGS,
    ),
    "the last listing of a root": (lambda catalog: catalog.root_listings.last(ARCHIVE.name), LISTINGS),
    "what a root had": (lambda catalog: catalog.root_listings.unarchived(ARCHIVE.name), LISTINGS),
    # It reads the newest first and stops at the first that is such a one; EXPLAIN names all that it might read.
    "when a checksum last matched": (
        lambda catalog: catalog.mismatches.last_matched(ARCHIVE.name, ["SHA256"]),
        MANY,
    ),
    "checksums that did not match since": (
        lambda catalog: catalog.mismatches.at(
            ARCHIVE.name, since=dt.datetime.combine(DAY, dt.time(), dt.UTC)
        ),
        60,
    ),
    "one replica": (lambda catalog: catalog.replicas.replica(NEWEST.name.id, ARCHIVE.name), 20),
    "what a run verified": (
        lambda catalog: catalog.verifications.verified_in(
            dag_id="upload_sessions", run_id="night 2024-12-30"
        ),
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
