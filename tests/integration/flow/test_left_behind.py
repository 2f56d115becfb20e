"""After a transfer that failed, files of ours in the archive have a state that names them, though no rig shows them."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.integration.flow.sent import PLACE, SentDataSet

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.on_rig import OnRig
from archive_flow.submissions.ending import ending_of
from archive_flow.submissions.outcome import end
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.transfer.shipment import data_set_name
from session_archive.request.selection import Selection
from session_archive.states.state import LabSession, State
from session_archive.transfers.ending import Failed
from session_archive.transfers.submission import MISMATCH, End, Outcome
from support.stack import Stack

SESSION = "SC038 2021-01-01 11:00"


def assessed(night: Run, sent: SentDataSet) -> Assessments:
    selection = Selection.from_params({"kinds": ["raw-ephys"]}, kinds=tuple(night.settings.data_sets))
    found = assess_folders(OnRig(replace(night, run_id="night 2", selection=selection)))
    return replace(
        found,
        work_items=tuple(each for each in found.work_items if each.name == sent.name),
        rows=tuple(row for row in found.rows if str(sent.name.session) in row.session),
    )


@pytest.fixture
def sent(night: Run, stack: Stack) -> Iterator[SentDataSet]:
    """Two files of a session of the lab; whatever a test leaves of them in the archive is removed."""
    session = next(each for each in night.catalog.expected_sessions("raw-ephys") if str(each) == SESSION)
    sent = of_session(night, stack, session)
    yield sent
    for path in sent.paths:
        (stack.archive / "4ElectrodeRig_Ephys" / path).unlink(missing_ok=True)


def of_session(night: Run, stack: Stack, session: LabSession) -> SentDataSet:
    sent = SentDataSet(night, stack, origin="rig", subject=session.subject)
    sent.item = replace(sent.item, session_id=str(session.id), session=str(session), session_key=session.key)
    return sent


def cancel_halfway(sent: SentDataSet) -> Outcome:
    """The second file never arrives, and a person cancels the transfer."""
    sent.stack.globus.fault(file=f"*{sent.paths[1]}", do="permission_denied", times=0)
    begun = sent.begin()
    task = sent.post(begun)
    sent.night.catalog.ledger.accept(begun.submission_id, task)
    while sent.night.hook.task(str(task))["files_transferred"] < 1:
        pass
    sent.night.hook.cancel(str(task))
    sent.wait(task)
    sent.stack.globus.clear_faults()
    submission, _ = sent.night.catalog.ledger.submission(begun.submission_id)
    outcome = end(sent.night, submission)
    assert isinstance(outcome, Outcome)
    return outcome


def test_a_cancelled_transfer_s_files_are_named_and_the_session_is_not_called_not_found(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    assert cancel_halfway(sent).status is End.FAILED
    sent.remove()
    (row,) = assessed(night, sent).rows
    assert row.state is State.FAILED
    place = f"{PLACE}:{sent.directory}"
    assert f"1 of 2 promised files lie at {place}, and the catalog has none of them" in row.reason
    assert "Put the folder back" in row.reason
    stack.globus.fault(listing=f"archive:/4ElectrodeRig_Ephys/{sent.directory}", do="offline", times=0)
    found = assessed(night, sent)
    stack.globus.clear_faults()
    assert [(row.state, "did not answer" in row.reason) for row in found.rows] == [(State.WAITING, True)]
    assert any(each.unlisted for each in found.notes)
    (stack.archive / "4ElectrodeRig_Ephys" / sent.paths[0]).unlink()
    (row,) = assessed(night, sent).rows
    assert row.state is State.NOT_FOUND, "the archive has nothing of it any more"


def test_what_lies_in_the_archive_hides_no_folder_that_was_seen_on_the_rig(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    """Somebody renamed the folder after the transfer had failed."""
    assert cancel_halfway(sent).status is End.FAILED
    renamed = sent.folder.with_name(sent.folder.name + "_old")
    sent.folder.rename(renamed)
    (row,) = assessed(night, sent).rows
    assert row.state is State.FAILED
    assert f"1 of 2 promised files lie at {PLACE}:{sent.directory}" in row.reason
    assert f"there is rig:{sent.directory}_old: looks like a backup copy" in row.reason
    shutil.rmtree(renamed)
    (row,) = assessed(night, sent).rows
    assert "there is rig:" not in row.reason and "no such folder" not in row.reason


def test_where_all_files_arrived_they_are_recorded_whatever_the_service_said(
    night: Run, sent: SentDataSet
) -> None:
    submission = sent.send()
    night.catalog.ledger.finish(submission.submission_id, Outcome(End.FAILED, "CANCELED"))
    sent.remove()
    found = assessed(night, sent)
    assert found.rows == ()
    (item,) = found.work_items
    ending = ending_of(
        night, data_set_name("upload", item), PreviousTasks(), submission_id=item.submission_id
    )
    assert isinstance(ending, Failed)
    result = UPLOAD._record(night, item, ending)
    assert result.state is State.UNVERIFIED, "nothing proves their content, and they have a row"
    assert len(sent.cataloged() or night.catalog.replicas.files(sent.name.id).files) == 2


def test_a_mismatch_stays_refused_and_says_what_lies_there(night: Run, stack: Stack) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    night.catalog.states.record([sent.item.state(State.UNCLAIMED, "no session", run_id="night 0")])
    submission = sent.send()
    night.catalog.ledger.finish(submission.submission_id, Outcome(End.FAILED, f"{MISMATCH}: {sent.paths[0]}"))
    sent.remove()
    found = assessed(night, sent)
    assert found.work_items == ()
    (row,) = found.rows
    assert (row.target, row.state) == (uuid.UUID(sent.item.session_id), State.REFUSED)
    assert "2 of 2 promised files lie at" in row.reason and MISMATCH in row.reason
