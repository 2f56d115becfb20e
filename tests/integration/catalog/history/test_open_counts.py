"""`status --unsafe` of a large catalog reads what is open only, and shows what plain `status` counts."""

import datetime as dt
import random
import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.plain import plain_connection
from tests.integration.catalog.samples import SC022, Site, record

from session_archive.catalog.history import open_states, session_reviewer
from session_archive.catalog.open import Catalog
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.catalog.schema.store import now
from session_archive.naming.session_name import DataSetName
from session_archive.states.overview import TO_LOOK_AT, UNSAFE
from session_archive.states.state import LabSession, State, StateRow
from support.sample_lab import LabRow, add_sessions

KIND = "raw-ephys"
TODAY = now().replace(hour=10, minute=0, second=0, microsecond=0)
LONG_AGO = dt.datetime(2020, 5, 5, 10)
STATES = (
    State.ARCHIVED,
    State.IGNORED,
    State.NOT_FOUND,
    State.WAITING,
    State.CHANGED,
    State.FAILED,
    State.AMBIGUOUS,
)


@pytest.fixture(autouse=True)
def every_row_is_worth_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_reviewer, "_MANY", 1)
    monkeypatch.setattr(open_states, "_MANY", 1)
    monkeypatch.setattr(open_states, "_LAST", 0)


def data_set(session: LabSession) -> DataSetName:
    return replace(SC022, session=replace(SC022.session, subject=session.subject, date=session.date))


def something_happens(chance: random.Random, site: Site, catalog: Catalog) -> None:
    sessions = catalog.expected_sessions(KIND)
    session = chance.choice(sessions)
    name, state = data_set(session), chance.choice(STATES)
    reason = chance.choice(["", "on the rig: no such folder"]) if state is State.ARCHIVED else ""
    row = StateRow(KIND, session.id, state, reason, session=str(session), data_set=str(name))
    match chance.randrange(7):
        case 0 | 1 | 2:
            catalog.states.record([row])
        case 3:
            if session.id not in catalog.session_links.linked("ArchivedRawEphys"):
                record(catalog, session, data_set=name)
            catalog.states.record([row])
        case 4:
            gate = replace(name, session=replace(name.session, ident="2"))
            catalog.states.record([replace(row, target=gate.id, data_set=str(gate))])
        case 5:
            folder = uuid.UUID(int=chance.randrange(9))
            catalog.states.record(
                [StateRow(KIND, folder, chance.choice([State.UNCLAIMED, State.GONE]), path="rig:odd")]
            )
        case 6:
            number = 1000 + len(sessions)
            start = chance.choice([TODAY, TODAY - dt.timedelta(days=chance.randrange(30))])
            add_sessions(site.sample, [LabRow(900 + number, f"SC{number}", 1, start)])


@pytest.mark.parametrize("seed", range(4))
def test_it_shows_what_a_look_at_everything_shows(site: Site, catalog: Catalog, seed: int) -> None:
    chance = random.Random(seed)
    add_sessions(
        site.sample,
        [LabRow(100 + n, f"SC1{n:02}", 1, LONG_AGO + dt.timedelta(days=n)) for n in range(6)],
    )
    for _ in range(12):
        something_happens(chance, site, catalog)
    catalog.review([KIND])
    with plain_connection(site.nightly) as connection:
        plain = ReadOnlyCatalog(connection, site.layout)
        for step in range(12):
            everything = catalog.state_counts.of(kinds=[KIND], states=TO_LOOK_AT)
            unsafe = plain.state_counts.unsafe(kinds=[KIND])
            assert unsafe.rows == everything.rows, (seed, step)
            some = {state for state in TO_LOOK_AT if chance.random() < 0.5}
            chosen = plain.state_counts.unsafe(kinds=[KIND], states=some, limit=3)
            expected = catalog.state_counts.of(kinds=[KIND], states=some, limit=3)
            assert (chosen.rows, chosen.more) == (expected.rows, expected.more), (seed, step, some)
            assert chosen.tallies == unsafe.tallies
            (part,), (whole,) = unsafe.tallies, everything.tallies
            assert not part.whole
            assert (part.unclaimed, part.further) == (whole.unclaimed, whole.further)
            assert part.states == {state: count for state, count in whole.states.items() if state in UNSAFE}
            something_happens(chance, site, catalog)


def test_without_a_review_everything_is_counted(site: Site, catalog: Catalog) -> None:
    with plain_connection(site.nightly) as connection:
        unsafe = ReadOnlyCatalog(connection, site.layout).state_counts.unsafe(kinds=[KIND, "tracking-video"])
    assert unsafe == catalog.state_counts.of(kinds=[KIND, "tracking-video"], states=TO_LOOK_AT)
    assert all(each.whole for each in unsafe.tallies)


def test_a_session_that_no_review_and_no_day_tells_of_is_looked_for_among_all(
    site: Site, catalog: Catalog
) -> None:
    catalog.review([KIND])
    add_sessions(site.sample, [LabRow(99, "SC099", 1, LONG_AGO)])
    (late,) = (each for each in catalog.expected_sessions(KIND) if each.subject == "SC099")
    catalog.states.record([StateRow(KIND, late.id, State.NOT_FOUND, session=str(late))])
    with plain_connection(site.nightly) as connection:
        unsafe = ReadOnlyCatalog(connection, site.layout).state_counts.unsafe(kinds=[KIND])
    assert unsafe == catalog.state_counts.of(kinds=[KIND], states=TO_LOOK_AT)
