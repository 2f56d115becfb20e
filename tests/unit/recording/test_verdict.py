"""May this listing be sent, and what became of the files that arrived?"""

import datetime as dt

import pytest

from session_archive.fixity.compare import FixityReport, compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.naming.conventions import load_conventions
from session_archive.recording.completeness import Texts
from session_archive.recording.spikeglx_meta import SpikeGlxMeta
from session_archive.recording.verdict import (
    NOT_COMPUTED,
    doubt_of_session,
    doubt_of_start,
    files_behind,
    judge_listing,
    judge_replica,
    names_decided,
)
from session_archive.states.state import State


def listing(n_files: int, *problems: Problem) -> Listing:
    return Listing(Manifest.of(FileEntry(f"{n}.bin", 1, 1) for n in range(n_files)), problems)


def test_a_plain_folder_may_be_sent() -> None:
    assert judge_listing(listing(3), max_files=3) is None


def test_an_empty_folder_is_empty_not_archived() -> None:
    state, reason = judge_listing(listing(0), max_files=3) or (None, "")
    assert (state, reason) == (State.EMPTY, "the folder holds no file that can be archived")


def test_an_empty_folder_tells_what_was_left_out() -> None:
    _, reason = judge_listing(listing(0, Problem("a.bak", "a copy"), Problem("b.bak", "a copy"))) or (
        None,
        "",
    )
    assert reason.endswith("; left out: a.bak: a copy (and 1 more)")


def test_a_link_alone_does_not_hold_a_data_set_back() -> None:
    assert judge_listing(listing(1, Problem("a", "symbolic link", blocks=False)), max_files=3) is None


def test_what_cannot_be_read_is_named_and_the_rest_counted() -> None:
    problems = [Problem(name, "cannot be read", blocks=True) for name in "ab"]
    state, reason = judge_listing(listing(1, *problems), max_files=3) or (None, "")
    assert (state, reason) == (State.REFUSED, "a: cannot be read (and 1 more)")


def test_what_vanished_waits_unless_something_worse_is_there() -> None:
    gone = Problem("a", "vanished", blocks=True, state=State.WAITING)
    doubtful = Problem("b", "which probe?", blocks=True, state=State.AMBIGUOUS)
    unreadable = Problem("c", "cannot be read", blocks=True)
    for problems, expected in (
        ([gone], (State.WAITING, "a: vanished")),
        ([gone, doubtful], (State.AMBIGUOUS, "b: which probe?; rename it; or, if it belongs")),
        ([gone, doubtful, unreadable], (State.REFUSED, "c: cannot be read")),
    ):
        state, reason = judge_listing(listing(1, *problems), max_files=3) or (None, "")
        assert (state, reason[: len(expected[1])]) == expected


def test_a_decision_on_the_folder_settles_doubtful_names_and_nothing_else() -> None:
    doubtful = Problem("b", "gate 3", blocks=True, state=State.AMBIGUOUS)
    found = listing(2, doubtful, Problem("c.bak", "a copy"))
    assert judge_listing(found, decided=True) is None
    assert names_decided(found) == (doubtful,)
    # What is archived already is no decision on a file that came later.
    assert (judge_listing(found, settled=True) or [None])[0] is State.AMBIGUOUS
    for state in (State.REFUSED, State.WAITING):
        worse = listing(2, doubtful, Problem("a", "worse", blocks=True, state=state))
        assert judge_listing(worse, settled=True, decided=True) == (state, "a: worse")


def test_a_recording_of_another_day_inside_is_a_doubt_unless_it_is_settled_which_session_it_is() -> None:
    other = Problem("SC022/b.bin", "named after the day 010120, in a folder of 2021-01-02", other=True)
    doubtful = listing(1, other, Problem("SC022/c.bin", "also", other=True), Problem("SC022/d.bak", "a copy"))
    state, reason = judge_listing(doubtful, max_files=3) or (None, "")
    assert state is State.AMBIGUOUS
    assert reason.startswith(f"SC022/b.bin: {other.what} (and 1 more); a recording of another subject or day")
    assert judge_listing(doubtful, max_files=3, settled=True) is None
    # Where nothing else is left, it is no less doubtful.
    assert (judge_listing(listing(0, other)) or [None])[0] is State.AMBIGUOUS
    refused = listing(1, other, Problem("a", "cannot be read", blocks=True))
    assert (judge_listing(refused) or [None])[0] is State.REFUSED
    assert doubt_of_session(listing(1, Problem("SC022/d.bak", "a copy"))) == ""


def test_a_decision_never_archives_a_folder_from_which_every_recording_is_left_out() -> None:
    kind = load_conventions().kind("raw-ephys")
    other = Problem("SC022/b.bin", "named after the day 010120, in a folder of 2021-01-02", other=True)
    texts = Listing(Manifest.of([FileEntry("SC022/notes.txt", 1, 1)]), (other,))
    for found in (texts, Listing(Manifest.of([]), (other,))):
        state, reason = judge_listing(found, kind=kind, settled=True, decided=True) or (None, "")
        assert (state, "rename the folder after them" in reason) == (State.AMBIGUOUS, True)
        assert reason.startswith(f"SC022/b.bin: {other.what}; every recording in the folder")
    recorded = Manifest.of([FileEntry("SC022/a.bin", 1, 1), *texts.manifest.files])
    assert judge_listing(Listing(recorded, (other,)), kind=kind, settled=True, decided=True) is None
    assert judge_listing(Listing(texts.manifest), kind=kind, settled=True, decided=True) is None


