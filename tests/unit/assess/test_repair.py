"""Which damaged file comes back from which place, and what may be renamed: decided over values alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from session_archive.assess.repair import (
    DAMAGED,
    Aside,
    DamagedFile,
    Existing,
    Reading,
    Repair,
    Yes,
    aside_path,
    cataloged_digest,
    existing,
    plan_repair,
    repaired_words,
)
from session_archive.fixity.damage import Damage
from session_archive.fixity.manifest import FileEntry

NOW = dt.datetime(2026, 11, 27, 7, 30, tzinfo=dt.UTC)
A, B, C = (FileEntry(f"SC022/x/{name}.bin", 10, 1_600_000_000) for name in "abc")
PLACES = ("rig", "tape", "analysis")


def damaged(problem: str = "checksum") -> DamagedFile:
    return DamagedFile(A, Damage(A.path, problem, "", NOW, NOW), ("SHA1", "good"))


def good(file: FileEntry, place: str) -> Reading:
    return Reading(file.path, place)


def bad(file: FileEntry, place: str, why: str = "SHA1 read") -> Reading:
    return Reading(file.path, place, why)


def test_the_place_with_most_good_copies_is_the_source_and_the_first_where_several_are_equal() -> None:
    readings = [bad(A, "rig"), good(A, "tape"), good(B, "rig"), bad(C, "rig"), good(C, "tape")]
    plan = plan_repair([A, B, C], places=PLACES, readings=readings)
    assert (plan.origin, plan.files, plan.later, plan.lost) == ("tape", (A, C), (B,), ())
    plan = plan_repair([A, B], places=PLACES, readings=[good(A, "rig"), bad(B, "rig"), good(B, "tape")])
    assert (plan.origin, plan.files, plan.later) == ("rig", (A,), (B,))


def test_a_copy_that_nobody_has_read_is_no_source() -> None:
    plan = plan_repair([A], places=PLACES, readings=[])
    assert (plan.origin, plan.files) == ("", ())
    assert plan.lost_words("raw-ephys/SC022/2021-01-01").startswith(
        "no good copy of 1 file, 10 bytes, was found anywhere, the first: SC022/x/a.bin"
    )


def test_what_is_lost_is_said_with_what_was_read_at_each_place() -> None:
    readings = [
        bad(A, "rig", "it is not there"),
        bad(A, "analysis", "SHA1 read"),
        bad(B, "rig"),
        good(C, "rig"),
    ]
    plan = plan_repair([A, B, C], places=PLACES, readings=readings)
    assert (plan.origin, plan.files) == ("rig", (C,))
    words = plan.lost_words("raw-ephys/SC022/2021-01-01")
    assert "no good copy of 2 files, 20 bytes, was found anywhere" in words
    assert "SC022/x/a.bin: rig: it is not there; analysis: SHA1 read. Bring a copy" in words
    assert plan_repair([C], places=PLACES, readings=[good(C, "rig")]).lost_words("") == ""


def test_a_copy_that_cannot_be_read_where_it_is_may_be_brought_to_where_it_can() -> None:
    readings = [bad(A, "rig"), replace(bad(A, "tape", "no local_path"), bring=True)]
    words = plan_repair([A], places=PLACES, readings=readings).lost_words("raw-ephys/SC022/2021-01-01")
    assert words.endswith(
        ". `session-archive retrieve raw-ephys/SC022/2021-01-01 --origin tape` brings its files to where they can be "
        "read, then repair again"
    )


@pytest.mark.parametrize(
    ("problem", "size", "read", "begun", "state"),
    [
        ("missing", None, None, False, Existing.ABSENT),
        ("checksum", 10, "good", False, Existing.WHOLE),
        ("checksum", 10, "good", True, Existing.WHOLE),
        ("checksum", 10, "bad", False, Existing.WRONG),
        ("checksum", 10, "bad", True, Existing.WRONG),
        ("checksum", 10, None, False, Existing.WRONG),
        ("checksum", 10, None, True, Existing.BEGUN),
        ("size", 9, None, False, Existing.WRONG),
        ("size", 9, None, True, Existing.BEGUN),
        ("missing", 9, None, False, Existing.WRONG),
        # Somebody may have put it back.
        ("missing", 10, None, False, Existing.UNSURE),
        ("size", 10, None, False, Existing.UNSURE),
    ],
)
def test_what_lies_at_the_path_of_a_damaged_file(
    problem: str, size: int | None, read: str | None, begun: bool, state: Existing
) -> None:
    listed = None if size is None else FileEntry(A.path, size, 5)
    assert existing(damaged(problem), listed, read=read, begun=begun) is state


def test_the_digest_is_one_that_this_worker_can_compute() -> None:
    known = {"QUICKXOR": "1", "SHA1": "2", "MD5": "3"}
    assert cataloged_digest(known, readable={"MD5": "", "SHA1": ""}) == ("SHA1", "2")
    assert cataloged_digest({"QUICKXOR": "1"}, readable={"MD5": ""}) is None
    assert cataloged_digest({}, readable={"MD5": ""}) is None


def test_each_file_is_set_aside_in_a_folder_of_its_own() -> None:
    first, second = (aside_path(A.path, at=NOW, unique=unique) for unique in ("1234abcd", "5678abcd"))
    assert first == f"{DAMAGED}/20261127-073000-1234abcd/a.bin"
    assert first != second


def test_the_reason_says_who_why_from_where_and_where_the_damaged_file_is() -> None:
    aside = Aside(A.path, f"{DAMAGED}/20261127-073000-1234abcd/a.bin")
    repair = Repair(Yes("ann", "a disk failed"), NOW, "repair_archive", "run 1", asides=(aside,))
    words = repaired_words([repair], place="tape", origin="rig", n_files=1, now=NOW)
    assert words == (
        "repaired at tape on 2026-11-27 07:30:00 UTC, 1 file from rig; asked for by ann: a disk failed; the damaged "
        f"file is set aside at tape:{aside.aside}"
    )
    assert "the files were whole" in repaired_words([repair], place="tape", origin="", n_files=1, now=NOW)
