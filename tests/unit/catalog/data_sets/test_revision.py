"""Once a replica is verified its files stand; before that, other files or more evidence are a new revision."""

from dataclasses import replace

import pytest

from session_archive.catalog.data_sets.revision import (
    FAILED,
    UNVERIFIED,
    VERIFIED,
    Recorded,
    require_verdict,
    revise,
)
from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName

NAME = DataSetName.parse("raw-ephys/SC022/2021-01-01")
A = FileEntry("SC022/a.bin", 10, 1000, checksum="ab", checksum_algorithm="MD5", vouched_by="globus")
B = FileEntry("SC022/b.meta", 5, 1000, checksum="cd", checksum_algorithm="MD5", vouched_by="globus")


def recorded(*files: FileEntry, proven: bool, revision: int = 3) -> Recorded:
    return Recorded(revision, Manifest.of(files), proven)


@pytest.mark.parametrize("proven", [True, False])
def test_the_same_files_stay_the_same_revision(proven: bool) -> None:
    assert revise(NAME, None, Manifest.of([A])) == 0
    assert revise(NAME, recorded(A, B, proven=proven), Manifest.of([A, B])) == 3


@pytest.mark.parametrize("proven", [True, False])
def test_more_files_are_the_next_revision(proven: bool) -> None:
    assert revise(NAME, recorded(A, proven=proven), Manifest.of([A, B])) == 4


CHANGES = [
    replace(A, size=11),
    replace(A, mtime=1001),
    replace(A, checksum="ef"),
]


@pytest.mark.parametrize("changed", CHANGES, ids=["size", "mtime", "checksum"])
def test_a_proven_file_never_changes(changed: FileEntry) -> None:
    with pytest.raises(RefusedError, match=r"SC022/a\.bin"):
        revise(NAME, recorded(A, B, proven=True), Manifest.of([changed, B]))


def test_a_proven_file_never_goes() -> None:
    with pytest.raises(RefusedError, match=r"SC022/b\.meta is recorded, but no longer exists"):
        revise(NAME, recorded(A, B, proven=True), Manifest.of([A]))


@pytest.mark.parametrize("changed", CHANGES, ids=["size", "mtime", "checksum"])
def test_an_unproven_file_may_change_as_a_new_revision(changed: FileEntry) -> None:
    assert revise(NAME, recorded(A, B, proven=False), Manifest.of([changed, B])) == 4
    assert revise(NAME, recorded(A, B, proven=False), Manifest.of([A])) == 4


def test_checksums_of_two_algorithms_are_not_compared() -> None:
    other = replace(A, checksum="ef", checksum_algorithm="SHA1")
    assert revise(NAME, recorded(A, proven=True), Manifest.of([other])) == 3


def test_the_same_digest_in_another_case_is_no_change() -> None:
    shouted = replace(A, checksum="AB")
    assert revise(NAME, recorded(A, proven=True), Manifest.of([shouted])) == 3
    assert revise(NAME, recorded(shouted, proven=False), Manifest.of([A])) == 3
    other = replace(A, checksum="EF", checksum_algorithm="md5")
    with pytest.raises(RefusedError, match="MD5 ab recorded, EF found"):
        revise(NAME, recorded(A, proven=True), Manifest.of([other]))


def test_a_new_voucher_is_a_new_revision_only_before_it_is_proven() -> None:
    without = replace(A, vouched_by="")
    assert revise(NAME, recorded(without, proven=False), Manifest.of([A])) == 4
    assert revise(NAME, recorded(A, proven=False), Manifest.of([without])) == 3
    assert revise(NAME, recorded(without, proven=True), Manifest.of([A])) == 3


def test_a_verdict_is_one_of_three_and_verified_needs_a_voucher_for_each_file() -> None:
    for verdict in (VERIFIED, UNVERIFIED, FAILED):
        require_verdict(verdict, Manifest.of([A]))
    with pytest.raises(ValueError, match="'proven' is not a verdict"):
        require_verdict("proven")
    require_verdict(UNVERIFIED, Manifest.of([replace(A, vouched_by="")]))
    with pytest.raises(ValueError, match=r"SC022/a\.bin has no voucher"):
        require_verdict(VERIFIED, Manifest.of([replace(A, vouched_by=""), B]))
