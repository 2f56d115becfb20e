"""What `status` reads without DataJoint is what DataJoint reads: of a rich catalog, and of a wrong one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.integration.catalog.plain import plain_connection
from tests.integration.catalog.rich import fill
from tests.integration.catalog.samples import (
    NIGHTLY,
    PASSWORD,
    Site,
    nth,
    sample_lab_settings,
)

from session_archive.assess.proven_share import ProvenShare
from session_archive.catalog.database.connection import connect
from session_archive.catalog.database.plain import connect_plain
from session_archive.catalog.open import Catalog
from session_archive.catalog.read_only import NeedsDataJointError, ReadOnlyCatalog
from session_archive.catalog.schema.table_names import TableNames
from session_archive.errors import CatalogError, CatalogUnavailableError
from session_archive.settings.load import LabSettings
from session_archive.states.overview import UNSAFE
from session_archive.states.state import State
from session_archive.transfers.standing import Answer
from support.mariadb import DatabaseServer
from support.processes import free_ports
from support.sample_lab import LabRow, add_sessions

KINDS = ["raw-ephys", "tracking-video"]
DAY = dt.date(2021, 1, 31)


@pytest.fixture
def rich(site: Site) -> Site:
    return fill(site)


_ONLY: list[dict[str, Any]] = [
    {},
    {"subjects": ["SC009", "SC099"]},
    {"subjects": ['ä"1%s']},
    {"dates": [(DAY, DAY)]},
]
CHOICES: list[dict[str, Any]] = [
    {"kinds": kinds, "states": states, "limit": limit, **only}
    for kinds, states, limit, only in itertools.product(
        (KINDS, KINDS[1:]),
        ((), UNSAFE | {State.UNCLAIMED}, frozenset(State)),
        (None, 3),
        _ONLY,
    )
]


def test_it_reads_what_datajoint_reads(rich: Site):
    catalog = rich.open()
    for day in (1, 2):
        at = dt.datetime(2026, 1, day, tzinfo=dt.UTC)
        catalog.proven_shares.record(ProvenShare("archive", at, dt.timedelta(days=90), 10, 9 + day - 1))
    with plain_connection(rich.nightly) as connection:
        plain = ReadOnlyCatalog(connection, rich.layout)
        assert [each.words for each in plain.proven_shares.newest()] == [
            "archive: 100 % of 10 bytes proven within 90 days"
        ]
        answers = [catalog.state_counts.of(**choice) for choice in CHOICES]
        assert [plain.state_counts.of(**choice) for choice in CHOICES] == answers
        everything = answers[CHOICES.index({"kinds": KINDS, "states": frozenset(State), "limit": None})]
        # All states but two: a session that nobody expects is not counted, and a folder that is gone is not shown.
        assert len({row.state for row in everything.rows}) >= len(State) - 2
        assert any(tally.further for tally in everything.tallies)
        assert plain.standings.unfinished() == catalog.standings.unfinished()
        needed = [
            each.data_set
            for each in plain.standings.unfinished()
            if each.standing.answer is not Answer.UNDER_WAY
        ]
        assert sorted(needed) == [str(nth(0)), str(nth(1))]
        assert (
            [each.line for each in plain.unconfirmed.waiting()]
            == [each.line for each in catalog.unconfirmed.waiting()]
            != []
        )


def test_a_restriction_and_a_table_say_which_are_expected(rich: Site):
    for expected in (
        "session_time < '10:00:00'",
        f"experiment{rich.number}.Session",
        "subject_id LIKE '%13'",
    ):
        layout = replace(rich.layout, expected={"raw-ephys": expected})
        choice: dict[str, Any] = {"kinds": KINDS, "states": frozenset(State)}
        with plain_connection(rich.nightly) as connection:
            read = ReadOnlyCatalog(connection, layout).state_counts.of(**choice)
        assert read == Catalog(rich.nightly, layout).state_counts.of(**choice)
        assert read.tallies[0].expected > 0


def test_more_rows_than_one_query_may_name(site: Site):
    start = dt.datetime(2022, 1, 1, 10)
    add_sessions(site.sample, [LabRow(9, "SC009", n, start + dt.timedelta(hours=n)) for n in range(1, 2100)])
    with plain_connection(site.nightly) as connection:
        read = ReadOnlyCatalog(connection, site.layout).state_counts.of(kinds=["raw-ephys"], states=UNSAFE)
    assert read == site.open().state_counts.of(kinds=["raw-ephys"], states=UNSAFE)
    assert len(read.rows) == 2099 + 3


def test_its_names_of_tables_are_datajoints(site: Site):
    plain, tables = TableNames(site.layout.database), vars(site.open().tables)
    assert len(tables) > 20
    parts = 0
    for name, table in tables.items():
        assert getattr(plain, name).full_table_name == table.full_table_name
        for part in (key for key, value in vars(table).items() if isinstance(value, type)):
            assert getattr(getattr(plain, name), part).full_table_name == getattr(table, part).full_table_name
            parts += 1
    assert parts > 5


def test_the_server_refuses_what_it_would_write(site: Site):
    with (
        plain_connection(site.admin) as connection,
        pytest.raises(CatalogError, match="READ ONLY"),
        connection.clear_errors(),
    ):
        connection.query(f"DELETE FROM `{site.layout.database}`.`data_set_state`")


@pytest.mark.parametrize(
    "change",
    [
        {"session": "experiment{number}.Sesion"},
        {"session": "experimint.Session"},
        {"session": "Session"},
        {"subject": "lab{number}.Subjects"},
        {"subject_name": "h2o"},
        {"date": "day"},
        {"date": "session_time"},
        {"time": None},
    ],
)
def test_what_is_wrong_in_the_settings_of_the_lab_is_left_to_datajoint(site: Site, change: dict[str, Any]):
    change = {key: value.format(number=site.number) if value else value for key, value in change.items()}
    lab = LabSettings.model_construct(**{**dict(sample_lab_settings(site.number)), **change})
    _is_left_to_datajoint(site, lab=lab)


@pytest.mark.parametrize(
    "expected", ["day > 3", "session_time <", "experiment{number}.Recordings", "nowhere.Session"]
)
def test_what_is_wrong_in_an_expectation_is_left_to_datajoint(site: Site, expected: str):
    _is_left_to_datajoint(site, expected={"raw-ephys": expected.format(number=site.number)})


def test_a_missing_link_table_is_left_to_datajoint(site: Site):
    tables = {"raw-ephys": "ArchivedRawEphys", "tracking-video": "NeverMade"}
    _is_left_to_datajoint(site, link_tables=tables)


def _is_left_to_datajoint(site: Site, **changes: Any) -> None:
    layout = replace(site.layout, **changes)
    choice: dict[str, Any] = {"kinds": ["raw-ephys"], "states": UNSAFE, "subjects": ["SC022"]}
    with pytest.raises(CatalogError):
        Catalog(site.nightly, layout).state_counts.of(**choice)
    with plain_connection(site.nightly) as connection, pytest.raises(NeedsDataJointError):
        ReadOnlyCatalog(connection, layout).state_counts.of(**choice)


def text_of(*openings: Callable[[], object]) -> set[tuple[type, str]]:
    """The errors that these openings raise, each by its kind and its words."""
    raised = set()
    for opening in openings:
        with pytest.raises(CatalogError) as caught:
            opening()
        raised.add((type(caught.value), str(caught.value)))
    return raised


def test_a_connection_that_fails_says_what_datajoints_says(server: DatabaseServer, site: Site):
    login: dict[str, Any] = {"host": server.host, "port": server.port, "user": NIGHTLY, "password": PASSWORD}
    cases: dict[str, dict[str, Any]] = {
        "does not answer": {"port": free_ports(1)[0]},
        "refuses the login": {"password": "not-the-passw0rd"},
        "which DataJoint cannot read": {"host": "::1"},
        "/nowhere/ca.pem": {"tls": {"ca": "/nowhere/ca.pem"}},
    }
    for words, change in cases.items():
        changed = {**login, **change}
        [(kind, text)] = text_of(partial(connect, **changed), partial(connect_plain, **changed))
        assert words in text and "passw0rd" not in text
        assert (kind is CatalogUnavailableError) == ("answer" in words)


@pytest.mark.usefixtures("with_our_options")
def test_tls_that_is_required_and_not_spoken_is_refused(server: DatabaseServer):
    login: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "user": NIGHTLY,
        "password": PASSWORD,
        "tls": {},
    }
    [(_, text)] = text_of(lambda: connect(**login), lambda: connect_plain(**login))
    assert "offers no TLS" in text


def test_a_catalog_that_is_missing_old_or_lost_says_what_datajoints_says(fresh_site: Site):
    site = fresh_site

    def plain(**changes: Any) -> None:
        with plain_connection(site.nightly) as connection:
            ReadOnlyCatalog(connection, replace(site.layout, **changes))

    nowhere: dict[str, Any] = {"database": "archive_of_nobody"}
    [(_, text)] = text_of(
        lambda: Catalog(site.nightly, replace(site.layout, **nowhere)), lambda: plain(**nowhere)
    )
    assert "session-archive setup" in text
    [(_, text)] = text_of(
        lambda: Catalog(site.nightly, replace(site.layout, database="mysql")), lambda: plain(database="mysql")
    )
    assert "may not do this" in text
    for change in ("- 1", "+ 2"):
        site.server.execute(
            f"UPDATE `{site.layout.database}`.schema_version SET schema_version = schema_version {change}"
        )
        [(_, text)] = text_of(site.open, plain)
        assert "schema version" in text
    with plain_connection(site.nightly) as connection:
        number = connection.query("SELECT CONNECTION_ID()").fetchone()[0]
        site.server.execute(f"KILL {number}")
        with pytest.raises(CatalogUnavailableError, match="does not answer"):
            ReadOnlyCatalog(connection, site.layout)
