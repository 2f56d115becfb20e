"""When this night ends, and the backlog: said where it is known, and not made up."""

import datetime as dt
from typing import Any

import pytest

from session_archive.airflow_client.transfers import RunProgress
from session_archive.airflow_client.under_way import RunUnderWay
from session_archive.archive_page.outlook import outlook
from session_archive.transfers.backlog import Backlog
from session_archive.transfers.progress import Progress

NOW = dt.datetime(2026, 11, 26, 22, 0, tzinfo=dt.UTC)
#: Six nights of 1,000 bytes.
BACKLOG = Backlog(3, 6000, nights=(1000,))


def night(
    *, dag_id: str = "upload_sessions", deadline: dt.datetime | None = None, **fields: Any
) -> RunUnderWay:
    """With 27,600 bytes left at one byte a second: 7 h 40 min."""
    values = {"n_bytes": 400, "total_files": 2, "total_bytes": 28_000, "rate": 1.0, "as_of": NOW, **fields}
    return RunUnderWay(dag_id, "night 1", RunProgress(1, Progress(**values), deadline))


def test_both_ends_are_in_one_sentence() -> None:
    assert outlook([night()], BACKLOG, now=NOW) == (
        "This night ends about 05:40 UTC; the backlog about 2 December."
    )


def test_each_is_said_alone_where_the_other_is_not_known() -> None:
    assert outlook([night()], Backlog(0, 0), now=NOW) == "This night ends about 05:40 UTC."
    assert outlook([], BACKLOG, now=NOW) == "The backlog is sent about 2 December."
    assert outlook([], Backlog(3, 6000), now=NOW) == ""


@pytest.mark.parametrize(
    "unknown",
    [
        {"rate": None},
        {"rate": 0.0},
        {"total_bytes": None},
        # Its wait has not reported for an hour.
        {"as_of": NOW - dt.timedelta(hours=1)},
        {"dag_id": "retrieve_sessions"},
    ],
)
def test_an_end_is_never_made_up(unknown: dict[str, Any]) -> None:
    assert outlook([night(**unknown)], Backlog(0, 0), now=NOW) == ""


def test_of_two_runs_the_later_end_counts_and_only_if_both_are_known() -> None:
    later = night(total_bytes=29_800)
    assert outlook([night(), later], Backlog(0, 0), now=NOW) == "This night ends about 06:10 UTC."
    assert outlook([night(), night(rate=None)], Backlog(0, 0), now=NOW) == ""


def test_a_night_ends_at_its_deadline_whatever_its_transfers_do() -> None:
    deadline = dt.datetime(2026, 11, 27, 4, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert outlook([night(deadline=deadline)], Backlog(0, 0), now=NOW) == "This night ends about 03:00 UTC."


def test_what_was_there_already_makes_it_an_upper_bound() -> None:
    assert outlook([night(at_most=True)], Backlog(0, 0), now=NOW) == "This night ends before 05:40 UTC."
