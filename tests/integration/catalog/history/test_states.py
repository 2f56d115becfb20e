"""The log of states: only changes are added, the newest is the state."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import Site, state

from session_archive.catalog.open import Catalog
from session_archive.states.state import State

WHEN = dt.datetime(2021, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)


def test_a_state_comes_back_as_it_was(catalog: Catalog):
    row = state(
        what=State.WAITING,
        reason="a.bin grows",
        path="rig1:SC022",
        session="SC022 2021-01-01 10:30",
        n_files=2,
        n_bytes=2**40,
        run_id="night 1",
        changed_at=WHEN,
    )
    assert catalog.states.record([row]) == [row]
    assert catalog.states.newest_rows() == [row]


def test_only_changes_are_added_and_returned(catalog: Catalog, site: Site):
    waiting = state(what=State.WAITING, reason="a.bin grows", changed_at=WHEN)
    catalog.states.record([waiting])
    seen_again = replace(waiting, run_id="night 2", changed_at=None)
    assert catalog.states.record([seen_again]) == []
    assert catalog.states.newest_rows() == [waiting], "since when it is so stays"
    for change in (
        {"reason": "b.bin grows"},
        {"state": State.READY},
        {"path": "rig2:SC022"},
        {"n_bytes": 1},
        {"state": State.WAITING},
    ):
        waiting = replace(waiting, **change)
        assert catalog.states.record([waiting]) == [waiting]
    assert site.count("data_set_state") == 6


def test_each_type_and_target_has_its_own_state(catalog: Catalog):
    target, other = uuid.uuid4(), uuid.uuid4()
    rows = [
        state(target=target),
        state(target=target, data_set_type="tracking-video", what=State.NOT_FOUND),
        state(target=other, what=State.EMPTY),
    ]
    catalog.states.record(rows)

    def states(**choice: Any) -> list[State]:
        return [row.state for row in catalog.states.newest_rows(**choice)]

    assert states() == [State.ARCHIVED, State.NOT_FOUND, State.EMPTY]
    assert states(targets=[target]) == [State.ARCHIVED, State.NOT_FOUND]
    assert states(data_set_type="raw-ephys") == [State.ARCHIVED, State.EMPTY]
    assert states(targets=[other], data_set_type="raw-ephys") == [State.EMPTY]
    assert states(targets=[]) == []


def test_two_rows_of_one_target_in_one_call_are_two_changes(catalog: Catalog):
    rows = [state(what=State.SUBMITTED), state(what=State.SUBMITTED), state(what=State.ARCHIVED)]
    assert catalog.states.record(rows) == [rows[0], rows[2]]
    assert [row.state for row in catalog.states.newest_rows()] == [State.ARCHIVED]


@pytest.mark.parametrize("field", ["reason", "path", "session"])
def test_words_that_are_too_long_are_cut_and_do_not_change_again(catalog: Catalog, field: str):
    row = replace(state(), **{field: "é" * 5000})  # type: ignore[arg-type]  # each of the three is a text
    catalog.states.record([row])
    [kept] = catalog.states.newest_rows()
    assert getattr(kept, field).endswith("é…")
    assert catalog.states.record([row]) == []


def test_a_night_of_very_many_sessions(catalog: Catalog):
    rows = [state(target=uuid.uuid4(), what=State.NOT_FOUND) for _ in range(4100)]
    assert len(catalog.states.record(rows)) == 4100
    assert catalog.states.record(rows) == []
    assert len(catalog.states.newest_rows(targets=[row.target for row in rows])) == 4100
