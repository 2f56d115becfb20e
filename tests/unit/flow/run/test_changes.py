"""The run's log says what is not as the run before left it."""

import uuid

from archive_flow.run.report import NAMED_AT_MOST, Report
from archive_flow.run.summary import describe
from archive_flow.run.work_item import Result
from session_archive.states.state import State, StateRow


def row(number: int) -> StateRow:
    return StateRow(
        "raw-ephys", uuid.UUID(int=number), State.WAITING, "a.bin grows", session=f"SC{number:03}"
    )


def test_changes_of_select_and_of_the_record_tasks_are_named() -> None:
    report = Report().with_changes([row(22)])
    results = [
        Result("SC023 raw-ephys", "x", State.ARCHIVED, new=True, changed=True).as_xcom(),
        Result("SC024 raw-ephys", "x", State.SUBMITTED, "still under way").as_xcom(),
    ]
    text = describe(report.as_xcom(), results)
    assert (
        "changed since the last run:\n  SC022 raw-ephys: waiting: a.bin grows\n  SC023 raw-ephys: archived\n"
        in text
    )
    assert "SC024" not in text


def test_a_quiet_night_says_so_and_a_long_list_is_counted() -> None:
    assert "nothing changed since the last run" in describe(Report().as_xcom(), [])
    report = Report().with_changes([row(number) for number in range(NAMED_AT_MOST + 7)])
    assert "  and 7 more" in describe(report.as_xcom(), [])
    assert "changed" not in describe(Report(dry_run=True).as_xcom(), [])
