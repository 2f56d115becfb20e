"""What changes at a rig after it was listed is not called archived; on a rig without a local path neither."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from tests.integration.flow.sent import RECORDED, SentDataSet
from tests.integration.flow.tasks import Tasks, with_digests

from archive_flow.run.context import Run
from globus_provider.hooks.globus import GlobusHook
from session_archive.states.state import State
from support.stack import Stack


@pytest.fixture(params=["rig", "far-rig"])
def sent(request: pytest.FixtureRequest, night: Run, stack: Stack) -> SentDataSet:
    return SentDataSet(night, stack, origin=request.param)


def next_night(sent: SentDataSet) -> Tasks:
    """The tasks of the next night, which lists the rig again."""
    listed = sent.night.list_origin(sent.item).manifest
    sent.item = replace(sent.item, manifest_id=sent.night.catalog.ledger.save_manifest(listed))
    return Tasks(replace(sent.night, run_id="night 2"), sent.item)


def in_archive(sent: SentDataSet, number: int = 0) -> bytes:
    return (sent.stack.archive / "4ElectrodeRig_Ephys" / sent.paths[number]).read_bytes()


@pytest.mark.fault(19)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("content", "at"),
    [(b"as recorded, and more", RECORDED), (b"AS RECORDED", RECORDED + 500), (b"", RECORDED + 500)],
    ids=["grows", "rewritten", "emptied"],
)
def test_a_file_that_changes_around_its_transfer_is_archived_by_the_next_night_only(
    sent: SentDataSet, content: bytes, at: int, when: str
) -> None:
    tasks = Tasks(sent.night, sent.item)
    if when == "before":
        sent.write(sent.paths[0], content, at=at)
    tasks.submit()
    tasks.wait()
    if when == "after":
        sent.write(sent.paths[0], content, at=at)
    result = tasks.record()
    assert (result.state, sent.cataloged()) == (State.CHANGED, ())
    assert sent.paths[0] in result.reason
    result = next_night(sent).all()
    assert (result.state, in_archive(sent)) == (State.ARCHIVED, content)


@pytest.mark.fault(21)
def test_a_file_that_vanishes_after_it_was_listed_is_never_a_success(sent: SentDataSet) -> None:
    (sent.root / sent.paths[0]).unlink()
    tasks = Tasks(sent.night, sent.item)
    tasks.submit()
    hook, task = sent.night.hook, tasks.pushed["transfer"]
    while hook.task(task)["nice_status"] != "FILE_NOT_FOUND":
        pass
    result = tasks.record(given_up=f"a file is missing: {hook.last_fault(task)}")
    assert (result.state, sent.cataloged()) == (State.FAILED, ())
    assert sent.paths[0] in result.reason
    assert hook.task(task)["status"] == "FAILED", "it was cancelled"
    # The next night sends what is there now.
    result = next_night(sent).all()
    assert (result.state, [file.path for file in sent.cataloged()]) == (State.ARCHIVED, sent.paths[1:])


@pytest.mark.fault(20)
def test_other_content_of_the_same_size_and_time_is_found_where_files_were_read_before(
    night: Run, stack: Stack
) -> None:
    sent = SentDataSet(with_digests(night), stack, origin="rig")
    tasks = Tasks(sent.night, sent.item)

    class Rotting(GlobusHook):
        def submit(self, request, *, submission_id):
            sent.rewrite(at=RECORDED)
            return super().submit(request, submission_id=submission_id)

    tasks.hook = Rotting(globus_conn_id=night.settings.globus.connection)
    tasks.submit()
    tasks.wait()
    result = tasks.record()
    assert (result.state, sent.cataloged()) == (State.REFUSED, ())
    assert sent.paths[0] in result.reason


@pytest.mark.fault(26)
def test_files_without_bytes_and_sparse_files_are_archived_with_a_voucher(sent: SentDataSet) -> None:
    empty, sparse = (sent.root / path for path in sent.paths)
    empty.write_bytes(b"")
    with sparse.open("wb") as file:
        file.truncate(32 * 1024**2)
    for path in (empty, sparse):
        os.utime(path, (RECORDED, RECORDED))
    assert next_night(sent).all().state is State.ARCHIVED
    files = {file.path: file for file in sent.cataloged()}
    assert [files[path].size for path in sent.paths] == [0, 32 * 1024**2]
    assert all(file.vouched_by and file.checksum for file in files.values())
    assert [len(in_archive(sent, number)) for number in (0, 1)] == [0, 32 * 1024**2]


@pytest.mark.fault(26)
def test_a_sparse_file_of_a_hundred_gigabytes_counts_by_its_size(sent: SentDataSet) -> None:
    with (sent.root / sent.paths[0]).open("r+b") as file:
        file.truncate(100 * 1000**3)
    try:
        assert sent.night.list_origin(sent.item).manifest.n_bytes == 100 * 1000**3 + len(b"as recorded")
    finally:
        sent.remove()
