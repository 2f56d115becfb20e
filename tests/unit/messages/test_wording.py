"""The words of a message."""

import datetime as dt

from session_archive.messages.cause import Cause, Snooze
from session_archive.messages.due import Due, Kind
from session_archive.messages.night import Night, Nights
from session_archive.messages.wording import QUOTED, blind, trial, wording

NOW = dt.datetime(2026, 3, 10, 7, 0, tzinfo=dt.UTC)
FAILED = Night("r", NOW, NOW, ("SC022: refused",), "archived: 3\nrefused: 1")
RIG = Cause("rig:rig1", "rig1 is silent", NOW - dt.timedelta(days=2))


def words(due: Due, night: Night = FAILED) -> tuple[str, str]:
    message = wording(due, night=night, week=Nights(7, 2, 11), now=NOW)
    return message.title.removeprefix("session-archive: "), message.text


def test_a_title_counts_and_names_no_path_and_no_subject() -> None:
    night = Cause("night", "SC022 at rig1:/data failed")
    assert words(Due(Kind.ALARM, (night,)))[0] == "1 new problem"
    assert words(Due(Kind.ALARM, (night, RIG)))[0] == "2 new problems"
    assert words(Due(Kind.ALARM, (night,), (RIG,)))[0] == "1 new problem, 1 still open"
    assert words(Due(Kind.DIGEST, (), (RIG, night)))[0] == "2 open problems"
    assert words(Due(Kind.ALL_CLEAR, healed=(RIG,)))[0] == "all clear"
    assert words(Due(Kind.ALL_WELL))[0] == "all well"


def test_each_part_of_a_message_is_under_its_title() -> None:
    snooze = Snooze("backlog", NOW.date(), "ann", "old tapes")
    due = Due(
        Kind.ALARM,
        (Cause("night", "it failed"),),
        (RIG,),
        (Cause("place:ephys", "fills"),),
        ((Cause("backlog", "412 data sets"), snooze),),
    )
    _, text = words(due)
    assert "New:\n- night: it failed\n" in text
    assert "Still open:\n- rig:rig1: rig1 is silent (since 2026-03-08 07:00)\n" in text
    assert "No longer so:\n- place:ephys: fills\n" in text
    assert "Snoozed:\n- backlog: 412 data sets (snoozed until 2026-03-10 by ann: old tapes)" in text
    assert "in the last 7 days 7 nights, 2 of them failed, and 11 data sets newly archived" in text
    assert text.endswith("As of 2026-03-10 07:00 UTC, by session-archive.")


def test_the_summary_is_quoted_only_of_a_failed_night_and_in_part_if_it_is_long() -> None:
    night = Cause("night", "it failed")
    assert "its summary:\n  archived: 3" in words(Due(Kind.DIGEST, (), (night,)))[1]
    assert "its summary" not in words(Due(Kind.DIGEST, (), (RIG,)))[1]
    long = Night("r", NOW, NOW, ("a",), "\n".join(f"line {number}" for number in range(1000)))
    text = words(Due(Kind.ALARM, (night,)), long)[1]
    assert "and 803 more lines in the log of its task summary" in text
    assert len(text.splitlines()) < QUOTED + 20


def test_text_from_elsewhere_is_printable() -> None:
    cause = Cause("night", "rig1:\x1b[31m\u202eevil")
    text = words(Due(Kind.ALARM, (cause,)))[1]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x1b" not in blind("\x1b[2J", now=NOW).text
    assert "test" in trial(now=NOW).title


def test_any_message_names_the_repairs_of_the_last_week() -> None:
    line = "raw-ephys/SC022/2021-01-01: repaired at tape, 1 file from rig; asked for by ann: a disk failed"
    message = wording(Due(Kind.ALL_CLEAR, healed=(RIG,)), night=None, week=Nights(), now=NOW, repaired=[line])
    assert f"Repaired in the archive, in the last 7 days:\n- {line}\n" in message.text
    assert "Repaired" not in words(Due(Kind.ALL_CLEAR, healed=(RIG,)))[1]
