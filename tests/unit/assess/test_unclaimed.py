"""Folders that no session claims: what becomes of each, and which of their states have ended."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.unit.assess.samples import (
    FOUND,
    NAME,
    OTHER,
    claim,
    coverage,
    known,
    replica,
    unlisted,
)

from session_archive.assess.known import Known
from session_archive.assess.left_out import folder_id
from session_archive.assess.unclaimed import (
    Step,
    ended,
    next_step,
    size_and_age,
    split_strays,
    unclaimed_on_rig,
    while_unclaimed,
)
from session_archive.assess.verdict import Assessment, Leave, Record, Transfer
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.listing.unlisted import Unlisted
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.recording.sessions import Matching
from session_archive.request.selection import Selection
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import State, StateRow


@pytest.mark.parametrize(
    ("of_type", "archives_unclaimed", "on_rig", "before", "step"),
    [
        (known(), False, True, False, Step.LIST),
        (known(), False, True, True, Step.LIST),
        (known(), False, False, False, Step.REPORT),
        # A folder that the rig has too is reported for the rig.
        (known(), False, False, True, Step.LEAVE),
        (known(), True, True, False, Step.ASSESS),
        (known(), True, False, True, Step.ASSESS),
        (known(replica(verified=False)), False, True, False, Step.ASSESS),
        (known(sidecars={NAME: []}), False, False, True, Step.ASSESS),
        (known(sidecars={OTHER: []}), False, False, False, Step.REPORT),
    ],
)
def test_the_step_for_a_folder(
    of_type: Known, archives_unclaimed: bool, on_rig: bool, before: bool, step: Step
) -> None:
    assert (
        next_step(
            NAME,
            of_type,
            archives_unclaimed=archives_unclaimed,
            on_rig=on_rig,
            unclaimed_before=before,
        )
        is step
    )


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (Transfer(), Transfer()),
        (Leave(), Leave()),
        (Record(State.ARCHIVED, "whole"), Record(State.ARCHIVED, "whole")),
        (Record(State.UNVERIFIED, "b.bin"), Record(State.UNVERIFIED, "b.bin")),
        (Record(State.REFUSED, "too many"), Record(State.REFUSED, "too many")),
        (Record(State.CHANGED, "a.bin"), Record(State.CHANGED, "a.bin")),
        (Record(State.WAITING, "a grows"), Record(State.UNCLAIMED, f"{UNCLAIMED}; waiting: a grows")),
        (Record(State.EMPTY, "no file"), Record(State.UNCLAIMED, f"{UNCLAIMED}; empty: no file")),
    ],
)
def test_until_it_is_under_way_it_stays_unclaimed(assessment: Assessment, expected: Assessment) -> None:
    assert while_unclaimed(assessment) == expected


NOON = dt.datetime(2021, 1, 1, 12, 0, tzinfo=dt.UTC)


def aged(*hours: int) -> Manifest:
    """Files of 1,000,000 bytes that are so many hours older than noon."""
    return Manifest.of(
        FileEntry(f"{number}.bin", 1_000_000, int(NOON.timestamp()) - 3600 * age)
        for number, age in enumerate(hours)
    )


def test_a_folder_on_the_rig_shows_its_newest_file() -> None:
    newest = f"{UNCLAIMED}; its newest file is from 2021-01-01 09:00 UTC"
    assert unclaimed_on_rig(Listing(aged(30, 3, 50))) == Record(State.UNCLAIMED, newest)
    assert unclaimed_on_rig(Listing(aged())) == Record(
        State.UNCLAIMED, f"{UNCLAIMED}; the folder holds no file that can be archived"
    )
    assert unclaimed_on_rig(ListingError("may not be read")) == Record(
        State.UNCLAIMED, f"{UNCLAIMED}; may not be read"
    )


def test_an_unclaimed_folder_that_holds_only_what_is_left_out_is_not_said_to_be_without_files() -> None:
    other = Problem(
        "SC022/b.bin", "named after the day 010120, in a folder of 2021-01-01: not archived", other=True
    )
    alone = unclaimed_on_rig(Listing(aged(), (other,))).reason
    assert "the folder holds no file that can be archived; SC022/b.bin: named after the day 010120" in alone
    assert "a recording of another subject or day is inside" in alone
    assert "SC022/b.bin: named after" in unclaimed_on_rig(Listing(aged(3), (other,))).reason
    copies = unclaimed_on_rig(Listing(aged(), (Problem("SC022/a.bak", "a copy"),))).reason
    assert copies.endswith("the folder holds no file that can be archived; left out: SC022/a.bak: a copy")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((), "no files that can be archived"),
        ((30, 80), "2 files, 2.0 MB, the newest 1 day(s) old"),
        ((23,), "1 files, 1.0 MB, the newest 0 day(s) old"),
        # A rig's clock may be ahead.
        ((-30,), "1 files, 1.0 MB, the newest 0 day(s) old"),
    ],
)
def test_how_large_and_how_old_it_is(hours: tuple[int, ...], words: str) -> None:
    assert size_and_age(aged(*hours), now=NOON) == words


BEFORE = StateRow(
    "raw-ephys",
    NAME.id,
    State.UNCLAIMED,
    UNCLAIMED,
    f"rig1:{FOUND.folder.directory}",
    session=str(NAME.session),
    data_set=str(NAME),
    n_files=3,
    run_id="night 1",
    changed_at=NOON,
)
NOTHING = Matching((), ())


def ends(matching: Matching, *of: Unlisted, selection: Selection | None = None) -> list[StateRow]:
    return list(ended([BEFORE], matching, coverage(*of, selection=selection), run_id="night 2"))


@pytest.mark.parametrize(
    ("matching", "reason"),
    [
        (NOTHING, "its folder is gone"),
        (Matching((claim(),), ()), "a session of the lab's pipeline claims it now"),
        (
            Matching((replace(claim(State.AMBIGUOUS), candidates=(FOUND,)),), ()),
            "a session of the lab's pipeline claims it now",
        ),
    ],
)
def test_a_state_that_no_longer_holds_ends_with_the_reason(matching: Matching, reason: str) -> None:
    (row,) = ends(matching)
    assert row == replace(BEFORE, state=State.GONE, reason=reason, run_id="night 2", changed_at=None)


@pytest.mark.parametrize("matching", [Matching((), (FOUND,)), Matching((), (), ((FOUND, "by ann"),))])
def test_a_folder_that_is_still_there_is_not_gone(matching: Matching) -> None:
    assert ends(matching) == []


def test_a_folder_is_not_gone_while_it_may_be_hidden_or_was_not_asked_for() -> None:
    assert ends(NOTHING, unlisted("rig1", "SC022")) == []
    assert ends(NOTHING, unlisted("rig1")) == []
    assert ends(NOTHING, selection=Selection(subjects=frozenset({"SC023"}))) == []
    assert len(ends(NOTHING, unlisted("rig2"))) == 1


def test_a_folder_that_a_session_claims_now_is_no_longer_unclaimed_wherever_else_was_not_listed() -> None:
    assert len(ends(Matching((claim(),), ()), unlisted("rig1"))) == 1


LEFT_OUT = replace(BEFORE, target=folder_id("rig1", "SC022/surface"), path="rig1:SC022/surface", data_set="")


def test_a_left_out_folder_is_gone_once_a_run_for_everything_no_longer_finds_it() -> None:
    def ending(*of: Unlisted, left_out=(), selection: Selection | None = None) -> list[StateRow]:
        covered = coverage(*of, selection=selection)
        return list(ended([LEFT_OUT], NOTHING, covered, left_out=left_out, run_id="night 2"))

    (gone,) = ending()
    assert (gone.state, gone.target) == (State.GONE, LEFT_OUT.target)
    assert ending(left_out={LEFT_OUT.target}) == []
    assert ending(unlisted("rig1", "SC022")) == []
    assert ending(selection=Selection(subjects=frozenset({"SC022"}))) == []


def test_a_further_gate_that_a_session_has_now_has_a_state_of_its_own() -> None:
    of_gate = LinkedDataSet(NAME, FOUND.folder.directory)
    further = replace(claim(), further=True, given=of_gate)
    assert ends(Matching((further,), ())) == []
    (gone,) = ends(Matching((replace(further, further=False),), ()))
    assert gone.reason == "a session of the lab's pipeline claims it now"


ELSEWHERE = replace(FOUND, place="rig2")


def test_a_second_folder_of_the_same_name_has_a_state_of_its_path() -> None:
    taken = Matching((claim(),), (ELSEWHERE,))
    unclaimed, (stray,) = split_strays(taken, [FOUND, ELSEWHERE], [], whole=True)
    assert (unclaimed, stray.id) == ((), folder_id("rig2", FOUND.folder.directory))
    assert stray.reason.startswith(f"{FOUND.where} has the same session name; give it to its session")
    first, (second,) = split_strays(Matching((), (FOUND, ELSEWHERE)), [], [], whole=True)
    assert (first, second.where) == ((FOUND,), ELSEWHERE.where)


def test_a_folder_that_was_given_to_a_session_that_nobody_expects_is_not_invisible() -> None:
    given = Decision(
        Verdict.SESSION,
        place="rig1",
        directory=FOUND.folder.directory,
        session_id=uuid.UUID(int=9),
        session="SC022 2021-01-01 08:00",
        decided_by="ann",
        why="I was there",
    )
    _, (stray,) = split_strays(NOTHING, [FOUND], [given], whole=True)
    assert stray.reason.startswith(f"it was {given.words}; but no raw-ephys of that session is expected")
    # A run for some sessions does not know the others.
    assert split_strays(NOTHING, [FOUND], [given], whole=False) == ((), ())
    ours = replace(given, session_id=claim().session.id)
    assert split_strays(Matching((claim(),), ()), [FOUND], [ours], whole=True) == ((), ())


def test_a_further_gate_says_why_it_was_left_out() -> None:
    assert (
        unclaimed_on_rig(Listing(aged()), why="a further gate").reason
        == f"{UNCLAIMED}; a further gate; the folder holds no file that can be archived"
    )
