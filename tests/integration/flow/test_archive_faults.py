"""What goes wrong at the archive, and what Globus says of it: the files that are cataloged are those that are there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from airflow.sdk.exceptions import AirflowException
from tests.integration.flow.sent import PLACE, RECORDED, SentDataSet
from tests.integration.flow.tasks import Tasks, back

from archive_flow.run.context import Run
from loopback_globus.faults import LISTING_KINDS
from session_archive.errors import ListingError, RefusedError
from session_archive.states.state import State
from session_archive.transfers.submission import End, Outcome
from support.stack import Stack

ARCHIVE = "4ElectrodeRig_Ephys"


@pytest.fixture(params=["rig", "far-rig"])
def sent(request: pytest.FixtureRequest, night: Run, stack: Stack) -> Iterator[SentDataSet]:
    yield SentDataSet(night, stack, origin=request.param)
    stack.globus.clear_faults()
    for left in night.catalog.ledger.unfinished():
        night.catalog.ledger.finish(left.submission_id, Outcome(End.LOST))


def tonight(sent: SentDataSet, number: int) -> Tasks:
    return Tasks(replace(sent.night, run_id=f"night {number}"), sent.item)


def in_archive(sent: SentDataSet, number: int = 0) -> bytes:
    return (sent.stack.archive / ARCHIVE / sent.paths[number]).read_bytes()


def showing(sent: SentDataSet, tasks: Tasks, status: str) -> str:
    """The newest fault of the transfer, once it shows this status."""
    while sent.night.hook.task(tasks.pushed["transfer"])["nice_status"] != status:
        pass
    return sent.night.hook.last_fault(tasks.pushed["transfer"])


@pytest.mark.fault(32)
def test_half_a_file_that_a_transfer_of_ours_left_is_sent_again(sent: SentDataSet) -> None:
    sent.stack.globus.fault(file=f"*{sent.paths[0]}", do="half", times=0)
    tasks = tonight(sent, 1)
    tasks.submit()
    assert tasks.record(given_up=showing(sent, tasks, "CONNECTION_RESET")).state is State.FAILED
    assert (in_archive(sent), sent.cataloged()) == (b"as re", ())
    sent.stack.globus.clear_faults()
    assert tonight(sent, 2).all().state is State.ARCHIVED
    assert in_archive(sent) == b"as recorded"


@pytest.mark.fault(32)
def test_half_a_file_that_no_transfer_of_ours_left_is_refused(sent: SentDataSet) -> None:
    file = sent.stack.archive / ARCHIVE / sent.paths[0]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"as re")
    with pytest.raises(RefusedError, match="5 bytes"):
        sent_promise(sent)
    assert file.read_bytes() == b"as re"


def sent_promise(sent: SentDataSet) -> object:
    return Tasks(sent.night, sent.item).shipment.promise(sent.night, sent.item.manifest_id)


@pytest.mark.fault(33)
@pytest.mark.parametrize(("do", "code"), [("quota", "QUOTA_EXCEEDED"), ("no_space", "NO_SPACE_LEFT")])
def test_an_archive_without_room_is_named_and_the_next_night_sends_what_is_missing(
    sent: SentDataSet, do: str, code: str
) -> None:
    sent.stack.globus.fault(file=f"*{sent.paths[1]}", do=do, times=0)
    tasks = tonight(sent, 1)
    tasks.submit()
    if do == "quota":
        tasks.wait()
        result = tasks.record()
    else:
        result = tasks.record(given_up=f"{code}: {showing(sent, tasks, code)}")
    assert (result.state, sent.cataloged()) == (State.FAILED, ())
    assert code in result.reason
    sent.stack.globus.clear_faults()
    assert tonight(sent, 2).all().state is State.ARCHIVED
    assert [file.path for file in sent.cataloged()] == sent.paths
    paths = [line["path"] for line in sent.stack.globus.effects("written") if sent.directory in line["path"]]
    assert sorted(paths) == [f"/{ARCHIVE}/{path}" for path in sent.paths], "nothing was sent twice"


@pytest.mark.fault(43)
def test_a_file_that_is_lost_although_the_transfer_succeeded_is_missed(sent: SentDataSet) -> None:
    sent.stack.globus.fault(file=f"*{sent.paths[0]}", do="lost")
    result = tonight(sent, 1).all()
    assert (result.state, sent.cataloged()) == (State.FAILED, ())
    assert sent.paths[0] in result.reason
    assert tonight(sent, 2).all().state is State.ARCHIVED
    assert in_archive(sent) == b"as recorded"


@pytest.mark.fault(43)
def test_a_file_that_the_finished_transfer_does_not_name_is_not_archived(night: Run, stack: Stack) -> None:
    sent = SentDataSet(night, stack, origin="far-rig")
    stack.globus.fault(file=f"*{sent.paths[0]}", do="left_out", times=0)
    result = tonight(sent, 1).all()
    stack.globus.clear_faults()
    assert result.state is State.UNVERIFIED
    assert [bool(file.vouched_by) for file in sent.cataloged()] == [False, True]


@pytest.mark.fault(41)
@pytest.mark.parametrize("key", ["checksum", "destination_path", "verify_checksum"])
def test_answers_that_lack_what_proves_a_file_prove_nothing(night: Run, stack: Stack, key: str) -> None:
    sent = SentDataSet(night, stack, origin="far-rig")
    stack.globus.fault(match="GET /v0.10/task/*", do="lacks", keys=[key], times=0)
    tasks = tonight(sent, 1)
    tasks.submit()
    tasks.wait()
    result = tasks.record()
    stack.globus.clear_faults()
    assert result.state is State.UNVERIFIED
    assert [file.vouched_by for file in sent.cataloged()] == ["", ""]


@pytest.mark.fault(37)
@pytest.mark.parametrize("do", sorted(LISTING_KINDS))
def test_a_broken_listing_of_the_archive_is_neither_empty_nor_a_proof(
    night: Run, stack: Stack, do: str
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    folder = stack.archive / ARCHIVE / sent.directory
    folder.mkdir(parents=True)
    (folder / "foreign").write_bytes(b"of another person")
    for task in (Tasks.submit, Tasks.record):
        tasks = Tasks(replace(night, believed={}), sent.item)
        if task is Tasks.record:
            tasks.submit()
            tasks.wait()
        stack.globus.fault(listing=f"archive:/{ARCHIVE}/{sent.directory}", do=do, times=0)
        with pytest.raises((AirflowException, ListingError), match=r"could not (be list|list)"):
            task(tasks)
        stack.globus.clear_faults()
        assert sent.cataloged() == ()
    assert tonight(sent, 2).all().state is State.ARCHIVED
    accepted = [each for each in stack.globus.effects("accepted") if str(sent.name) in each["label"]]
    assert len(accepted) == 1
    assert (folder / "foreign").read_bytes() == b"of another person"


@pytest.mark.fault(46)
def test_a_transfer_that_was_cancelled_elsewhere_is_made_again_by_the_next_run(sent: SentDataSet) -> None:
    sent.stack.globus.fault(file=f"*{sent.paths[0]}", do="permission_denied", times=0)
    tasks = tonight(sent, 1)
    tasks.submit()
    showing(sent, tasks, "PERMISSION_DENIED")
    sent.stack.globus.change_task(tasks.pushed["transfer"], "admin_cancel", message="disk swap on Friday")
    tasks.wait()
    result = tasks.record()
    assert (result.state, sent.cataloged()) == (State.FAILED, ())
    assert "disk swap on Friday" in result.reason
    sent.stack.globus.clear_faults()
    again = tonight(sent, 2)
    assert again.all().state is State.ARCHIVED
    assert again.pushed["transfer"] != tasks.pushed["transfer"]


def before_it_arrived(sent: SentDataSet) -> None:
    sent.stack.globus.fault(file="*", do="permission_denied", times=0)


def nothing_wrong(sent: SentDataSet) -> None:
    return


@pytest.mark.fault(47)
@pytest.mark.parametrize("trouble", [before_it_arrived, nothing_wrong])
def test_a_transfer_that_the_service_forgot_is_compared_with_what_arrived(
    night: Run, stack: Stack, trouble: Callable[[SentDataSet], None]
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    trouble(sent)
    tasks = tonight(sent, 1)
    tasks.submit()
    if trouble is before_it_arrived:
        showing(sent, tasks, "PERMISSION_DENIED")
    else:
        tasks.wait()
    stack.globus.change_task(tasks.pushed["transfer"], "forget")
    result = tasks.record()
    assert (result.state, sent.cataloged()) == (State.FAILED, ())
    assert "no longer knows transfer task" in result.reason
    stack.globus.clear_faults()
    assert tonight(sent, 2).all().state is State.ARCHIVED
    paths = [line["path"] for line in stack.globus.effects("written") if sent.directory in line["path"]]
    assert sorted(paths) == [f"/{ARCHIVE}/{path}" for path in sent.paths], "nothing was sent twice"


@pytest.mark.fault(44, 45)
@pytest.mark.parametrize(("change", "back"), [("pause", "resume"), ("inactive", "activate")])
def test_a_transfer_that_waited_for_a_person_goes_on_and_is_not_sent_again(
    sent: SentDataSet, change: str, back: str
) -> None:
    globus = sent.stack.globus
    globus.fault(file=f"*{sent.paths[0]}", do="permission_denied", times=0)
    tasks = tonight(sent, 1)
    tasks.submit()
    showing(sent, tasks, "PERMISSION_DENIED")
    globus.change_task(tasks.pushed["transfer"], change, message="disk swap on Friday")
    result = tasks.record()
    assert (result.state, result.waiting, sent.cataloged()) == (State.SUBMITTED, True, ())
    globus.clear_faults()
    globus.change_task(tasks.pushed["transfer"], back)
    later = tonight(sent, 2)
    assert later.all().state is State.ARCHIVED
    assert later.pushed["transfer"] == tasks.pushed["transfer"]


@pytest.mark.fault(34)
def test_a_copy_that_was_damaged_on_the_way_is_sent_again_by_globus(sent: SentDataSet) -> None:
    sent.stack.globus.fault(file=f"*{sent.paths[0]}", do="corrupt")
    tasks = tonight(sent, 1)
    assert tasks.all().state is State.ARCHIVED
    assert sent.night.hook.task(tasks.pushed["transfer"])["faults"] == 1
    assert in_archive(sent) == b"as recorded"


@pytest.mark.fault(36)
def test_an_archived_file_that_is_gone_fails_a_retrieval_by_name_and_is_sent_again_while_the_rig_has_it(
    sent: SentDataSet,
) -> None:
    assert tonight(sent, 1).all().state is State.ARCHIVED
    lost, foreign = (sent.stack.archive / ARCHIVE / path for path in (sent.paths[0], f"{sent.paths[1]}.old"))
    lost.unlink()
    foreign.write_bytes(b"of another person")
    retrieval = back(sent.night, sent.item, origin=PLACE, destination="analysis")
    retrieval.submit()
    why = showing(sent, retrieval, "FILE_NOT_FOUND")
    assert retrieval.record(given_up=why).state is State.FAILED
    assert sent.paths[0] in why
    assert tonight(sent, 2).all().state is State.ARCHIVED
    assert in_archive(sent) == b"as recorded"
    assert foreign.read_bytes() == b"of another person"


@pytest.mark.fault(30)
def test_an_identical_file_is_not_sent_again_and_not_called_archived_without_a_proof(
    sent: SentDataSet,
) -> None:
    for path in sent.paths:
        file = sent.stack.archive / ARCHIVE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"as recorded")
        os.utime(file, (RECORDED, RECORDED))
    with pytest.raises(RefusedError, match="content unproven"):
        sent_promise(sent)
