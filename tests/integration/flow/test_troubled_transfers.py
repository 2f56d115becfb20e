"""One transfer's trouble stays with it: it is named with the service's own words, and the others go on."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.flow.test_outcomes import PLACE, SentDataSet

from archive_flow.run.context import Run
from archive_flow.submissions.ending import ending_of
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.submissions.unattended import Unattended, unattended
from archive_flow.submissions.unfinished_limit import require_room
from globus_provider.errors import GlobusUnavailableError, NotNow
from session_archive import clock
from session_archive.cli.write_off import named
from session_archive.errors import ArchiveError
from session_archive.states.state import State
from session_archive.transfers.ending import Ending, UnderWay, Unknown, state_without_arrival
from session_archive.transfers.submission import End, Outcome, ShipmentName, Submission
from support.stack import Stack

DAY = dt.timedelta(days=1)


@pytest.fixture
def narrow(night: Run, stack: Stack) -> Iterator[Run]:
    """A run in which one transfer at a time may be unfinished."""
    limits = night.settings.limits.model_copy(update={"max_unfinished": 1})
    yield replace(night, settings=night.settings.model_copy(update={"limits": limits}))
    stack.globus.clear_faults()
    for left in night.catalog.ledger.unfinished():
        night.catalog.ledger.finish(left.submission_id, Outcome(End.LOST))


@pytest.fixture
def sent(narrow: Run, stack: Stack) -> SentDataSet:
    return SentDataSet(narrow, stack)


def refuse(stack: Stack, under_way: Submission) -> None:
    stack.globus.fault(
        match=f"GET /v0.10/task/{under_way.transfer_task_id}", do="status", status=403,
        code="PermissionDenied", message="not yours", times=0,
    )  # fmt: skip


def break_down(stack: Stack, under_way: Submission) -> None:
    stack.globus.fault(
        match=f"GET /v0.10/task/{under_way.transfer_task_id}", do="status", status=500,
        code="InternalError", message="row 7", times=0,
    )  # fmt: skip


def show_a_new_status(stack: Stack, under_way: Submission) -> None:
    stack.globus.change_task(str(under_way.transfer_task_id), "strange", message="HIBERNATING")


#: What goes wrong, and what the service says then.
TROUBLES = [(refuse, "not yours"), (break_down, "row 7"), (show_a_new_status, "HIBERNATING")]


def ending(run: Run, under_way: Submission) -> Ending:
    name = ShipmentName(
        under_way.data_set_id, under_way.data_set, "upload", "rig", PLACE, under_way.manifest_id
    )
    return ending_of(run, name, PreviousTasks(transfer_task_id=str(under_way.transfer_task_id)))


def stuck(sent: SentDataSet, stack: Stack) -> Submission:
    """A transfer that does not end by itself."""
    stack.globus.fault(file="*", do="permission_denied", times=0)
    return sent.accepted()


@pytest.mark.fault(41)
@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_a_transfer_that_cannot_be_asked_about_takes_no_room_from_others_after_a_day(
    narrow: Run,
    sent: SentDataSet,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Stack, Submission], None],
    words: str,
) -> None:
    under_way = stuck(sent, stack)
    trouble(stack, under_way)
    with pytest.raises(NotNow, match="1 transfers are unfinished"):
        require_room(narrow)
    begun = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: begun + DAY + dt.timedelta(minutes=1))
    require_room(narrow)
    # It is reported each night by its own data set, in the same words, or else by the night's report.
    for _ in range(2):
        state, reason = state_without_arrival(ending(narrow, under_way)) or (None, "")
        assert state is State.FAILED
        assert words in reason and "session-archive write-off" in reason
        found = unattended(narrow, taken_up=())
        assert (found.waiting, [line.partition(": ")[2] for line in found.unknown]) == ((), [reason])
    assert unattended(narrow, taken_up={(under_way.data_set, PLACE)}) == Unattended()
    assert unattended(narrow, taken_up={(under_way.data_set, "another place")}) == found
    assert narrow.catalog.ledger.submission(under_way.submission_id)[1] is None


def test_others_end_and_begin_while_one_has_trouble(narrow: Run, sent: SentDataSet, stack: Stack) -> None:
    under_way, other = stuck(sent, stack), SentDataSet(narrow, stack)
    stack.globus.clear_faults()
    break_down(stack, under_way)
    fine = other.accepted()
    while narrow.hook.task(str(fine.transfer_task_id))["status"] == "ACTIVE":
        pass
    settle(narrow)
    ended = narrow.catalog.ledger.submission(fine.submission_id)[1]
    assert ended is not None and ended.succeeded


@pytest.mark.fault(39)
@pytest.mark.parametrize(
    "outage",
    [
        {"match": "GET /v0.10/task*", "do": "status", "status": 503},
        {"match": "GET /v0.10/task*", "do": "malformed"},
    ],
)
def test_an_outage_of_the_service_is_no_trouble_of_one_transfer(
    narrow: Run, sent: SentDataSet, stack: Stack, outage: dict[str, object]
) -> None:
    impatient = replace(narrow, hook=type(narrow.hook)(max_retries=0))
    under_way = stuck(sent, stack)
    stack.globus.fault(**outage, times=0)
    with pytest.raises(GlobusUnavailableError):
        settle(impatient)
    assert unattended(impatient, taken_up=()) == Unattended()
    assert narrow.catalog.inquiries.newest([under_way.submission_id]) == {}


def test_a_retry_comes_first_where_it_can_help(narrow: Run, sent: SentDataSet, stack: Stack) -> None:
    under_way = stuck(sent, stack)
    break_down(stack, under_way)
    with pytest.raises(GlobusUnavailableError, match="row 7"):
        ending(replace(narrow, tries_left=True), under_way)
    assert isinstance(ending(narrow, under_way), Unknown)


@pytest.mark.fault(44, 45)
@pytest.mark.parametrize(
    ("change", "says", "advice"),
    [
        ("pause", "an administrator paused it (PAUSED): disk swap on Friday;", "ask the administrators"),
        ("inactive", "its credential has expired:", "log in to its collections again"),
    ],
)
def test_a_transfer_that_waits_for_a_person_is_reported_with_the_service_s_words_and_what_to_do(
    narrow: Run, sent: SentDataSet, stack: Stack, change: str, says: str, advice: str
) -> None:
    under_way = stuck(sent, stack)
    stack.globus.change_task(str(under_way.transfer_task_id), change, message="disk swap on Friday")
    found = ending(narrow, under_way)
    assert isinstance(found, UnderWay)
    for part in (says, "disk swap on Friday", advice, "it goes on then", "since 2"):
        assert part in found.needs_person
    assert state_without_arrival(found) == (
        State.SUBMITTED,
        f"{found.needs_person}; the next run takes it up again",
    )
    assert unattended(narrow, taken_up=()) == Unattended(
        waiting=(f"{under_way.data_set} to {PLACE}: {found.needs_person}",)
    )
    stack.globus.change_task(
        str(under_way.transfer_task_id), {"pause": "resume", "inactive": "activate"}[change]
    )
    assert ending(narrow, under_way) == UnderWay(under_way)
    assert unattended(narrow, taken_up=()) == Unattended()


def test_a_transfer_whose_place_was_taken_out_of_the_settings_is_named_each_night_until_it_is_back(
    narrow: Run, sent: SentDataSet
) -> None:
    under_way = sent.accepted()
    while narrow.hook.task(str(under_way.transfer_task_id))["status"] == "ACTIVE":
        pass
    locations = {name: place for name, place in narrow.settings.locations.items() if name != PLACE}
    without = replace(narrow, settings=narrow.settings.model_copy(update={"locations": locations}))
    settle(without)
    for _ in range(2):
        (line,) = unattended(without, taken_up=()).unknown
        assert f"archive.toml has no place '{PLACE}'" in line
    assert narrow.catalog.ledger.submission(under_way.submission_id)[1] is None
    assert unattended(narrow, taken_up=()) == Unattended()
    outcome = narrow.catalog.ledger.submission(under_way.submission_id)[1]
    assert outcome is not None and outcome.succeeded


def test_words_that_the_service_refuses_are_left_out(narrow: Run, sent: SentDataSet, stack: Stack) -> None:
    under_way = stuck(sent, stack)
    stack.globus.change_task(str(under_way.transfer_task_id), "pause", message="disk swap")
    stack.globus.fault(
        match="GET /v0.10/task/*/pause_info", do="status", status=403, code="PermissionDenied", times=0
    )
    found = ending(narrow, under_way)
    assert isinstance(found, UnderWay)
    assert "an administrator paused it (PAUSED); ask" in found.needs_person


def test_a_person_sees_it_and_writes_it_off_and_its_data_set_is_free_again(
    narrow: Run,
    sent: SentDataSet,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
    console: Callable[..., Any],
) -> None:
    under_way, ledger = stuck(sent, stack), narrow.catalog.ledger
    name = under_way.data_set
    assert json.loads(console("status", "--json").output)["transfers"] == []
    refused = console("write-off", name, "--why", "it has ended")
    assert "session-archive cancel" in str(refused.exception)
    refuse(stack, under_way)
    settle(narrow)
    assert "after a day" in str(console("write-off", name, "--why", "it has ended").exception)
    begun = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: begun + 2 * DAY)
    assert "--why" in str(console("write-off", name).exception)
    assert f"unfinished: {name}" in str(console("write-off", "another", "--why", "x").exception)
    shown = console("status").output
    assert "transfers that need a person: 1" in shown
    assert f"session-archive write-off {name} --why" in shown
    assert json.loads(console("status", "--json").output)["transfers"][0].startswith(f"{name} to {PLACE}: ")
    done = console("write-off", str(under_way.transfer_task_id), "--why", "it has ended", "--by", "ann")
    assert done.exit_code == 0, done.output
    outcome = ledger.submission(under_way.submission_id)[1]
    assert outcome is not None and outcome.status is End.LOST
    assert "written off by ann on" in outcome.detail and "it has ended" in outcome.detail
    assert (ledger.unfinished(), "need a person" in console("status").output) == ([], False)
    sent.begin()


def test_a_name_of_two_transfers_asks_for_a_task(narrow: Run, sent: SentDataSet) -> None:
    one = sent.accepted()
    two = replace(one, destination="analysis", transfer_task_id=one.submission_id)
    with pytest.raises(
        ArchiveError, match=f"{one.transfer_task_id} to {PLACE}, {one.submission_id} to analysis"
    ):
        named(one.data_set, [one, two])
    assert named(str(one.submission_id), [one, two]) == two
