"""Deadlines that move and history that expires: what Globus does over days, tested on a state set back in time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from .conftest import Lab, lab_of_its_own, wait_until

HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with lab_of_its_own(tmp_path, monkeypatch) as lab:
        yield lab


def hours_left(lab: Lab, task_id: str) -> float:
    return (datetime.fromisoformat(lab.task(task_id)["deadline"]).timestamp() - time.time()) / HOUR


def set_back(lab: Lab, change: str) -> None:
    """Change the state while the service is stopped, as if days had passed."""
    lab.globus.stop()
    with sqlite3.connect(lab.globus.journal_path.with_name("state.sqlite")) as db:
        db.execute(f"UPDATE task SET {change}")
    db.close()
    lab.globus.start()


def test_a_deadline_is_one_day_or_three_while_files_arrive(lab: Lab) -> None:
    lab.record("there")
    task_id = lab.submit(("/late", "/late"), ("/there", "/there"))
    # The file that is missing shows before the other one has arrived.
    wait_until(lambda: lab.task(task_id)["files_transferred"] == 1)
    assert 71 < hours_left(lab, task_id) <= 72
    still = lab.submit(("/gone", "/gone"))
    lab.showing(still, "FILE_NOT_FOUND")
    assert 23 < hours_left(lab, still) <= 24
    given = lab.submit(("/gone", "/g"), ("/there", "/t"), deadline="2099-01-01T00:00:00+00:00")
    lab.showing(given, "FILE_NOT_FOUND")
    assert lab.task(given)["deadline"] == "2099-01-01T00:00:00+00:00"


def test_a_pause_extends_the_deadline_to_ninety_days_and_its_end_to_one(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.change_task(task_id, "pause")
    assert 89 * 24 < hours_left(lab, task_id) <= 90 * 24
    lab.globus.change_task(task_id, "resume")
    assert 23 < hours_left(lab, task_id) <= 24


def test_a_task_that_has_started_expires_and_a_queued_one_does_not(lab: Lab) -> None:
    tried = lab.submit(("/late", "/late"))
    lab.showing(tried, "FILE_NOT_FOUND")
    paused = lab.submit(("/other", "/other"))
    lab.globus.change_task(paused, "pause")
    set_back(lab, f"deadline = {time.time() - 1}, start_time = iif(task_id = '{paused}', NULL, start_time)")
    ended = lab.ended(tried)
    assert (ended["status"], ended["fatal_error"]["code"]) == ("FAILED", "EXPIRED")
    assert 23 < hours_left(lab, paused) <= 24
    assert lab.task(paused)["status"] == "ACTIVE"


def test_a_requested_deadline_also_applies_to_a_queued_task(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"), deadline="2099-01-01T00:00:00+00:00")
    lab.globus.change_task(task_id, "pause")
    set_back(lab, f"deadline = {time.time() - 1}, start_time = NULL")
    ended = lab.ended(task_id)
    assert ended["status"] == "FAILED"
    assert ended["fatal_error"] == {"code": "EXPIRED", "description": "deadline expired"}
    assert ended["subtasks_expired"] >= 1


def test_history_expires_after_a_month_and_the_task_stays(lab: Lab) -> None:
    lab.record("a")
    task_id = lab.submit(("/a", "/a"))
    lab.ended(task_id)
    assert lab.task(task_id)["history_deleted"] is False
    set_back(lab, f"completion_time = completion_time - {29 * DAY}")
    assert lab.moved(task_id)
    set_back(lab, f"completion_time = completion_time - {2 * DAY}")
    wait_until(lambda: lab.task(task_id)["history_deleted"])
    assert (lab.moved(task_id), lab.events(task_id)) == ({}, [])
    assert lab.task(task_id)["files_transferred"] == 1
