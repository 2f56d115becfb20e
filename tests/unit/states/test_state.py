"""A session of the lab as shown, and the states that fail a run."""

import datetime as dt
import uuid

import pytest

from session_archive.states.state import ALARMS, NO_DATE, LabSession, State, StateRow

DAY = dt.date(2021, 1, 1)


@pytest.mark.parametrize(
    ("date", "time", "shown"),
    [
        (DAY, dt.time(10, 30, 59), "SC022 2021-01-01 10:30"),
        (DAY, dt.time(0, 0), "SC022 2021-01-01 00:00"),
        (DAY, None, "SC022 2021-01-01"),
        (NO_DATE, None, "SC022 without a date"),
        (NO_DATE, dt.time(9, 5), "SC022 without a date 09:05"),
    ],
)
def test_a_session_is_shown_by_subject_date_and_time(date: dt.date, time: dt.time | None, shown: str) -> None:
    assert str(LabSession(uuid.UUID(int=1), {}, "SC022", date, time)) == shown


def test_no_folder_can_have_the_date_of_a_session_without_one() -> None:
    assert dt.date(1, 1, 1) == NO_DATE


def test_a_run_fails_for_data_sets_that_need_a_person() -> None:
    assert {State.REFUSED, State.FAILED, State.CHANGED, State.DAMAGED} == ALARMS


def test_the_states_have_the_words_that_the_catalog_keeps() -> None:
    assert [str(state) for state in State] == [
        "not found",
        "empty",
        "ambiguous",
        "unclaimed",
        "waiting",
        "ready",
        "submitted",
        "verifying",
        "archived",
        "unverified",
        "damaged",
        "changed",
        "refused",
        "failed",
        "ignored",
        "gone",
        "retrieved",
    ]


def test_a_row_without_a_folder_has_no_files() -> None:
    row = StateRow("raw-ephys", uuid.UUID(int=1), State.NOT_FOUND)
    assert (row.n_files, row.n_bytes, row.data_set, row.path) == (0, 0, "", "")
