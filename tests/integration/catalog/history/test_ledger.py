"""What is promised is committed first, once, and never more than allowed."""

import datetime as dt
import hashlib
import multiprocessing
import uuid
from dataclasses import replace
from multiprocessing.synchronize import Barrier

import pytest
from tests.integration.catalog.samples import SC022, TWO_FILES, Site, as_nightly, manifest, nth, submission

from session_archive.catalog.database.errors import AlreadyBegunError, TooManyUnfinishedError
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.limits import TEXT_LENGTH
from session_archive.errors import CatalogError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.submission import End, Outcome
from support.mariadb import DatabaseServer

DONE = Outcome(End.SUCCEEDED)


def test_a_manifest_comes_back_as_it_was(catalog: Catalog, site: Site):
    odd = Manifest.of(
        FileEntry(path, size, 1_600_000_000 + size, "ephys-raw", "0f" * 20, "SHA1", "spikeglx")
        for size, path in enumerate(
            ["SC022/A.bin", "SC022/a.bin", "SC022/é", "SC022/e\u0301", "SC022/😀", "SC022/x "]
        )
    )
    assert catalog.ledger.save_manifest(odd) == odd.id == catalog.ledger.save_manifest(odd)
    assert catalog.ledger.manifest(odd.id) == odd
    assert site.count("manifest__content") == 1


def test_an_unknown_manifest_is_an_error(catalog: Catalog):
    with pytest.raises(CatalogError, match="no manifest"):
        catalog.ledger.manifest("0" * 64)


def test_checksums_that_are_learned_later_are_the_newest(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    learned = Manifest.of(replace(file, checksum="ab", checksum_algorithm="SHA1") for file in TWO_FILES.files)
    assert catalog.ledger.save_manifest(learned) == TWO_FILES.id
    assert catalog.ledger.manifest(TWO_FILES.id) == learned


def test_a_manifest_of_many_megabytes(catalog: Catalog, site: Site):
    """Longer than a packet may be: it goes in pieces."""
    digests = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(40_000))
    many = manifest(*(FileEntry(f"f/{digest[:8]}", 1, 0, "", digest, "SHA256") for digest in digests))
    catalog.ledger.save_manifest(many)
    assert site.count("manifest__content") > 1
    assert catalog.ledger.manifest(many.id) == many


