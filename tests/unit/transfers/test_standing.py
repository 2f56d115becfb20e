"""An unfinished transfer: what a person must know of it, when it leaves room to others, who may write it off."""

import datetime as dt

import pytest

from session_archive.errors import RefusedError
from session_archive.transfers.standing import Answer, Standing, next_standing, written_off
from session_archive.transfers.submission import End

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NAME = "raw-ephys/SC022/2021-01-01"
SILENT = Standing(Answer.NONE, "permission denied", NOON)


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("silent_for", [dt.timedelta(0), DAY, DAY + dt.timedelta(seconds=1), 30 * DAY])
def test_only_a_transfer_that_nothing_is_known_of_for_more_than_a_day_takes_no_room(
    answer: Answer, silent_for: dt.timedelta
) -> None:
    overdue = Standing(answer, "why", NOON).overdue(now=NOON + silent_for)
    assert overdue == (answer is Answer.NONE and silent_for > DAY)


def test_the_time_counts_from_the_first_answer_of_its_kind() -> None:
    first = next_standing(None, Answer.NONE, "refused", now=NOON)
    again = next_standing(first, Answer.NONE, "another reason", now=NOON + DAY)
    assert (first.since, again.since, again.words) == (NOON, NOON, "another reason")
    healthy = next_standing(again, Answer.UNDER_WAY, "", now=NOON + DAY)
    assert next_standing(healthy, Answer.NONE, "refused", now=NOON + 2 * DAY).since == NOON + 2 * DAY


def test_the_message_says_since_when_in_whose_words_and_what_to_do() -> None:
    paused = Standing(Answer.NEEDS_PERSON, "disk swap on Friday", NOON).message(NAME, now=NOON)
    assert paused == "its transfer waits for a person since 2026-01-02 12:00 UTC: disk swap on Friday"
    early = SILENT.message(NAME, now=NOON)
    assert "not known since 2026-01-02 12:00 UTC: permission denied" in early
    assert "write-off" not in early
    late = SILENT.message(NAME, now=NOON + 2 * DAY)
    assert f"session-archive write-off {NAME} --why" in late
    assert "permission denied" in late
    assert "write-off 'manifests for x'" in SILENT.message("manifests for x", now=NOON + 2 * DAY)
    assert Standing(Answer.UNDER_WAY, "", NOON).message(NAME, now=NOON) == ""


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (None, "session-archive cancel"),
        (Standing(Answer.UNDER_WAY, "", NOON), "session-archive cancel"),
        (Standing(Answer.NEEDS_PERSON, "paused", NOON), "session-archive cancel"),
        (Standing(Answer.NONE, "refused", NOON + DAY), "after a day"),
    ],
)
def test_what_globus_answers_for_is_not_written_off(standing: Standing | None, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        written_off(standing, name=NAME, by="ann", why="gone", now=NOON + 2 * DAY)


def test_a_write_off_is_a_loss_with_name_day_and_reason() -> None:
    outcome = written_off(SILENT, name=NAME, by="ann", why=" it has ended ", now=NOON + 2 * DAY)
    assert outcome.status is End.LOST
    assert outcome.detail.startswith("written off by ann on 2026-01-04: it has ended; the next run compares")
