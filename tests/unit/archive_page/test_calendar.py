"""The calendar shows each session by its worst data set, and says so to who cannot see colours."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from session_archive.archive_page.advice import ADVICE
from session_archive.archive_page.calendar import Recorded, calendar_of, placed
from session_archive.archive_page.marks import MARKS, worst
from session_archive.states.overview import SAFE
from session_archive.states.state import State, StateRow

DAY = dt.date(2021, 1, 1)


def row(state: State, kind: str = "raw-ephys", **values: Any) -> StateRow:
    return StateRow(kind, UUID(int=1), state, **values)


def recorded(state: State, session: str = "SC022 2021-01-01 10:30", **values: Any) -> Recorded:
    found = placed(row(state, session=session, **values))
    assert found is not None
    return found


def test_every_state_has_a_letter_of_its_own_a_tone_and_advice() -> None:
    assert set(MARKS) == set(ADVICE) == set(State)
    assert len({mark.letter for mark in MARKS.values()}) == len(State)
    assert {state for state in State if MARKS[state].tone == "good"} <= SAFE


def test_the_worst_is_what_a_person_must_see_first() -> None:
    order = [State.REFUSED, State.NOT_FOUND, State.WAITING, State.IGNORED, State.ARCHIVED]
    for worse, better in pairwise(order):
        assert worst([row(better), row(worse)]).state is worse
    assert all(worst([row(State.ARCHIVED), row(state)]).state is state for state in set(State) - SAFE)


def test_of_two_in_one_state_the_older_is_shown() -> None:
    old, new = (row(State.FAILED, changed_at=dt.datetime(2021, 1, day, tzinfo=dt.UTC)) for day in (1, 2))
    assert worst([new, old]) is old
    assert worst([new, row(State.FAILED)]).changed_at is None


def test_a_cell_is_a_session_and_its_title_names_every_data_set() -> None:
    calendar = calendar_of(
        [
            recorded(State.ARCHIVED),
            recorded(State.FAILED, kind="raw-video", reason="no room"),
            recorded(State.ARCHIVED, session="SC022 2021-01-01 15:45"),
            recorded(State.ARCHIVED, session="SC022 2021-01-02 10:00"),
        ],
        days=[DAY],
        subjects=["SC022", "SC035"],
    )
    [(_, [cells]), (_, [none])] = calendar.rows
    assert [cell.mark.letter for cell in cells] == ["F", "A"] and none == ()
    assert cells[0].title == "SC022 2021-01-01 10:30\nraw-ephys: archived\nraw-video: failed, no room"
    assert calendar.states == (State.FAILED, State.ARCHIVED)


@pytest.mark.parametrize(
    ("session", "data_set", "place"),
    [
        ("SC022 2021-01-01 10:30", "", ("SC022", DAY)),
        ("SC022 2021-01-01", "", ("SC022", DAY)),
        ("SC 022 2021-01-01 10:30 g1", "", ("SC 022", DAY)),
        ("", "raw-ephys/SC022/2021-01-01/1", ("SC022", DAY)),
        ("SC022 without a date", "", None),
        ("SC022 2021-13-01", "", None),
        ("", "", None),
    ],
)
def test_where_a_row_stands_is_read_from_its_session_or_name(
    session: str, data_set: str, place: tuple[str, dt.date] | None
) -> None:
    found = placed(row(State.ARCHIVED, session=session, data_set=data_set))
    assert (found and (found.subject, found.day)) == place
