"""What is unverified in the archive and still on the rig: may it be proven, whose turn is it, what came of it."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.assess.proof import (
    HELD_BACK,
    Waiting,
    bytes_to_read,
    expected_copy,
    judge_again,
    judge_proof,
    refused,
    turns,
)
from session_archive.assess.verdict import Prove, Record
from session_archive.fixity.compare import FixityReport, compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State

NOW = dt.datetime(2021, 3, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
A, B = (FileEntry(f"{name}.bin", 5, 1_500_000_000, "bin") for name in "ab")
ON_RIG = Manifest((A, B))
#: Another program did not keep the times.
IN_ARCHIVE = Manifest(tuple(replace(file, mtime=1_600_000_000, file_type="") for file in (A, B)))


def with_file(manifest: Manifest, file: FileEntry) -> Manifest:
    return Manifest.of(file if each.path == file.path else each for each in manifest.files)


def test_the_copy_must_have_the_rigs_files_whatever_times_the_archive_has() -> None:
    expected = expected_copy(recorded=IN_ARCHIVE, on_rig=ON_RIG)
    assert expected == ON_RIG
    assert bytes_to_read(ON_RIG) == 10
    later = Manifest((*ON_RIG.files, FileEntry("c.bin", 1, 1)))
    assert expected_copy(recorded=IN_ARCHIVE, on_rig=later) == ON_RIG


def test_what_is_vouched_for_keeps_its_voucher_and_is_not_read() -> None:
    vouched = replace(A, checksum="ab", checksum_algorithm="SHA1", vouched_by="spikeglx")
    expected = expected_copy(recorded=with_file(IN_ARCHIVE, vouched), on_rig=ON_RIG)
    assert expected == with_file(ON_RIG, vouched)
    assert isinstance(expected, Manifest) and bytes_to_read(expected) == 5


@pytest.mark.parametrize(
    ("recorded", "on_rig", "state", "words"),
    [
        (
            IN_ARCHIVE,
            Manifest((A,)),
            State.UNVERIFIED,
            "2 of 2 files, and the rig no longer has 1 of them, the first: b",
        ),
        (
            IN_ARCHIVE,
            with_file(ON_RIG, replace(B, size=7)),
            State.CHANGED,
            "b.bin: 5 bytes in the archive, 7 on the rig",
        ),
        (
            with_file(IN_ARCHIVE, replace(B, mtime=B.mtime - 1, vouched_by="globus")),
            ON_RIG,
            State.CHANGED,
            "b.bin: of 2017-07-14 02:39:59 UTC when it was recorded, of 2017-07-14 02:40:00 UTC now",
        ),
    ],
)
def test_a_rig_with_other_files_proves_nothing(
    recorded: Manifest, on_rig: Manifest, state: State, words: str
) -> None:
    judged = expected_copy(recorded=recorded, on_rig=on_rig)
    assert isinstance(judged, Record)
    assert (judged.state, words in judged.reason) == (state, True), judged.reason


def vouched(*files: FileEntry) -> Manifest:
    return Manifest(tuple(replace(file, vouched_by="read") for file in files))


DIFFERS = compare(
    promised=ON_RIG,
    found=ON_RIG,
    promised_digests={"b.bin": ("SHA1", "aa")},
    found_digests={"b.bin": ("SHA1", "bb")},
)
AGREES = FixityReport(2, 10)


def test_a_difference_is_an_alarm_that_names_the_file_and_both_digests() -> None:
    for known in (vouched(A), vouched(A, B)):
        judged = judge_proof(DIFFERS, known, later=["c.bin"])
        assert (judged.state, judged.is_alarm) == (State.REFUSED, True)
        assert "1 of 2 files differ, the first: b.bin: SHA1 aa promised, bb found" in judged.reason


def test_a_copy_is_archived_only_if_each_file_was_read_at_both_ends() -> None:
    assert judge_proof(AGREES, vouched(A, B), later=()) == Record(State.ARCHIVED)
    half = judge_proof(AGREES, Manifest((*vouched(A).files, B)), later=())
    assert (half.state, half.is_alarm) == (State.UNVERIFIED, False)
    assert half.reason.startswith("1 of 2 files could not be read and compared, the first: b.bin")


def test_files_that_the_archive_does_not_have_yet_are_named() -> None:
    judged = judge_proof(AGREES, vouched(A, B), later=["d.bin", "c.bin"])
    assert judged == Record(State.ARCHIVED, "2 files came later, such as c.bin: the next run takes them up")


@pytest.mark.parametrize(
    ("verdict", "decided_at", "again"),
    [
        (Verdict.SEND_AGAIN, NOW + DAY, True),
        (Verdict.ACCEPT_WITHOUT_CHECKSUM, NOW + DAY, True),
        (Verdict.ACCEPT_CONTENT, NOW + DAY, False),
        (Verdict.SEND_AGAIN, NOW, False),
        (Verdict.SEND_AGAIN, None, False),
    ],
)
def test_a_copy_that_differs_is_read_again_only_when_a_person_says_so(
    verdict: Verdict, decided_at: dt.datetime | None, again: bool
) -> None:
    decisions = [Decision(verdict, data_set="d", manifest_id="m", decided_at=decided_at)]
    judged = judge_again(DIFFERS, failed_at=NOW, decisions=decisions)
    assert judged == (None if again else refused(DIFFERS))
    assert judge_again(DIFFERS, failed_at=NOW, decisions=[]) == refused(DIFFERS)


def waiting(number: int, n_bytes: int, *, days: float, last_turn: float | None = None) -> Waiting:
    name = DataSetName("raw-ephys", SessionName(f"SC{number:03}", dt.date(2021, 1, 1)))
    turn = None if last_turn is None else NOW - last_turn * DAY
    return Waiting(name, Prove(n_bytes, NOW - days * DAY), turn)


def test_what_has_waited_longest_is_proven_first_within_the_bytes_of_a_night() -> None:
    every = [waiting(0, 4, days=1), waiting(1, 4, days=3), waiting(2, 4, days=2)]
    assert turns(every, max_bytes=8, max_count=9) == ([1, 2], [0])
    assert turns(every, max_bytes=7, max_count=9) == ([1], [2, 0])
    assert turns(every, max_bytes=99, max_count=1) == ([1], [2, 0])
    assert turns(every, max_bytes=99, max_count=0) == ([], [1, 2, 0])
    assert turns([], max_bytes=1, max_count=9) == ([], [])


def test_what_had_a_turn_without_success_waits_behind_the_others() -> None:
    every = [waiting(0, 4, days=99, last_turn=1), waiting(1, 4, days=3), waiting(2, 4, days=3)]
    assert turns(every, max_bytes=4, max_count=9) == ([1], [2, 0])


@given(st.lists(st.integers(1, 100), min_size=1, max_size=20), st.integers(1, 100))
def test_each_gets_a_turn_however_large_it_is_and_whatever_fails(sizes: list[int], max_bytes: int) -> None:
    last: dict[int, float] = {}
    for night in range(len(sizes)):
        every = [
            waiting(number, size, days=100, last_turn=-last[number] if number in last else None)
            for number, size in enumerate(sizes)
        ]
        taken, later = turns(every, max_bytes=max_bytes, max_count=99)
        assert sorted([*taken, *later]) == list(range(len(sizes)))
        assert len(taken) == 1 or sum(sizes[number] for number in taken) <= max_bytes
        last.update(dict.fromkeys(taken, float(night + 1)))
    assert last.keys() == set(range(len(sizes)))


def test_the_reason_of_one_held_back_names_the_setting() -> None:
    assert HELD_BACK.state is State.UNVERIFIED
    assert "limits.proof_bytes_per_night" in HELD_BACK.reason
