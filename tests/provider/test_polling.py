"""What a watch remembers between two polls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from globus_provider.errors import GlobusRequestError
from globus_provider.polling import Sighting, Watch, waits_for
from globus_provider.task_status import TransferState

START = dt.datetime(2026, 1, 2, 3, 0, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def task(*, ok: bool = True, status: str = "ACTIVE") -> dict[str, Any]:
    return {
        "task_id": "t",
        "status": status,
        "request_time": "2020-01-01T00:00:00+00:00",
        "nice_status": "OK" if ok else "FILE_NOT_FOUND",
        "is_ok": ok,
    }


def test_a_fault_that_goes_away_is_forgotten() -> None:
    watch = Watch(patience=100, unreachable_limit=1000)
    assert watch.saw(task(ok=False), now=at(0)) is None
    assert watch.saw(task(ok=True), now=at(90)) is None
    assert watch.saw(task(ok=False), now=at(120)) is None
    assert watch.saw(task(ok=False), now=at(210)) is None
    end = watch.saw(task(ok=False), now=at(220))
    assert end is not None
    assert end.progress(patience=100).state is TransferState.FAILED


def test_the_task_judges_by_the_time_of_the_poll_not_by_its_own_clock() -> None:
    watch = Watch(patience=100, unreachable_limit=1000)
    watch.saw(task(ok=False), now=at(0))
    end = watch.saw(task(ok=False), now=at(100))
    assert Sighting.of(end.as_event()).progress(patience=100).state is TransferState.FAILED


def test_the_watch_ends_at_its_time_limit_and_no_pause_lasts_longer() -> None:
    watch = Watch(patience=100, unreachable_limit=1000, until=at(50))
    assert watch.pause(30, now=at(0)) == 30
    assert watch.pause(30, now=at(40)) == 10
    assert watch.pause(30, now=at(60)) == 0
    assert watch.saw(task(), now=at(49)) is None
    end = watch.saw(task(), now=at(50))
    assert end.time_is_up
    assert end.progress(patience=100).state is TransferState.WAITING


def test_silence_is_tolerated_up_to_its_limit_which_an_answer_resets() -> None:
    watch = Watch(patience=100, unreachable_limit=60)
    assert watch.unanswered("no answer", now=at(0)) is None
    assert watch.unanswered("no answer", now=at(59)) is None
    assert watch.saw(task(), now=at(70)) is None
    assert watch.unanswered("no answer", now=at(80)) is None
    end = watch.unanswered("no answer", now=at(140))
    assert (end.error, end.retryable) == ("no answer", True)


def test_a_refusal_ends_the_watch() -> None:
    end = Watch(patience=100, unreachable_limit=60).refused("no such task", now=at(0))
    assert (end.error, end.retryable, end.document) == ("no such task", False, None)


PAUSED = {**task(), "is_paused": True}


def test_a_change_is_reported_once_and_the_watch_knows_what_it_has_reported() -> None:
    watch = Watch(patience=100, unreachable_limit=60, until=at(500), reported="")
    assert watch.saw(task(), now=at(0)) is None
    first = watch.saw(PAUSED, now=at(1))
    assert first is not None
    assert (first.changed, first.until, first.reported, first.time_is_up) == (
        True,
        at(500).isoformat(),
        "",
        False,
    )
    assert Sighting.of(first.as_event()) == first
    progress = first.progress(patience=100)
    assert progress is not None and not progress.over
    after = Watch(patience=100, unreachable_limit=60, reported=waits_for(progress))
    assert after.saw(PAUSED, now=at(2)) is None
    again = after.saw(task(), now=at(3))
    assert again is not None and again.changed and again.until is None
    assert waits_for(again.progress(patience=100)) == ""


def test_where_nobody_wants_to_know_a_pause_ends_no_watch() -> None:
    assert Watch(patience=100, unreachable_limit=60).saw(PAUSED, now=at(0)) is None


def test_what_ends_a_watch_is_no_change() -> None:
    watch = Watch(patience=100, unreachable_limit=60, until=at(5), reported="")
    end = watch.saw(PAUSED, now=at(5))
    assert end is not None
    assert (end.time_is_up, end.changed) == (True, False)


@pytest.mark.parametrize("event", [None, {}, {"status": "SUCCEEDED"}, "done"])
def test_an_event_of_another_trigger_is_refused(event: object) -> None:
    with pytest.raises(GlobusRequestError, match="does not come from"):
        Sighting.of(event)
