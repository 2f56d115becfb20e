"""When a run has failed, and what it says of itself."""

from dataclasses import replace

import pytest

from archive_flow.run.report import NAMED_AT_MOST, Report, add_up, left_out
from archive_flow.run.summary import RESULTS_NAMED_AT_MOST, describe, problems, with_places_in_doubt
from archive_flow.run.work_item import Result
from session_archive.listing import Problem
from session_archive.states.state import State


def result(state: State, *, new: bool = False) -> dict:
    return Result("raw-ephys/SC022/2021-01-01", "raw-ephys/SC022/2021-01-01", state, "why", new=new).as_xcom()


@pytest.mark.parametrize("state", list(State))
def test_a_run_fails_if_and_only_if_a_data_set_was_refused_failed_or_changed(state: State) -> None:
    lines = problems(Report().as_xcom(), [result(state)], n_work_items=1)
    assert bool(lines) == (state in (State.REFUSED, State.FAILED, State.CHANGED, State.DAMAGED))
    assert all("raw-ephys/SC022/2021-01-01" in line and "why" in line for line in lines)


def test_a_root_that_was_not_listed_fails_the_run_and_is_named() -> None:
    report = Report(unlisted={"rig1": "/data does not exist"})
    assert problems(report.as_xcom(), [], n_work_items=0) == [
        "rig1 could not be listed: /data does not exist"
    ]


def test_a_data_set_without_a_result_fails_the_run() -> None:
    assert "1 data set(s) ended without a result" in problems(Report().as_xcom(), [], n_work_items=1)[0]
    known = ["no answer", "no answer", "refused"]
    (line,) = problems(Report().as_xcom(), [], n_work_items=3, not_recorded=known)
    assert line == "3 data set(s) ended without a result: no answer; refused"


def test_a_select_that_did_not_end_fails_the_run() -> None:
    assert problems(None, [], n_work_items=0) == ["select did not end; its log says why"]
    why = "analysis: the machine behind the collection does not answer"
    assert problems(None, [], n_work_items=0, not_selected=why) == [why]
    assert describe(None, [], not_selected=why) == f"nothing was selected: {why}"


def test_what_was_not_listed_stands_in_the_text_too() -> None:
    text = describe(Report(unlisted={"rig1:SC022": "rig1 is off"}).as_xcom(), [])
    assert "rig1:SC022 could not be listed: rig1 is off" in text


def test_a_transfer_that_waits_for_a_person_is_listed_every_night_and_fails_no_run() -> None:
    reason = "its transfer waits for a person since ...: disk swap on Friday"
    waits = replace(Result("SC022", "x", State.SUBMITTED, reason), waiting=True).as_xcom()
    report = Report().with_transfers(["manifests for archive to archive: it is paused"], []).as_xcom()
    text = describe(report, [waits, result(State.SUBMITTED)])
    assert "transfers that wait for a person: 2" in text
    assert f"  SC022: {reason}" in text
    assert "  manifests for archive to archive: it is paused" in text
    assert problems(report, [waits], n_work_items=1) == []
    assert "for a person" not in describe(Report().as_xcom(), [result(State.SUBMITTED)])


def test_a_transfer_that_nothing_is_known_of_fails_the_run_beside_other_alarms() -> None:
    report = replace(Report(), alarms=["SC022: failed"]).with_transfers([], ["x to archive: not known"])
    assert problems(report.as_xcom(), [], n_work_items=0) == ["SC022: failed", "x to archive: not known"]


def test_a_data_set_whose_place_did_not_answer_fails_the_run_though_nobody_has_to_act() -> None:
    silent = replace(Result("SC022", "x", State.WAITING, "its place did not answer"), unlisted=True)
    assert problems(Report().as_xcom(), [silent.as_xcom()], n_work_items=1) == [
        "SC022: waiting: its place did not answer"
    ]


def test_a_night_without_work_says_so() -> None:
    assert "nothing new was recorded" in describe(Report().as_xcom(), [])
    assert "newly recorded: 1" in describe(Report().as_xcom(), [result(State.ARCHIVED, new=True)])


def test_a_long_list_is_counted_whole_and_named_in_part() -> None:
    notes = add_up(
        [
            left_out("rig1", [Problem(f"{n}", "no convention") for n in range(NAMED_AT_MOST + 5)]),
            left_out("rig2", [Problem("x", "no convention")]),
        ]
    )
    report = Report.of(notes)
    assert (len(report.left_out), report.left_out_count) == (NAMED_AT_MOST, NAMED_AT_MOST + 6)


def test_the_plan_of_a_dry_run_is_shown() -> None:
    text = describe(Report(dry_run=True, plan=["SC022: 3 files"], remaining=2).as_xcom(), [])
    assert "dry run, nothing was transferred" in text
    assert "SC022: 3 files" in text
    assert "remaining for later runs: 2" in text


def test_what_a_great_discovery_did_is_counted_whole_and_named_in_part() -> None:
    refused = Result("raw-ephys/SC022/2021-01-01", "x", State.REFUSED, "why", changed=True).as_xcom()
    many = [refused] * (RESULTS_NAMED_AT_MOST + 7)
    lines = problems(Report().as_xcom(), many, n_work_items=len(many))
    assert len(lines) == RESULTS_NAMED_AT_MOST + 1
    assert lines[-1] == "and 7 more; `session-archive status` names each"
    text = describe(Report().as_xcom(), many)
    assert f"refused: {len(many)}" in text
    assert text.count("SC022") == RESULTS_NAMED_AT_MOST
    assert "and 7 more" not in describe(Report().as_xcom(), many[7:])


def test_a_place_in_doubt_is_one_alarm_and_its_data_sets_wait() -> None:
    at = "archive-ephys"
    refused = Result("SC022", "a", State.REFUSED, "MISMATCH", mismatch_at=at)
    third = Result("SC024", "c", State.WAITING, f"{at}: 3", mismatch_at=at, place_alarm=f"{at}: 3")
    fourth = replace(third, label="SC025", reason=f"{at}: 4", place_alarm=f"{at}: 4")
    elsewhere = replace(refused, label="SC026", mismatch_at="archive-video")
    other = Result("SC027", "e", State.FAILED, "quota")
    results = with_places_in_doubt([each.as_xcom() for each in (refused, third, fourth, elsewhere, other)])
    assert [result["state"] for result in results] == ["waiting"] * 3 + ["refused", "failed"]
    assert results[0]["reason"] == f"{at}: 4"
    assert problems(Report().as_xcom(), results, n_work_items=5) == [
        "SC026: refused: MISMATCH",
        "SC027: failed: quota",
        f"{at}: 4",
    ]
    alone = [refused.as_xcom()]
    assert with_places_in_doubt(alone) == alone
    older = {"label": "x", "state": "archived", "unlisted": False}
    assert with_places_in_doubt([older]) == [older]
