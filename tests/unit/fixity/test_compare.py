"""Are these the bytes that were promised?"""

import pytest

from session_archive.errors import RefusedError
from session_archive.fixity.compare import changed_since, compare, with_digests
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
    known = with_digests(manifest, {"a": ("MD5", "FF"), "b": ("md5", "FF")})
    assert [(file.checksum_algorithm, file.checksum) for file in known.files] == [
        ("SHA1", "00"),
        ("MD5", "ff"),
    ]
    assert known.id == manifest.id


def test_only_a_file_that_both_know_can_have_changed() -> None:
    archived = Manifest.of([entry("gone"), entry("same"), entry("touched")])
    found = Manifest.of([entry("new"), entry("same"), entry("touched", mtime=1_700_000_000)])
    assert [change.path for change in changed_since(archived=archived, found=found)] == ["touched"]
