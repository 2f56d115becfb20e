"""Every file of a verified replica has somebody who vouches for it, and nobody is made up."""

from functools import partial

import pytest

from session_archive.fixity.compare import with_records
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import (
    COMPARED,
    acquired,
    compared_by_globus,
    unvouched,
    with_vouchers,
    words,
)

MD5, SHA1, SHA256 = ("md5", "AB"), ("SHA1", "cd"), ("SHA256", "ef")


def manifest(*paths: str) -> Manifest:
    return Manifest.of(FileEntry(path, 10, 1_600_000_000) for path in paths)


def vouched(*, source=None, compared=None, read=None, recorded=None, doubted=()) -> tuple[str, str, str]:
    (file,) = with_vouchers(
        with_records(manifest("a"), Manifest.of([recorded] if recorded else [])),
        source={"a": source} if source else {},
        compared={"a": compared} if compared else {},
        read={"a": read} if read else {},
        doubted=doubted,
    ).files
    return file.vouched_by, file.checksum_algorithm, file.checksum


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ("", "", "")),
        ({"source": SHA1}, ("", "", "")),  # known at the rig only: nobody saw it in the archive
        ({"compared": MD5}, ("globus", "MD5", "ab")),
        ({"compared": COMPARED}, ("globus-compared", "", "")),
        ({"source": SHA1, "compared": SHA1}, ("spikeglx", "SHA1", "cd")),
        ({"source": SHA256, "compared": ("SHA256", "EF")}, ("source", "SHA256", "ef")),
        ({"source": SHA1, "compared": MD5}, ("globus", "MD5", "ab")),
        ({"source": SHA1, "compared": COMPARED}, ("globus-compared", "", "")),
        ({"source": SHA256, "read": SHA256}, ("source", "SHA256", "ef")),
        ({"read": SHA256}, ("read", "SHA256", "ef")),
    ],
)
def test_who_vouches_for_a_file(known: dict, expected: tuple[str, str, str]) -> None:
    assert vouched(**known) == expected


def test_what_the_catalog_has_proven_stays_while_the_file_is_the_same() -> None:
    proven = FileEntry("a", 10, 1_600_000_000, "", "99", "MD5", "person")
    assert vouched(compared=MD5, recorded=proven) == ("person", "MD5", "99")
    assert vouched(recorded=FileEntry("a", 11, 1_600_000_000, "", "99", "MD5", "person")) == ("", "", "")


ITEMS = ("a", "b", "c")


def compared(digests, *, n_transferred: int, n_skipped=0, verified: bool = True, sync_checksum: bool = False):
    return compared_by_globus(
        items=ITEMS,
        digests=digests,
        n_transferred=n_transferred,
        n_skipped=n_skipped,
        verified=verified,
        sync_checksum=sync_checksum,
    )


def test_only_what_the_service_lists_was_compared() -> None:
    assert compared({"a": MD5}, n_transferred=3) == {"a": MD5}
    assert compared({}, n_transferred=3) == {}


def test_a_transfer_without_verification_compared_nothing() -> None:
    assert compared({"a": MD5}, n_transferred=3, verified=False, sync_checksum=True) == {}


def test_what_a_sync_by_checksum_skipped_was_compared_but_a_list_that_is_cut_says_nothing() -> None:
    synced = partial(compared, sync_checksum=True)
    assert synced({"a": MD5}, n_transferred=1, n_skipped=2) == {"a": MD5, "b": COMPARED, "c": COMPARED}
    assert synced({}, n_transferred=0, n_skipped=3) == dict.fromkeys(ITEMS, COMPARED)
    assert synced({"a": MD5}, n_transferred=2, n_skipped=1) == {"a": MD5}
    assert synced({"a": MD5}, n_transferred=1, n_skipped=1) == {"a": MD5}, "it had other items"


def test_how_many_files_by_which_voucher_in_words() -> None:
    files = with_vouchers(manifest("a", "b", "c"), source={}, compared={"a": MD5, "b": MD5}, read={})
    assert [file.path for file in unvouched(files)] == ["c"]
    assert words(files) == "files by voucher: 2 globus, 1 none"
    assert words(Manifest(())) == ""


@pytest.mark.parametrize(
    ("known", "vouched_by"),
    [
        ({"compared": MD5}, ""),
        ({"compared": COMPARED}, ""),
        ({"source": SHA1, "compared": MD5}, ""),
        ({"source": SHA1, "compared": COMPARED}, ""),
        ({"source": SHA1, "compared": ("SHA1", "ff")}, ""),
        # A digest of the promised version is a proof.
        ({"source": SHA1, "compared": SHA1}, "spikeglx"),
        ({"compared": MD5, "read": SHA256}, "read"),
        ({"read": SHA256}, "read"),
    ],
)
def test_that_globus_compared_a_file_does_not_prove_that_its_promised_version_arrived(
    known: dict, vouched_by: str
) -> None:
    assert vouched(**known, doubted={"a"})[0] == vouched_by
    assert vouched(**known, doubted={"b"})[0] != ""


def test_what_the_acquisition_program_wrote_is_kept_apart_from_what_we_read() -> None:
    source = {"a.bin": ("SHA1", "ab"), "b.avi": ("SHA256", "cd"), "c.txt": ("MD5", "ef")}
    assert acquired(source) == {"a.bin": ("SHA1", "ab")}
