"""The archive is compared with what was promised, and the source is looked at again before anything is archived."""

import os
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.integration.flow.sent import RECORDED, SentDataSet

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.upload.shipment import UploadShipment
from session_archive.errors import NoAnswerError
from session_archive.states.state import State
from support.stack import Stack


@pytest.fixture(params=["rig", "far-rig"])
def sent(request: pytest.FixtureRequest, night: Run, stack: Stack) -> SentDataSet:
    return SentDataSet(night, stack, origin=request.param)


def verdicts(sent: SentDataSet) -> list[str]:
    rows = (sent.night.catalog.tables.Verification & {"data_set_id": sent.name.id}).to_dicts()
    return [row["verdict"] for row in rows]


def test_a_folder_that_went_after_the_transfer_is_archived_as_promised(sent: SentDataSet) -> None:
    arrived = sent.arrive()
    sent.remove()
    result = sent.record(arrived)
    assert result.state is State.ARCHIVED
    assert "not compared with the source again" in result.reason
    assert sent.directory in result.reason
    assert [file.path for file in sent.cataloged()] == sent.paths


def test_a_file_that_went_after_the_transfer_is_in_the_archive_and_in_the_catalog(sent: SentDataSet) -> None:
    arrived = sent.arrive()
    (sent.root / sent.paths[1]).unlink()
    result = sent.record(arrived)
    assert result.state is State.ARCHIVED
    assert result.reason == f"no longer at the source: 1 of 2 files, the first: {sent.paths[1]}"
    assert {file.path for file in sent.cataloged()} == {file.path for file in sent.archived().files}


@pytest.mark.fault(19)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_file_that_is_written_again_around_the_transfer_is_not_archived(
    sent: SentDataSet, when: str
) -> None:
    if when == "before":
        sent.rewrite()
    arrived = sent.arrive()
    if when == "after":
        sent.rewrite()
    result = sent.record(arrived)
    assert result.state is State.CHANGED
    assert sent.paths[0] in result.reason
    assert sent.cataloged() == ()
    assert verdicts(sent) == ["failed"]


def put_back(sent: SentDataSet) -> None:
    sent.write(sent.paths[0], b"as recorded", at=RECORDED)


@pytest.mark.parametrize("afterwards", [SentDataSet.remove, put_back])
def test_another_version_in_the_archive_is_noticed_though_the_source_no_longer_shows_it(
    sent: SentDataSet, afterwards: Callable[[SentDataSet], None]
) -> None:
    sent.rewrite()
    arrived = sent.arrive()
    afterwards(sent)
    result = sent.record(arrived)
    assert result.state is State.UNVERIFIED
    assert (
        f"1 of 2 files, the first: {sent.paths[0]}; its copy is of 2021-01-01 11:28:20 UTC" in result.reason
    )
    assert [bool(file.vouched_by) for file in sent.cataloged()] == [False, True]


def forget_times(sent: SentDataSet) -> None:
    for path in sent.paths:
        os.utime(sent.stack.archive / "4ElectrodeRig_Ephys" / path)


def test_where_the_archive_keeps_no_times_the_source_decides(sent: SentDataSet) -> None:
    arrived = sent.arrive()
    forget_times(sent)
    assert sent.record(arrived).state is State.ARCHIVED


def test_where_neither_the_archive_nor_the_source_shows_the_version_nothing_is_archived(
    sent: SentDataSet,
) -> None:
    arrived = sent.arrive()
    forget_times(sent)
    sent.remove()
    result = sent.record(arrived)
    assert result.state is State.UNVERIFIED
    assert "neither its time in the archive nor the source shows" in result.reason
    assert len(sent.cataloged()) == 2, "what lies in the archive has a row"


def test_a_silent_source_is_asked_again_only_for_what_nothing_else_proves(night: Run, stack: Stack) -> None:
    trying = replace(night, tries_left=True)
    shown, hidden = (SentDataSet(trying, stack, origin="far-rig") for _ in range(2))
    of_shown, of_hidden = shown.arrive(), hidden.arrive()
    forget_times(hidden)
    stack.globus.fault(listing="far_rig:/data/*", do="offline", times=0)
    result = shown.record(of_shown)
    assert result.state is State.ARCHIVED
    assert "not compared with the source again: far-rig: " in result.reason
    with pytest.raises(NoAnswerError):
        hidden.record(of_hidden)
    assert verdicts(hidden) == []
    hidden.night = night
    assert hidden.record(of_hidden).state is State.UNVERIFIED
    stack.globus.clear_faults()


def test_the_next_night_lets_globus_compare_what_may_be_another_version(night: Run, stack: Stack) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    sent.rewrite(at=int(time.time()) + 1)
    arrived = sent.arrive()
    put_back(sent)
    assert sent.record(arrived).state is State.UNVERIFIED
    promise = UploadShipment(UPLOAD.name, sent.item).promise(night, sent.item.manifest_id)
    assert (promise.items, promise.resumes) == ((sent.paths[0],), True)
    proof = sent.arrive(resumes=True, items=promise.items)
    assert sent.record(proof).state is State.ARCHIVED
    archived = sent.stack.archive / "4ElectrodeRig_Ephys" / sent.paths[0]
    assert archived.read_bytes() == b"as recorded"
