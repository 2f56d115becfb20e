"""What places can compute, and the digests of files, on a real database by the nightly login."""

from __future__ import annotations

import datetime as dt
import uuid
import weakref
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from tests.integration.catalog.samples import TWO_FILES, nth, record, submission

from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.store import ROWS
from session_archive.fixity.file_digest import Basis, Computer, FileDigest
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.place_checksums import ChecksumAnswer
from session_archive.transfers.submission import MISMATCH, End, Outcome

COLLECTION, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
DATA_SET = uuid.UUID(int=7)
AT = dt.datetime(2026, 1, 1, 2, 3, 4, 500, tzinfo=dt.UTC)
SHA1 = ChecksumAnswer("archive", COLLECTION, "SHA1", False, True, "fails", "ann", AT)
FILE = FileDigest(
    "s/a.bin", "rig", "SHA1", "ab" * 20, Computer.ACQUISITION, Basis.STORED, 6, 1_600_000_000, "", AT
)


def test_the_newest_answer_of_each_place_collection_and_algorithm(catalog: Catalog) -> None:
    answers = catalog.place_checksums
    assert answers.known({}).answers == {}
    answers.record([SHA1, replace(SHA1, algorithm="MD5", computes=True, notices=None)])
    answers.record([replace(SHA1, place="scratch", computes=None, notices=False)])
    answers.record([replace(SHA1, collection=OTHER, computes=True)])
    known = answers.known({"archive": COLLECTION, "scratch": COLLECTION})
    assert known.answer("archive", "SHA1") == SHA1
    assert known.answer("archive", "MD5").notices is None
    assert (known.answer("scratch", "SHA1").computes, known.answer("scratch", "SHA1").notices) == (
        None,
        False,
    )
    answers.record([replace(SHA1, computes=True, observed_at=None)])
    assert answers.known({"archive": COLLECTION}).answer("archive", "SHA1").computes is True
    assert answers.known({"archive": OTHER}).answer("archive", "SHA1").collection == OTHER


def test_a_file_keeps_several_digests_each_once(catalog: Catalog) -> None:
    read = replace(FILE, algorithm="SHA1", computed_by=Computer.WORKER, basis=Basis.READ, version="1:2:3")
    at_archive = replace(
        FILE,
        place="archive",
        algorithm="MD5",
        value="cd" * 16,
        computed_by=Computer.GLOBUS,
        basis=Basis.NOT_KNOWN,
        computed_at=AT + dt.timedelta(seconds=1),
    )
    digests = catalog.file_digests
    digests.keep(DATA_SET, [])
    digests.keep(DATA_SET, [FILE, at_archive])
    digests.keep(DATA_SET, [replace(FILE, value="AB" * 20, computed_at=AT + dt.timedelta(days=1)), read])
    kept = digests.of(DATA_SET)
    assert len(kept) == 3
    assert FILE in kept
    assert read in kept
    assert kept[-1] == at_archive
    assert digests.of(uuid.UUID(int=8)) == []


def test_what_a_worker_reads_again_is_one_more_row(catalog: Catalog) -> None:
    read = replace(FILE, computed_by=Computer.WORKER, basis=Basis.READ, version="1:2:3")
    for at in (AT, AT, AT + dt.timedelta(days=1)):
        catalog.file_digests.keep(DATA_SET, [replace(read, computed_at=at)])
    assert [each.computed_at for each in catalog.file_digests.of(DATA_SET)] == [AT, AT + dt.timedelta(days=1)]


def test_which_transfers_failed_by_a_checksum_at_a_place(catalog: Catalog) -> None:
    catalog.ledger.save_manifest(TWO_FILES)
    compared = {"SC022/a.bin": ("SHA1", "ab")}
    outcomes = {
        0: ("archive", Outcome(End.FAILED, f"task x: {MISMATCH}", checksums=compared)),
        1: ("archive", Outcome(End.FAILED, "quota exceeded")),
        2: ("archive", Outcome(End.SUCCEEDED)),
        3: ("scratch", Outcome(End.FAILED, MISMATCH)),
    }
    for number, (place, outcome) in outcomes.items():
        begun = submission(nth(number), destination=place)
        catalog.ledger.begin(begun, max_unfinished=9)
        catalog.ledger.finish(begun.submission_id, outcome)
    catalog.ledger.begin(submission(nth(4)), max_unfinished=9)
    ((sent, outcome),) = catalog.mismatches.at("archive", since=None)
    assert (sent.data_set_id, outcome.checksums) == (nth(0).id, compared)
    assert catalog.mismatches.at("elsewhere", since=None) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"checksum_algorithm": "SHA1", "vouched_by": "spikeglx"}, True),
        ({"checksum_algorithm": "SHA256", "vouched_by": "source"}, False),
        ({"checksum_algorithm": "SHA1", "vouched_by": "globus"}, False),
    ],
)
def test_whether_a_checksum_of_a_source_ever_matched_at_a_place(
    catalog: Catalog, changes: dict[str, Any], expected: bool
) -> None:
    file = replace(TWO_FILES.files[0], checksum="ab" * 20, **changes)
    record(catalog, manifest=Manifest.of([file]))
    assert (catalog.mismatches.last_matched("archive", ["SHA1"]) is not None) is expected
    assert catalog.mismatches.last_matched("elsewhere", ["SHA1"]) is None
    assert catalog.mismatches.last_matched("archive", []) is None


def test_of_many_digests_only_a_part_is_in_memory(catalog: Catalog) -> None:
    alive: weakref.WeakSet[FileDigest] = weakref.WeakSet()
    most = 0

    class Watched(FileDigest):
        """A digest of which it is seen whether it is still in memory."""

    def digests() -> Iterator[FileDigest]:
        nonlocal most
        for number in range(3 * ROWS):
            digest = Watched(**{**asdict(FILE), "path": f"s/{number}.bin"})
            alive.add(digest)
            most = max(most, len(alive))
            yield digest

    catalog.file_digests.keep(DATA_SET, digests())
    assert len(catalog.file_digests.of(DATA_SET)) == 3 * ROWS
    assert most <= ROWS
