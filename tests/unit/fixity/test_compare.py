"""Are these the bytes that were promised?"""

from dataclasses import replace

import pytest

from session_archive.errors import RefusedError
from session_archive.fixity.compare import (
    came_later,
    changed_since,
    compare,
    with_records,
    with_times_of,
)
from session_archive.fixity.manifest import FileEntry, Manifest


def entry(path: str, size: int = 10, *, mtime: int = 1_600_000_000, sha1: str = "") -> FileEntry:
    return FileEntry(path, size, mtime, checksum=sha1, checksum_algorithm="SHA1" if sha1 else "")


def test_equal_names_and_sizes_are_intact_whatever_the_times() -> None:
    report = compare(promised=Manifest.of([entry("a")]), found=Manifest.of([entry("a", mtime=1)]))
    assert report.intact
    report.require_intact()


@pytest.mark.parametrize(
    ("found", "problem"),
    [([], "missing"), ([entry("a", 9)], "size"), ([entry("a", sha1="ff")], "checksum")],
)
def test_a_difference_is_named(found: list[FileEntry], problem: str) -> None:
    report = compare(promised=Manifest.of([entry("a", sha1="00")]), found=Manifest.of(found))
    assert [(each.path, each.problem) for each in report.differences] == [("a", problem)]
    with pytest.raises(RefusedError, match="1 of 1 files are not as promised; the first: a:"):
        report.require_intact()


def test_a_checksum_of_another_algorithm_is_not_compared() -> None:
    md5 = FileEntry("a", 10, 1_600_000_000, checksum="ff", checksum_algorithm="MD5")
    assert compare(promised=Manifest.of([entry("a", sha1="00")]), found=Manifest.of([md5])).intact


def test_nothing_promised_is_not_intact() -> None:
    with pytest.raises(RefusedError, match="nothing was promised"):
        compare(promised=Manifest(()), found=Manifest(())).require_intact()


def test_files_that_nobody_promised_are_reported() -> None:
    assert compare(promised=Manifest.of([entry("a")]), found=Manifest.of([entry("a"), entry("b")])).extra == (
        "b",
    )


def test_a_checksum_that_is_known_already_stays() -> None:
    manifest = Manifest.of([entry("a", sha1="00"), entry("b")])
    other = {"a": ("SHA1", "FF"), "b": ("sha1", "FF")}
    assert compare(promised=manifest, found=manifest, promised_digests=other).intact
    assert compare(promised=manifest, found=manifest, found_digests=other).intact
    found = {"a": ("SHA1", "11"), "b": ("SHA1", "EE")}
    report = compare(promised=manifest, found=manifest, promised_digests=other, found_digests=found)
    assert [(each.path, each.detail) for each in report.differences] == [("b", "SHA1 ff promised, ee found")]


def test_only_a_file_that_both_know_can_have_changed() -> None:
    archived = Manifest.of([entry("gone"), entry("same"), entry("touched")])
    found = Manifest.of([entry("new"), entry("same"), entry("touched", mtime=1_700_000_000)])
    assert [change.path for change in changed_since(archived=archived, found=found)] == ["touched"]


@pytest.mark.parametrize(("one", "other"), [("aB", "Ab"), ("ab", "AB"), ("AB", "ab")])
def test_a_digest_is_the_same_in_upper_and_lower_case(one: str, other: str) -> None:
    promised, found = Manifest.of([entry("a", sha1=one)]), Manifest.of([entry("a", sha1=other)])
    assert compare(promised=promised, found=found).intact


def test_a_checksum_that_only_one_side_has_is_not_compared() -> None:
    for one, other in (("00", ""), ("", "00"), ("", "")):
        promised, found = Manifest.of([entry("a", sha1=one)]), Manifest.of([entry("a", sha1=other)])
        assert compare(promised=promised, found=found).intact


def test_a_report_counts_what_was_promised_and_sorts_what_was_not() -> None:
    promised = Manifest.of([entry("b", 3), entry("c", 4)])
    report = compare(promised=promised, found=Manifest.of([entry("d"), entry("a"), entry("b", 9)]))
    assert (report.n_files, report.n_bytes, report.extra) == (2, 7, ("a", "d"))
    assert [(each.path, each.problem) for each in report.differences] == [("b", "size"), ("c", "missing")]
    assert not report.intact
    assert "2 of 2" in report.summary
    assert "2" in compare(promised=promised, found=promised).summary


def test_digests_of_different_algorithms_are_not_compared() -> None:
    manifest = Manifest.of([entry("a")])
    one, other = {"a": ("sha256", "FF")}, {"a": ("MD5", "EE")}
    assert compare(promised=manifest, found=manifest, promised_digests=one, found_digests=other).intact


def recorded(**changes) -> FileEntry:
    return replace(entry("a", sha1="99"), vouched_by="person", **changes)


@pytest.mark.parametrize(
    ("known", "kept"),
    [
        (recorded(), True),
        (recorded(size=11), False),
        (recorded(mtime=1), False),
        (recorded(path="b"), False),
        (replace(recorded(), vouched_by=""), False),
    ],
)
def test_a_file_keeps_its_voucher_only_while_it_is_the_same(known: FileEntry, kept: bool) -> None:
    (file,) = with_records(Manifest.of([entry("a")]), Manifest.of([known])).files
    expected = ("99", "SHA1", "person") if kept else ("", "", "")
    assert (file.checksum, file.checksum_algorithm, file.vouched_by) == expected


def test_what_the_catalog_does_not_know_came_later() -> None:
    archived, found = (
        Manifest.of([entry("b"), entry("gone")]),
        Manifest.of([entry("c"), entry("b"), entry("a")]),
    )
    assert came_later(archived=archived, found=found) == ("a", "c")


def test_a_file_has_changed_if_its_size_or_its_time_has() -> None:
    archived = Manifest.of([entry("a"), entry("b"), entry("c")])
    found = Manifest.of([entry("a", 9), entry("b", mtime=1), entry("c")])
    changes = changed_since(archived=archived, found=found)
    assert [change.path for change in changes] == ["a", "b"]
    assert "9 bytes" in changes[0].detail


def test_a_time_that_no_place_has_shown_is_not_compared_and_every_other_is() -> None:
    on_rig = Manifest.of([entry("a", mtime=7), entry("b", mtime=8), entry("c", 11, mtime=9)])
    archived = Manifest.of(
        [entry("a", mtime=0), entry("b", mtime=5), entry("c", mtime=0), entry("d", mtime=0)]
    )
    with_times = with_times_of(archived, on_rig)
    assert [file.mtime for file in with_times.files] == [7, 5, 9, 0]
    assert [each.path for each in changed_since(archived=with_times, found=on_rig)] == ["b", "c"]
