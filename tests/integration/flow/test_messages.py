"""What people are sent: real rows, a real mail server, Airflow's own notifier; only the clock is moved."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.messages import send
from archive_flow.run import readers
from session_archive import clock
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.store import Store
from session_archive.errors import CatalogError, SettingsError
from session_archive.messages.night import Night
from session_archive.recording.readiness import Observation
from session_archive.states.state import State, StateRow
from support.mail_server import MailServer
from support.sample_rig import ONE
from support.stack import Stack
from support.task_environment import airflow_connections

#: Before any session of the sample lab, so that nothing is late.
BEFORE = dt.datetime(2010, 3, 1, 0, 10, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

NOTIFY = """
[notify]
to = ["ann@lab.edu", "ben@lab.edu"]
digest_at = "07:00"
"""


class Desk:
    """Those who get the messages, and the clock."""

    def __init__(
        self, stack: Stack, catalog: Catalog, mail: MailServer, set_clock: Callable[[dt.datetime], None]
    ) -> None:
        self.stack, self.catalog, self.mail, self._set_clock = stack, catalog, mail, set_clock
        self.now = BEFORE

    def at(self, now: dt.datetime) -> None:
        self.now = now
        self._set_clock(now)

    def run(self) -> str:
        return send.send_due(self.stack.settings)

    def live(self, span: dt.timedelta, *, every: dt.timedelta = 2 * HOUR) -> list[str]:
        """Let time pass, with a run at each step; the titles that came."""
        before, end = len(self.mail.mails), self.now + span
        while self.now < end:
            self.run()
            self.at(self.now + every)
        return [mail.title.removeprefix("session-archive: ") for mail in self.mail.mails[before:]]

    def night(self, *problems: str, ended_at: dt.datetime | None = None, **values: Any) -> None:
        ended = ended_at or self.now
        night = Night(
            "scheduled__1", ended - HOUR, ended, problems, "\n".join(["archived: 3", *problems]), **values
        )
        self.catalog.nights.record(night)


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def desk(stack: Stack, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A catalog without nights or messages."""
    for name, connection in airflow_connections(stack).items():
        monkeypatch.setenv(name, connection)
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mail.connection)
    written = stack.settings_file.read_text()
    stack.settings_file.write_text(written + NOTIFY)
    for table in (
        "decision__snooze",
        "decision",
        "message__line",
        "message__failed",
        "message",
        "night",
        "look",
    ):
        stack.database.execute(f"DELETE FROM archive.{table}")
    mail.mails.clear()
    with stack.catalog() as catalog:
        # One for all runs of a test: to open it takes longer than a run.
        monkeypatch.setattr(send, "open_catalog", lambda settings: nullcontext(catalog))
        desk = Desk(stack, catalog, mail, lambda now: monkeypatch.setattr(clock, "utc_now", lambda: now))
        desk.at(BEFORE)
        yield desk
    mail.refuse = ""
    stack.settings_file.write_text(written)


def test_three_bad_nights_bring_one_alarm_and_then_digests_and_at_last_the_all_clear(desk: Desk) -> None:
    assert desk.live(HOUR) == ["all well"]
    desk.night()
    assert desk.live(5 * HOUR) == []
    desk.night("rig1 could not be listed: it is off", "SC022: refused")
    assert desk.live(DAY) == ["1 new problem"]
    alarm = desk.mail.mails[-1]
    assert alarm.to == ("ann@lab.edu", "ben@lab.edu")
    assert "rig1 could not be listed: it is off" in alarm.text and "SC022: refused" in alarm.text
    assert "archived: 3" in alarm.text
    assert "<pre>" in alarm.text
    for _ in range(2):
        desk.night("rig1 could not be listed: it is off")
        assert desk.live(DAY) == ["1 open problem"]
    assert "since 2010-03-01 08:10" in desk.mail.mails[-1].text
    desk.night(n_new=4)
    assert desk.live(DAY) == ["all clear"]
    cleared = desk.mail.mails[-1].text
    assert "No longer so:" in cleared and "night" in cleared
    assert "4 data sets newly archived" in cleared


def test_silence_of_a_week_ends_with_a_sign_of_life(desk: Desk) -> None:
    assert desk.live(HOUR) == ["all well"]
    titles = []
    for _ in range(15):
        desk.night(n_new=1)
        titles += desk.live(DAY, every=6 * HOUR)
    assert titles == ["all well", "all well"]
    assert "7 nights, 0 of them failed" in desk.mail.mails[-1].text


def test_a_night_that_does_not_end_in_time_is_a_cause_and_one_that_ends_heals_it(desk: Desk) -> None:
    desk.night()
    assert desk.live(2 * DAY) == ["all well"]
    assert desk.live(4 * HOUR) == ["1 new problem"]
    assert "no-night: no night has ended since 2010-03-01 00:10" in desk.mail.mails[-1].text
    desk.night()
    assert desk.live(2 * HOUR) == ["all clear"]
    # A row from the future, which only a false clock or a forger writes, keeps nobody silent.
    desk.night(ended_at=desk.now + 300 * DAY)
    assert "1 new problem" in desk.live(3 * DAY)


