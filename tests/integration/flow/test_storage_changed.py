"""A place that computed SHA-1 and answers by another algorithm now: the second night sees that it is the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.integration.flow.earlier import on_rig
from tests.integration.flow.test_unsupported_checksum import PLACE, known, sent

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.submissions.outcome import end
from session_archive import clock
from session_archive.fixity.place_checksums import ChecksumAnswer
from session_archive.states.state import State
from session_archive.transfers.ending import Failed
from session_archive.transfers.submission import Outcome
from support.stack import Stack


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    return ("--checksums=archive=any-is-MD5",)


def send(night: Run, work_item: WorkItem) -> Result:
    submission = sent(night, work_item, seconds=600)
    while not isinstance(outcome := end(night, submission), Outcome):
        pass
    assert outcome.mismatch, outcome.detail
    return UPLOAD._record(night, work_item, Failed(submission, outcome))


def test_what_matched_before_the_storage_changed_says_nothing_of_it_now(night: Run, stack: Stack) -> None:
    collection = night.settings.locations[PLACE].collection
    a_year_ago = clock.utc_now() - dt.timedelta(days=365)
    night.catalog.place_checksums.record(
        [ChecksumAnswer(PLACE, collection, "SHA1", True, True, observed_at=a_year_ago)]
    )
    recordings = [on_rig(night, stack, dt.date(2021, 3, day)) for day in (1, 2, 3, 4)]
    results = [send(night, recording) for recording in recordings[:3]]
    assert {result.state for result in results} == {State.REFUSED}, "others of this night may match yet"
    assert all(f"If the storage of {PLACE} may have changed" in result.reason for result in results)
    second_night = replace(night, run_id="night 2")
    last = send(second_night, recordings[3])
    assert last.state is State.WAITING
    assert f"none since {a_year_ago:%Y-%m-%d}" in last.place_alarm
    states = {row.data_set: row.state for row in night.catalog.states.newest_rows(data_set_type="raw-ephys")}
    assert {states[recording.data_set] for recording in recordings} == {State.WAITING}
    answer = known(night).answer(PLACE, "SHA1")
    assert answer is not None
    assert (answer.computes, answer.complete) == (None, False), "`doctor --transfer` tries it again"