def test_the_files_behind_a_state_are_all_of_those_that_it_counts() -> None:
    problems = (
        Problem("a", "cannot be read", blocks=True),
        Problem("b", "cannot be read", blocks=True),
        Problem("c", "which probe?", blocks=True, state=State.AMBIGUOUS),
        Problem("d", "another day", other=True),
        Problem("e", "a copy"),
    )
    assert files_behind(listing(1, *problems), State.REFUSED) == (
        ("a", "cannot be read"),
        ("b", "cannot be read"),
    )
    assert files_behind(listing(1, *problems), State.AMBIGUOUS) == (("c", "which probe?"),)
    assert files_behind(listing(1, *problems[3:]), State.AMBIGUOUS) == (("d", "another day"),)
    assert files_behind(listing(1, *problems[3:]), State.REFUSED) == ()


def test_too_many_files_are_refused_with_advice() -> None:
    state, reason = judge_listing(listing(4), max_files=3) or (None, "")
    assert state is State.REFUSED
    assert "limits.max_files = 3" in reason


ARRIVED = Manifest.of([FileEntry("a", 1, 1, vouched_by="globus"), FileEntry("b", 1, 1)])
VOUCHED = Manifest.of([ARRIVED.files[0], FileEntry("b", 1, 1, vouched_by="spikeglx")])
INTACT = compare(promised=ARRIVED, found=ARRIVED)
NOTE = "not compared with the source again: it is switched off"


@pytest.mark.parametrize(
    ("report", "known", "state", "begins"),
    [
        (INTACT, VOUCHED, State.ARCHIVED, ""),
        (
            INTACT,
            ARRIVED,
            State.UNVERIFIED,
            "nothing proves the content of 1 of 2 files, the first: b; their",
        ),
        (compare(promised=ARRIVED, found=Manifest(())), VOUCHED, State.FAILED, "2 of 2 files are not"),
    ],
)
def test_what_the_source_no_longer_shows_is_named_and_changes_no_state(
    report: FixityReport, known: Manifest, state: State, begins: str
) -> None:
    found, reason = judge_replica(report, known, provable=True)
    assert (found, reason.startswith(begins)) == (state, True)
    noted, words = judge_replica(report, known, provable=True, note=NOTE)
    assert noted is state
    assert words.lower().endswith(NOTE.lower())
    assert words.startswith(begins)


def test_a_doubt_about_the_version_is_the_reason_for_unverified() -> None:
    why = "its copy is of another day"
    state, reason = judge_replica(INTACT, ARRIVED, provable=False, doubts={"b": why, "a": "no matter"})
    assert state is State.UNVERIFIED
    assert f"the first: b; {why}. The rig's copies cannot be read here" in reason
    assert judge_replica(INTACT, VOUCHED, provable=False, doubts={"b": why}) == (State.ARCHIVED, "")


@pytest.mark.parametrize(
    ("provable", "why_not", "words"),
    [
        (True, "", "The next run compares them with the rig's copies"),
        (False, "", "The rig's copies cannot be read here: compare them by hand"),
        (
            False,
            NOT_COMPUTED,
            "The storage there computes no checksum that Globus could compare: compare them by hand",
        ),
    ],
)
def test_what_nothing_proves_is_unverified_and_the_reason_says_what_comes_next(
    provable: bool, why_not: str, words: str
) -> None:
    files = Manifest.of([FileEntry("a.bin", 1, 1)])
    report = compare(promised=files, found=files)
    state, reason = judge_replica(report, files, provable=provable, why_not=why_not)
    assert state is State.UNVERIFIED
    assert words in reason


@pytest.mark.parametrize(
    ("starts", "doubtful"),
    [
        ([], False),
        ([None], False),
        ([dt.datetime(2021, 1, 1, 0, 0)], False),
        ([dt.datetime(2021, 1, 1, 23, 59), dt.datetime(2021, 1, 2, 0, 5)], False),
        ([dt.datetime(2021, 1, 2, 0, 0)], True),
        ([dt.datetime(2020, 12, 31, 23, 59), None], True),
    ],
)
def test_a_recording_that_began_on_another_day_is_doubtful(
    starts: list[dt.datetime | None], doubtful: bool
) -> None:
    metas: dict[str, SpikeGlxMeta | str] = {
        f"{number}.meta": SpikeGlxMeta(size=1, seconds=None, channels=1, rate=1.0, started=start)
        for number, start in enumerate(starts)
    }
    doubt = doubt_of_start(Texts({**metas, "x.meta": "is empty"}), named=dt.date(2021, 1, 1))
    assert bool(doubt) == doubtful
    assert not doubt or "the folder says 2021-01-01: rename the folder" in doubt