def test_an_expected_session_that_is_not_archived_in_time_is_named_once(desk: Desk) -> None:
    started = ONE.started.replace(tzinfo=dt.UTC)
    desk.at(started + 10 * HOUR)
    desk.night()
    assert desk.live(HOUR) == ["all well"]
    desk.at(started + 47 * HOUR)
    desk.night()
    assert desk.live(HOUR) == []
    desk.at(started + 49 * HOUR)
    # The video of this session, which is another data set, is archived.
    with desk.stack.catalog() as catalog:
        (session,) = [each for each in catalog.expected_sessions("raw-video") if each.date == ONE.date]
        catalog.states.record([StateRow("raw-video", session.id, State.ARCHIVED, session=str(session))])
    assert desk.live(HOUR) == ["1 new problem"]
    text = desk.mail.mails[-1].text
    assert "overdue: 1 expected data set of the last 30 days not archived 48 hours" in text
    assert f"{ONE} raw-ephys (not found)" in text
    assert str(ONE) not in desk.mail.mails[-1].title
    with desk.stack.catalog() as catalog:
        catalog.states.record([StateRow("raw-ephys", session.id, State.ARCHIVED, session=str(session))])
    assert desk.live(2 * HOUR) == ["all clear"]


def test_what_is_older_is_counted_once_a_day_and_stays_open_in_between(desk: Desk) -> None:
    desk.at(dt.datetime(2024, 1, 1, 0, 10, tzinfo=dt.UTC))
    desk.night()
    assert desk.live(6 * HOUR) == ["all well"]
    assert desk.live(20 * HOUR, every=HOUR) == ["1 new problem"]
    assert "backlog: " in desk.mail.mails[-1].text
    assert "older than 30 days" in desk.mail.mails[-1].text
    desk.night()
    # The day's digest, and no all-clear meanwhile.
    assert desk.live(DAY, every=HOUR) == ["1 open problem"]


def test_a_rig_is_missed_after_seven_days_if_it_ever_brought_something(desk: Desk) -> None:
    observation = Observation(looked_at=desk.now, manifest_id="0" * 64, n_files=1, n_bytes=1, newest=0)
    with desk.stack.catalog() as catalog:
        catalog.observations.record(uuid.uuid4(), "rig", observation)
    titles: list[str] = []
    for _ in range(8):
        desk.night()
        titles += desk.live(DAY, every=6 * HOUR)
    assert titles == ["all well", "1 new problem"]
    assert "rig:rig: rig has brought nothing new for 7 days" in desk.mail.mails[-1].text
    # The other rig never brought anything.
    assert "far-rig" not in desk.mail.mails[-1].text


def test_a_snoozed_cause_is_not_said_until_its_day_is_over(desk: Desk, console: Callable[..., Any]) -> None:
    desk.night("rig1 is off")
    assert desk.live(HOUR) == ["1 new problem"]
    done = console("notify", "--snooze", "night", "--until", "2010-03-03", "--why", "rebuilt", "--by", "ann")
    assert done.exit_code == 0, done.output
    assert "night: snoozed until 2010-03-03 by ann: rebuilt" in done.output
    with desk.stack.catalog() as catalog:
        # It is a decision, and none about an archived thing.
        assert (catalog.tables.Decision & {"verdict": "snooze"}).to_dicts()[0]["why"] == "rebuilt"
        assert catalog.decisions.made() == []
    desk.night("rig1 is off")
    assert desk.live(DAY) == []
    desk.night("rig1 is off")
    desk.at(dt.datetime(2010, 3, 3, 23, 0, tzinfo=dt.UTC))
    assert desk.live(HOUR) == []
    desk.night("rig1 is off")
    desk.at(dt.datetime(2010, 3, 4, 7, 10, tzinfo=dt.UTC))
    assert desk.live(HOUR) == ["1 open problem"]


def test_a_cause_that_heals_while_it_is_snoozed_is_cleared(desk: Desk, console: Callable[..., Any]) -> None:
    desk.night("rig1 is off")
    desk.live(HOUR)
    console("notify", "--snooze", "night", "--until", "2010-03-09", "--why", "rebuilt")
    desk.night()
    assert desk.live(2 * HOUR) == ["all clear"]
    shown = console("notify").output
    assert "snoozed until 2010-03-09" in shown
    assert console("notify", "--wake", "night", "--why", "done").exit_code == 0
    assert "snoozed" not in console("notify").output
    desk.night("rig1 is off")
    assert desk.live(HOUR) == ["1 new problem"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--snooze", "nigth", "--until", "2010-03-03", "--why", "x"],
            "named no cause 'nigth'; it named night",
        ),
        (["--snooze", "night", "--until", "soon", "--why", "x"], "'soon' is not a day"),
        (["--snooze", "night", "--until", "2010-02-03", "--why", "x"], "2010-02-03 is over"),
        (["--snooze", "night", "--until", "2010-03-03"], "a reason is needed"),
        (["--wake", "night", "--why", "x"], "'night' is not snoozed"),
        (["--until", "2010-03-03"], "only with --snooze"),
        (["--test", "--wake", "night"], "stand alone"),
    ],
)
def test_a_snooze_that_means_nothing_is_one_line(
    desk: Desk, console: Callable[..., Any], arguments: list[str], words: str
) -> None:
    desk.night("rig1 is off")
    desk.live(HOUR)
    done = console("notify", *arguments)
    assert words in str(done.exception)


