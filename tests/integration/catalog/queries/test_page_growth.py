"""What the Archive page asks costs what it shows, not what is archived: rows that the server reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.integration.catalog.conftest import growing_site
from tests.integration.catalog.plain import plain_connection
from tests.integration.catalog.samples import ARCHIVE, Site

from session_archive.catalog.database.plain import PlainConnection
from session_archive.catalog.open import Catalog
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.states.state import State
from support.mariadb import DatabaseServer
from support.sample_history import Recorded
from support.sample_history_rows import DAYS, KIND, SOURCE

FEW, MANY = 2000, 6000
NEWEST = Recorded(3)
SESSION = NEWEST.name.session
SPAN = (SESSION.date - dt.timedelta(days=9), SESSION.date)
ID = NEWEST.name.id


@pytest.fixture(scope="module")
def grown(server: DatabaseServer) -> Iterator[Callable[[int], Site]]:

    def review(catalog: Catalog) -> None:
        catalog.ledger.review()
        catalog.states.review(KIND)

    with growing_site(server, 9002, review) as grow:
        yield grow


def target_of(catalog: ReadOnlyCatalog) -> Any:
    rows = catalog.coverage.rows([KIND], subjects=[SESSION.subject], span=(SESSION.date, SESSION.date))
    return next(row.target for _, row in rows)


def paths_of(catalog: ReadOnlyCatalog) -> list[bytes]:
    return [file["path_id"] for file in catalog.story.files(ID, limit=10)]


#: Questions about one data set, one run or what is open, each with the rows that the server may read for it.
QUESTIONS: dict[str, tuple[Callable[[ReadOnlyCatalog], object], int]] = {
    "looks": (lambda catalog: catalog.story.looks(ID), 20),
    "attempts": (lambda catalog: catalog.story.attempts(ID), 20),
    "verifications": (lambda catalog: catalog.story.verifications(ID), 20),
    "replicas": (lambda catalog: catalog.story.replicas(ID), 20),
    "retrievals": (lambda catalog: catalog.story.retrievals(ID), 20),
    "files": (lambda catalog: catalog.story.files(ID, limit=10), 30),
    "digests": (lambda catalog: catalog.story.digests(ID, paths_of(catalog)), 50),
    "what a run compared": (lambda catalog: catalog.story.of_run("upload_sessions", "night 2024-12-30"), 300),
    "transfers under way": (lambda catalog: catalog.under_way.newest(limit=100), 50),
}

#: Questions that also read the lab's own table of sessions, which has no index on days.
OF_THE_LAB: dict[str, Callable[[ReadOnlyCatalog], object]] = {
    "newest days": lambda catalog: catalog.coverage.days([KIND], limit=32),
    "subjects": lambda catalog: catalog.coverage.subjects([KIND], limit=26, offset=0, span=SPAN),
    "ten days of a subject": lambda catalog: list(
        catalog.coverage.rows([KIND], subjects=[SESSION.subject], span=SPAN)
    ),
    "states of a data set": lambda catalog: catalog.story.states(KIND, target_of(catalog)),
    "ten days of a page of subjects": lambda catalog: list(
        catalog.coverage.rows([KIND], subjects=[f"BM{number}" for number in range(1, 26)], span=SPAN)
    ),
}


def rows_read(connection: PlainConnection) -> int:
    status = connection.query("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
    return sum(int(count) for _, count in status)


def cost(site: Site, ask: Callable[[ReadOnlyCatalog], object]) -> int:
    with plain_connection(site.nightly) as connection:
        catalog = ReadOnlyCatalog(connection, site.layout)
        before = rows_read(connection)
        ask(catalog)
        return rows_read(connection) - before


def test_no_question_about_one_thing_reads_more_rows_as_the_catalog_grows(
    grown: Callable[[int], Site],
) -> None:
    site = grown(FEW)
    few = {name: cost(site, ask) for name, (ask, _) in QUESTIONS.items()}
    site = grown(MANY)
    for name, (ask, most) in QUESTIONS.items():
        assert cost(site, ask) <= min(most, few[name] + 2), name


def test_the_calendar_reads_no_more_rows_than_the_lab_has_more_sessions(grown: Callable[[int], Site]) -> None:
    site = grown(FEW)
    few = {name: cost(site, ask) for name, ask in OF_THE_LAB.items()}
    site = grown(MANY)
    for name, ask in OF_THE_LAB.items():
        # Each session once, sorted once where days are grouped, and the animals.
        assert cost(site, ask) - few[name] <= 2.5 * (MANY - FEW), name


def test_the_sum_over_all_replicas_reads_a_few_rows_of_each(grown: Callable[[int], Site]) -> None:
    site = grown(MANY)
    with plain_connection(site.nightly) as connection:
        [total] = ReadOnlyCatalog(connection, site.layout).totals.by_place()
    assert (total.place, total.n_data_sets) == (ARCHIVE.name, MANY)
    assert cost(site, lambda catalog: catalog.totals.by_place()) <= 6 * MANY


def test_a_text_is_looked_for_in_the_newest_state_of_each_data_set(grown: Callable[[int], Site]) -> None:
    site = grown(MANY)
    with plain_connection(site.nightly) as connection:
        found = ReadOnlyCatalog(connection, site.layout).text_search
        every: dict[str, Any] = {"states": frozenset(State), "limit": None}
        exact = found.rows([KIND], texts=[f"{SOURCE}:{NEWEST.directory.upper()}"], **every)
        assert [row.data_set for row in exact] == [str(NEWEST.name)]
        # One row for each, however many states it has had; a pattern stands for itself.
        assert len(found.rows([KIND], texts=[SESSION.subject + " "], **every)) == DAYS
        assert found.rows([KIND], texts=["BM_"], **every) == found.rows([KIND], texts=["%"], **every) == []
        assert found.rows([KIND], texts=[SESSION.subject], states=[State.FAILED], limit=None) == []
        assert len(found.rows([KIND], texts=["BM"], states=frozenset(State), limit=7)) == 7
    # Its states by the index, and the row of each.
    assert (
        cost(site, lambda catalog: catalog.text_search.rows([KIND], texts=["nothing"], **every)) <= 8 * MANY
    )