def test_from_begun_to_finished(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    begun = submission(resumes=True)
    catalog.ledger.begin(begun, max_unfinished=1)
    stored = catalog.ledger.open_submission(SC022.id, "upload", "archive")
    assert stored is not None and stored.begun_at is not None and stored.begun_at.tzinfo is dt.UTC
    assert replace(stored, begun_at=None) == begun
    task = uuid.uuid4()
    catalog.ledger.accept(begun.submission_id, task)
    stored = catalog.ledger.open_submission(SC022.id, "upload", "archive")
    assert stored is not None and stored.transfer_task_id == task and stored.accepted_at is not None
    outcome = Outcome(
        End.SUCCEEDED,
        "",
        2,
        12,
        dt.datetime(2021, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        checksums={"SC022/a.bin": ("SHA1", "ab"), "SC022/b.meta": ("", "")},
    )
    catalog.ledger.finish(begun.submission_id, outcome)
    assert catalog.ledger.open_submission(SC022.id, "upload", "archive") is None
    ended = catalog.ledger.submission(begun.submission_id)[1]
    assert ended is not None and ended.recorded_at is not None
    outcome = replace(outcome, recorded_at=ended.recorded_at)
    assert catalog.ledger.attempts(SC022.id, "archive") == [(stored, outcome)]
    assert catalog.ledger.submission(begun.submission_id) == (stored, outcome)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(End.FAILED, "a\x07" * TEXT_LENGTH, 1, 2, left=(FileEntry("SC022/a.bin", 4, 1_600_000_000),)),
        Outcome(
            End.SUCCEEDED,
            completed_at=dt.datetime(2021, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            checksums={"SC022/a.bin": ("SHA1", "ab")},
        ),
    ],
)
def test_what_finish_returns_is_what_another_process_reads(catalog: Catalog, site: Site, outcome: Outcome):
    catalog.ledger.save_manifest(TWO_FILES)
    begun = submission()
    catalog.ledger.begin(begun, max_unfinished=1)
    catalog.ledger.accept(begun.submission_id, uuid.uuid4())
    finished = catalog.ledger.finish(begun.submission_id, outcome)
    assert site.open().ledger.submission(begun.submission_id)[1] == finished
    again = catalog.ledger.attempts(SC022.id, "archive")[0][1]
    assert again is finished
    assert catalog.ledger.finish(begun.submission_id, outcome) is finished


@pytest.mark.parametrize("left", [None, (), (FileEntry("SC022/a.bin", 4, 1_600_000_000),)])
def test_the_files_that_a_failed_transfer_left_are_recorded_unless_they_could_not_be_listed(
    catalog: Catalog, left
):
    catalog.ledger.save_manifest(TWO_FILES)
    begun, at = submission(), dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    catalog.ledger.begin(begun, max_unfinished=1)
    catalog.ledger.accept(begun.submission_id, uuid.uuid4(), at=at)
    catalog.ledger.finish(begun.submission_id, Outcome(End.FAILED, "out of luck", left=left))
    [(stored, outcome)] = catalog.ledger.attempts(SC022.id, "archive")
    assert stored.accepted_at == at
    assert outcome is not None and outcome.left == left


def test_ever_begun_counts_submissions_by_their_route_however_they_ended(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    over, open_one, other, never = (nth(number) for number in range(4))
    for data_set, route in ((over, "fetch"), (open_one, "fetch"), (other, "upload")):
        catalog.ledger.begin(submission(data_set, route=route), max_unfinished=9)
    catalog.ledger.finish(
        catalog.ledger.attempts(over.id, "archive")[0][0].submission_id, Outcome(End.FAILED)
    )
    calls = {each.id for each in (over, open_one, other, never)}
    assert catalog.ledger.ever_begun(calls, route="fetch") == {over.id, open_one.id}
    assert catalog.ledger.ever_begun(set(), route="fetch") == set()


def test_the_same_call_twice_changes_nothing(catalog: Catalog, site: Site):
    catalog.ledger.save_manifest(TWO_FILES)
    begun, task = submission(), uuid.uuid4()
    for _ in range(2):
        catalog.ledger.begin(begun, max_unfinished=1)
        catalog.ledger.accept(begun.submission_id, task)
    for _ in range(2):
        catalog.ledger.finish(begun.submission_id, DONE)
        catalog.ledger.begin(begun, max_unfinished=1)
    assert [site.count(name) for name in ("submission", "acceptance", "transfer_outcome")] == [1, 1, 1]


def test_another_task_or_another_outcome_is_an_error(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    begun = submission()
    catalog.ledger.begin(begun, max_unfinished=1)
    catalog.ledger.accept(begun.submission_id, uuid.uuid4())
    with pytest.raises(CatalogError, match="is transfer task"):
        catalog.ledger.accept(begun.submission_id, uuid.uuid4())
    catalog.ledger.finish(begun.submission_id, DONE)
    with pytest.raises(CatalogError, match="ended as SUCCEEDED, not FAILED"):
        catalog.ledger.finish(begun.submission_id, Outcome(End.FAILED))


def test_nothing_is_accepted_or_finished_that_was_not_begun(catalog: Catalog):
    for verb in (
        lambda: catalog.ledger.accept(uuid.uuid4(), uuid.uuid4()),
        lambda: catalog.ledger.finish(uuid.uuid4(), DONE),
        lambda: catalog.ledger.submission(uuid.uuid4()),
        lambda: catalog.ledger.begin(submission(), max_unfinished=9),  # no manifest was saved
    ):
        with pytest.raises(CatalogError):
            verb()


@pytest.mark.fault(12)
def test_a_data_set_has_one_unfinished_submission_to_a_place(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    first = submission(run_id="manual run")
    catalog.ledger.begin(first, max_unfinished=9)
    with pytest.raises(AlreadyBegunError, match="manual run"):
        catalog.ledger.begin(submission(), max_unfinished=9)
    catalog.ledger.begin(submission(destination="scratch", route="retrieve"), max_unfinished=9)
    catalog.ledger.finish(first.submission_id, Outcome(End.FAILED, "x" * 5000))
    catalog.ledger.begin(submission(), max_unfinished=9)
    assert [outcome and outcome.status for _, outcome in catalog.ledger.attempts(SC022.id, "archive")] == [
        "FAILED",
        None,
    ]


@pytest.mark.fault(10)
def test_nothing_begins_where_another_submission_began_since_the_look(catalog: Catalog) -> None:
    catalog.ledger.save_manifest(TWO_FILES)
    first, elsewhere = submission(), submission(destination="scratch", route="retrieve")
    for begun in (first, elsewhere):
        catalog.ledger.begin(begun, max_unfinished=9, known=())
        catalog.ledger.finish(begun.submission_id, Outcome(End.SUCCEEDED))
    with pytest.raises(AlreadyBegunError, match=f"since this one looked there: .*{first.submission_id}"):
        catalog.ledger.begin(submission(), max_unfinished=9, known=())
    catalog.ledger.begin(first, max_unfinished=9, known=())
    catalog.ledger.begin(submission(), max_unfinished=9, known=[first.submission_id])


def test_no_more_than_max_unfinished_of_all_routes(catalog: Catalog):
    catalog.ledger.save_manifest(TWO_FILES)
    first = submission(nth(1))
    catalog.ledger.begin(first, max_unfinished=2)
    catalog.ledger.begin(submission(nth(2), route="retrieve", destination="scratch"), max_unfinished=2)
    with pytest.raises(TooManyUnfinishedError, match="max_unfinished is 2") as caught:
        catalog.ledger.begin(submission(nth(3)), max_unfinished=2)
    assert caught.value.retryable
    catalog.ledger.finish(first.submission_id, Outcome(End.LOST))
    catalog.ledger.begin(submission(nth(3)), max_unfinished=2)


def _begin_many(site_of: tuple[DatabaseServer, Layout], first: int, start: Barrier) -> None:
    server, layout = site_of
    connection = as_nightly(server)
    catalog = Catalog(connection, layout)
    start.wait()
    for number in range(first, first + 10):
        try:
            catalog.ledger.begin(submission(nth(number)), max_unfinished=5)
        except TooManyUnfinishedError:
            continue
    connection.close()


@pytest.mark.fault(10)
def test_two_processes_at_once_never_exceed_the_limit(catalog: Catalog, site: Site):
    catalog.ledger.save_manifest(TWO_FILES)
    context = multiprocessing.get_context("fork")
    start = context.Barrier(3)
    workers = [
        context.Process(target=_begin_many, args=((site.server, site.layout), first, start))
        for first in (0, 100, 200)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert site.count("submission") == 5
