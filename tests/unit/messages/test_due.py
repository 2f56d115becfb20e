"""Which message is due: one alarm, then digests, an all-clear, a sign of life."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from session_archive.messages.cause import Cause, Snooze, in_force
from session_archive.messages.due import Kind, Sent, due, is_digest_time, last_digest_time

SEVEN = dt.time(7)
NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RIG, NIGHT = Cause("rig:rig1", "rig1 is silent"), Cause("night", "it failed")


def sent(ago: dt.timedelta, *causes: Cause) -> Sent:
    return Sent(NOW - ago, causes)


def kind(causes: list[Cause], last: Sent | None, *snoozed: str, now: dt.datetime = NOW) -> Kind | None:
    snoozes = {cause: Snooze(cause, NOW.date(), "ann", "why") for cause in snoozed}
    message = due(causes, last=last, snoozes=snoozes, digest_at=SEVEN, now=now)
    return message.kind if message else None


def test_the_first_message_of_all_says_that_messages_arrive() -> None:
    assert kind([], None) is Kind.ALL_WELL
    assert kind([RIG], None) is Kind.ALARM


def test_what_is_new_is_said_immediately_and_once() -> None:
    assert kind([NIGHT], sent(HOUR)) is Kind.ALARM
    assert kind([NIGHT], sent(HOUR, NIGHT)) is None
    assert kind([NIGHT, RIG], sent(HOUR, NIGHT)) is Kind.ALARM


def test_what_is_open_is_said_once_a_day_and_not_soon_after_another_message() -> None:
    # The digest of this day was at 07:00, two hours ago.
    assert kind([NIGHT], sent(26 * HOUR, NIGHT)) is Kind.DIGEST
    assert kind([NIGHT], sent(10 * HOUR, NIGHT)) is Kind.DIGEST
    assert kind([NIGHT], sent(9 * HOUR, NIGHT)) is None
    assert kind([NIGHT], sent(2 * HOUR, NIGHT)) is None


def test_a_digest_that_was_missed_comes_later_and_not_at_night() -> None:
    early = NOW.replace(hour=6, minute=59)
    assert kind([NIGHT], Sent(early - 23 * HOUR, (NIGHT,)), now=early) is None
    assert kind([NIGHT], Sent(early - 50 * HOUR, (NIGHT,)), now=early) is Kind.DIGEST


def test_all_is_clear_only_when_nothing_is_open() -> None:
    assert kind([], sent(HOUR, NIGHT)) is Kind.ALL_CLEAR
    assert kind([RIG], sent(HOUR, NIGHT, RIG)) is None
    message = due([RIG], last=sent(2 * DAY, NIGHT, RIG), snoozes={}, digest_at=SEVEN, now=NOW)
    assert message is not None
    assert (message.kind, message.open, message.healed) == (Kind.DIGEST, (RIG,), (NIGHT,))
    assert kind([], sent(HOUR)) is None


def test_silence_lasts_a_week_at_most() -> None:
    week = dt.timedelta(days=7)
    assert (
        kind([], Sent(NOW.replace(hour=7, minute=2) - week), now=NOW.replace(hour=7, minute=0))
        is Kind.ALL_WELL
    )
    assert kind([], Sent(NOW.replace(hour=7, minute=2) - week), now=NOW.replace(hour=6, minute=30)) is None
    assert kind([], sent(6 * DAY)) is None


def test_a_snoozed_cause_is_neither_said_nor_healed() -> None:
    assert kind([NIGHT], sent(HOUR), "night") is None
    assert kind([NIGHT], sent(2 * DAY, NIGHT), "night") is None
    assert kind([NIGHT, RIG], sent(HOUR), "night") is Kind.ALARM
    assert kind([], sent(HOUR, NIGHT), "night") is Kind.ALL_CLEAR
    assert kind([NIGHT], sent(8 * DAY), "night") is Kind.ALL_WELL
    # When the snooze ends it is still the cause that people know.
    assert kind([NIGHT], sent(2 * DAY, NIGHT)) is Kind.DIGEST


def test_a_message_names_all_that_is_open_new_or_not() -> None:
    snoozed = {"rig:rig2": Snooze("rig:rig2", NOW.date(), "ann", "rebuilt")}
    second = Cause("rig:rig2", "rig2 is silent")
    message = due([NIGHT, RIG, second], last=sent(HOUR, RIG), snoozes=snoozed, digest_at=SEVEN, now=NOW)
    assert message is not None
    assert (message.new, message.open, message.every) == ((NIGHT,), (RIG,), (NIGHT, RIG))
    assert message.snoozed == ((second, snoozed["rig:rig2"]),)


def test_of_several_snoozes_the_newest_counts_until_its_day_is_over() -> None:
    today = NOW.date()
    snoozes = [
        Snooze("night", today + DAY, "ann", "long"),
        Snooze("rig:rig1", today, "ann", "today"),
        Snooze("night", today - DAY, "ben", "ended"),
    ]
    assert set(in_force(snoozes, today=today)) == {"rig:rig1"}
    assert in_force(snoozes, today=today + DAY) == {}


@pytest.mark.parametrize("zone", [dt.UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")])
def test_the_time_of_the_digest_is_that_of_the_nights_clock(zone: dt.tzinfo) -> None:
    now = dt.datetime(2026, 3, 10, 6, 59, tzinfo=zone)
    assert last_digest_time(SEVEN, now) == dt.datetime(2026, 3, 9, 7, tzinfo=zone)
    assert last_digest_time(SEVEN, now + dt.timedelta(minutes=1)) == dt.datetime(2026, 3, 10, 7, tzinfo=zone)


def test_once_a_day_there_is_a_digest_time() -> None:
    half_hours = [NOW.replace(hour=0, minute=3) + number * HOUR / 2 for number in range(48)]
    times = [each for each in half_hours if is_digest_time(SEVEN, each, within=HOUR / 2)]
    assert times == [NOW.replace(hour=7, minute=3)]