def test_a_mail_server_that_fails_is_shown_and_the_message_comes_once_it_works(
    desk: Desk, console: Callable[..., Any]
) -> None:
    desk.night("rig1 is off")
    desk.mail.refuse = "451 4.3.1 the disk is full"
    for _ in range(2):
        with pytest.raises(
            AirflowFailException, match=r"could not be sent by smtp_default: .*the disk is full"
        ):
            desk.run()
    stale = console("status", "--stale")
    assert stale.exit_code == 1
    assert "the disk is full" in stale.output
    assert "the disk is full" in console("notify").output
    desk.mail.refuse = ""
    assert desk.live(HOUR) == ["1 new problem"]
    assert console("status", "--stale").exit_code == 0


def test_a_catalog_that_takes_no_row_floods_nobody(desk: Desk) -> None:
    desk.night("rig1 is off")
    desk.stack.database.execute("REVOKE INSERT ON archive.message FROM session_archive@'%%'")
    try:
        for _ in range(3):
            with pytest.raises(CatalogError):
                desk.run()
    finally:
        desk.stack.install_catalog()
    assert desk.mail.mails == []
    assert desk.live(HOUR) == ["1 new problem"]


def test_a_catalog_that_cannot_be_read_is_said_once_a_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "open_catalog", readers.open_catalog)
    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE_CATALOG", json.dumps({"conn_type": "mysql", "port": 1}))
    desk.at(BEFORE.replace(hour=6, minute=30))
    for _ in range(4):
        with pytest.raises(CatalogError):
            desk.run()
        desk.at(desk.now + HOUR / 2)
    assert [mail.title for mail in desk.mail.mails] == ["session-archive: the catalog cannot be read"]


def test_a_test_message_arrives_and_hides_no_alarm(desk: Desk) -> None:
    desk.night("rig1 is off")
    assert send.send_due(desk.stack.settings, test=True).startswith(
        "test message sent to ann@lab.edu, ben@lab.edu"
    )
    assert [mail.title for mail in desk.mail.mails] == ["session-archive: test message"]
    assert desk.live(HOUR) == ["1 new problem"]


def test_nobody_is_sent_anything_without_the_table(desk: Desk) -> None:
    desk.night("rig1 is off")
    written = desk.stack.settings_file.read_text()
    desk.stack.settings_file.write_text(written.replace(NOTIFY, ""))
    assert "no table [notify]" in desk.run()
    with pytest.raises(SettingsError, match=r"no table \[notify\]"):
        send.send_due(desk.stack.settings, test=True)
    assert desk.mail.mails == []


def test_names_in_a_message_are_text_and_no_template_or_markup(desk: Desk) -> None:
    desk.night("rig1:{{ 7*7 }}<b>\r\nBcc: eve@lab.edu: refused")
    desk.run()
    text = desk.mail.mails[-1].text
    assert "{{ 7*7 }}&lt;b&gt;\\r\\nBcc: eve@lab.edu" in text
    assert desk.mail.mails[-1].to == ("ann@lab.edu", "ben@lab.edu")


def test_what_a_message_asks_of_the_history_is_read_by_an_index(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[tuple[str, tuple[Any, ...]]] = []
    query = Store.rows

    def noted(store: Store, sql: str, *given: Any) -> list[dict[str, Any]]:
        statements.append((sql, given))
        return query(store, sql, *given)

    monkeypatch.setattr(Store, "rows", noted)
    with desk.stack.catalog() as catalog:
        for days in range(300):
            ended_at = desk.now - days * DAY
            catalog.nights.record(Night("n", ended_at, ended_at))
            looked_at = Observation(looked_at=ended_at, manifest_id="0" * 64, n_files=1, n_bytes=1, newest=0)
            catalog.observations.record(uuid.uuid4(), "rig", looked_at)
        statements.clear()
        catalog.nights.newest()
        catalog.nights.since(desk.now - 7 * DAY)
        catalog.watch.newest_looks(["rig"])
        catalog.watch.ended_since(desk.now - 7 * DAY)
        catalog.messages.last()
        assert len(statements) == 5
        plans = [
            catalog.connection.query(f"EXPLAIN {sql}", given, as_dict=True).fetchall()
            for sql, given in statements
        ]
    # An index alone answers, or names the rows.
    assert [rows[0]["key"] or rows[0]["Extra"] for rows in plans[:3]] == [
        *("ended_at", "ended_at"),
        "Select tables optimized away",
    ]
    (outcomes,) = [row for row in plans[3] if row["table"] == "o"]
    assert "recorded_at" in outcomes["possible_keys"]
    assert plans[4][0]["key"] == "PRIMARY"
