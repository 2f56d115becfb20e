"""Which copies an audit looks at, what a look shows, and which damage it ends."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from session_archive.assess.audit import (
    CatalogedCopy,
    CopyLook,
    due,
    look_again,
    look_at_listing,
    outcome,
    to_be_read,
)
from session_archive.assess.audit_outlook import AuditOutlook
from session_archive.assess.dark import is_dark, known_paths
from session_archive.assess.proven_share import ProvenShare
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.damage import Damage, damage_words
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName

NOW = dt.datetime(2026, 3, 8, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


def copy(number: int, **values) -> CatalogedCopy:
    name = DataSetName("raw-ephys", SessionName(f"SC{number:03}", dt.date(2021, 1, 1)))
    values = {"seen_at": NOW - 100 * DAY, **values}
    return CatalogedCopy(uuid.UUID(int=number), name, f"SC{number:03}/x", 0, "m", 2, 30, **values)


def due_numbers(*copies: CatalogedCopy, requested: bool = False, every: dt.timedelta = WEEK) -> list[int]:
    return [each.id.int for each in due(copies, now=NOW, every=every, requested=requested)]


def test_the_oldest_look_comes_first_and_a_weekly_run_takes_all_of_the_last_one() -> None:
    last_week = NOW - WEEK + dt.timedelta(minutes=30)
    copies = (
        copy(1, looked_at=last_week),
        copy(2),
        copy(3, looked_at=NOW - 30 * DAY),
        copy(4, looked_at=NOW - DAY),
    )
    assert due_numbers(*copies) == [2, 3, 1]
    assert due_numbers(*copies, requested=True) == [2, 3, 1, 4]


def test_a_damaged_copy_is_always_due_and_a_look_in_the_future_does_not_count() -> None:
    assert due_numbers(copy(1, looked_at=NOW - DAY, damaged=True), copy(2, looked_at=NOW + DAY)) == [1, 2]
    assert due_numbers(copy(1, looked_at=NOW - DAY), every=DAY) == [1]


A, B = FileEntry("d/a.bin", 10, 5), FileEntry("d/b.bin", 20, 5)
CATALOGED = Manifest.of([A, B])


def look(*files: FileEntry) -> CopyLook:
    return look_at_listing(CATALOGED, Manifest.of(files))


def test_a_look_at_what_is_as_cataloged_shows_nothing_and_the_same_id() -> None:
    seen = look(A, B)
    assert (seen.report.differences, seen.report.extra, seen.touched) == ((), (), ())
    assert seen.listed_id == CATALOGED.id


def test_a_look_tells_what_is_missing_cut_touched_and_extra() -> None:
    seen = look(replace(A, size=9), FileEntry("d/c.bin", 1, 1))
    assert [(each.path, each.problem) for each in seen.report.differences] == [
        ("d/a.bin", "size"),
        ("d/b.bin", "missing"),
    ]
    assert seen.report.differences[0].detail == "10 bytes cataloged, 9 found"
    assert seen.report.extra == ("d/c.bin",)
    assert look(replace(A, mtime=9), B).touched == ("d/a.bin",)
    # Some disks round to two seconds, as everywhere: that is the cataloged time.
    rounded = look(replace(A, mtime=7), B)
    assert (rounded.touched, rounded.listed_id) == ((), CATALOGED.id)
    # A time that nobody ever knew says nothing.
    timeless = Manifest.of([replace(A, mtime=0)])
    assert look_at_listing(timeless, Manifest.of([A])).touched == ()


def test_a_second_listing_decides_what_differed_in_the_first() -> None:
    first = look(A)
    assert look_again(first, CATALOGED, Manifest.of([B])).report.differences == ()
    assert look_again(first, CATALOGED, Manifest.of([replace(B, mtime=9)])).touched == ("d/b.bin",)
    assert [each.path for each in look_again(first, CATALOGED, Manifest(())).report.differences] == [
        "d/b.bin"
    ]


def known(problem: str = "size") -> Damage:
    return Damage(A.path, problem, "both", NOW - 20 * DAY, NOW - 10 * DAY)


def test_new_damage_happened_between_the_last_look_and_this_one() -> None:
    of = copy(1, looked_at=NOW - 3 * DAY, proven_at=NOW - 50 * DAY)
    found = outcome(look(B), (), copy=of, now=NOW)
    assert found.new == found.still
    assert (found.new[0].whole_at, found.new[0].found_at) == (NOW - 3 * DAY, NOW)
    content = CopyLook(FixityReport(2, 30, (Difference(A.path, "checksum", "both"),)))
    assert outcome(content, (), copy=of, now=NOW).new[0].whole_at == NOW - 50 * DAY


def test_known_damage_is_not_found_a_second_time() -> None:
    found = outcome(look(replace(A, size=1), B), (known(),), copy=copy(1), now=NOW)
    assert (found.new, found.ended, found.still) == ((), (), (known(),))


@pytest.mark.parametrize(
    ("problem", "file", "read", "ended"),
    [
        ("missing", A, False, True),
        ("size", A, False, True),
        ("size", replace(A, mtime=9), False, False),
        ("size", replace(A, mtime=9), True, True),
        ("checksum", A, False, False),
        ("checksum", A, True, True),
    ],
)
def test_a_look_ends_only_the_damage_that_it_can_see(
    problem: str, file: FileEntry, read: bool, ended: bool
) -> None:
    seen = replace(look(file, B), read=frozenset({A.path} if read else ()))
    found = outcome(seen, (known(problem),), copy=copy(1), now=NOW)
    assert bool(found.ended) == ended
    assert bool(found.still) != ended


def test_the_reason_names_the_file_both_values_and_since_when() -> None:
    assert damage_words("tape", [known()], n_files=2) == (
        "at tape, 1 of 2 files are not as cataloged, the first: d/a.bin: both; "
        "as cataloged on 2026-02-16 12:00:00 UTC, found damaged on 2026-02-26 12:00:00 UTC"
    )


@pytest.mark.parametrize(
    ("path", "dark"), [("SC001", False), ("SC001/a", False), ("SC001/b", True), ("other", True), ("", False)]
)
def test_what_neither_is_nor_leads_to_a_data_set_is_dark(path: str, dark: bool) -> None:
    own, above = known_paths(["SC001/a", "SC002/deep/c"])
    assert above == {"", "SC001", "SC002", "SC002/deep"}
    assert is_dark(path, own=own, above=above) == dark


def test_what_is_damaged_or_touched_is_read_first_then_what_was_never_proven_then_the_oldest_proof() -> None:
    year = 365 * DAY
    copies = [
        copy(1, proven_at=NOW - DAY),
        copy(2, proven_at=NOW - 400 * DAY),
        copy(3),
        copy(4, proven_at=NOW - 500 * DAY, read_at=NOW - 2 * DAY),
        copy(5, proven_at=NOW - DAY, listed_id="other"),
        copy(6, proven_at=NOW - DAY, listed_id="m"),
        copy(7, proven_at=NOW - DAY, damaged=True),
        copy(8, proven_at=NOW - DAY, listed_id="other", read_at=NOW - DAY, read_id="other"),
        copy(9, proven_at=NOW - 600 * DAY),
    ]
    assert [each.id.int for each in to_be_read(copies, now=NOW, within=year)] == [7, 5, 3, 9, 2]


def test_only_a_copy_of_which_every_file_was_read_is_proven() -> None:
    seen = look(A, B)
    assert seen.with_content(read=[A.path, B.path], wrong=[]).proves
    assert not seen.with_content(read=[A.path], wrong=[]).proves
    wrong = seen.with_content(read=[A.path], wrong=[Difference(B.path, "checksum", "both")])
    assert (wrong.proves, [each.path for each in wrong.report.differences]) == (False, [B.path])


def test_the_share_that_was_proven_counts_bytes_lately_and_nothing_damaged() -> None:
    copies = (
        copy(1, proven_at=NOW - DAY),
        copy(2, proven_at=NOW - DAY, damaged=True),
        copy(3, proven_at=NOW - 8 * DAY),
        copy(4),
    )
    share = ProvenShare.of(copies, place="ephys", now=NOW, within=WEEK)
    assert (share.n_bytes, share.proven_bytes, share.percent) == (120, 30, 25)
    assert share.words == "ephys: 25 % of 120 bytes proven within 7 days"
    assert ProvenShare.of((), place="ephys", now=NOW, within=WEEK).percent == 100


def test_the_outlook_says_what_is_damaged_proven_and_next_without_a_look() -> None:
    copies = [
        copy(1, looked_at=NOW - DAY, proven_at=NOW - DAY),
        copy(2, looked_at=NOW - 30 * DAY, proven_at=NOW - 400 * DAY),
        copy(3),
    ]
    outlook = AuditOutlook.of(copies, place="tape", now=NOW, every=WEEK, within=365 * DAY)
    assert outlook.lines == [
        "tape: 33 % of 90 bytes proven within 365 days",
        "tape: 2 of 3 data sets to be looked at, 1 of them for the first time; 2 data sets, 60 bytes to be read",
        "  raw-ephys/SC003/2021-01-01: last looked at never",
        "  raw-ephys/SC002/2021-01-01: last looked at 2026-02-06 12:00 UTC",
    ]
    many = AuditOutlook.of(list(map(copy, range(9))), place="tape", now=NOW, every=WEEK, within=DAY)
    assert many.lines[-1] == "  and 4 more"
