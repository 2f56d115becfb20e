"""A retried submit attaches to the transfer of its run, even if another task has recorded its outcome meanwhile."""

import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import TWO_FILES, submission
from tests.integration.flow.sent import SentDataSet
from tests.integration.flow.tasks import Tasks

from archive_flow.run.context import Run
from archive_flow.submissions.resume import promised_before
from session_archive.errors import SettingsError
from session_archive.states.state import State
from session_archive.transfers.submission import End, Outcome, ShipmentName
from support.stack import Stack


@pytest.fixture(scope="module")
def first_run(night: Run) -> Run:
    night.catalog.ledger.save_manifest(TWO_FILES)
    return night


@pytest.mark.fault(14)
@pytest.mark.parametrize(
    ("status", "run_id", "attached"),
    [
        (None, "night 1", True),
        (None, "night 2", True),
        ("SUCCEEDED", "night 1", True),
        ("SUCCEEDED", "night 2", False),
        ("FAILED", "night 1", False),
        ("LOST", "night 1", False),
    ],
)
def test_which_transfer_a_new_try_attaches_to(
    first_run: Run, status: str | None, run_id: str, attached: bool
) -> None:
    # Each case has its own destination, which distinguishes the attempts.
    destination = f"{status} {run_id}"
    begun = submission(destination=destination)
    first_run.catalog.ledger.begin(begun, max_unfinished=100)
    task = uuid.uuid4()
    first_run.catalog.ledger.accept(begun.submission_id, task)
    if status:
        first_run.catalog.ledger.finish(begun.submission_id, Outcome(End(status)))
    name = ShipmentName(begun.data_set_id, begun.data_set, "upload", "rig1", destination, TWO_FILES.id)
    found = promised_before(replace(first_run, run_id=run_id), name)
    assert (found.transfer_task_id if found else None) == (task if attached else None)


def test_a_place_that_was_removed_from_the_settings_meanwhile_is_named(first_run: Run) -> None:
    assert first_run.place("analysis").name == "analysis"
    with pytest.raises(SettingsError, match=r"archive.toml has no .* 'old-tapes', which .*put it back"):
        first_run.place("old-tapes")


def test_the_wait_learns_how_much_its_transfer_moves_also_one_that_an_earlier_night_began(
    night: Run, stack: Stack
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    stack.globus.fault(file=f"*{sent.paths[1]}", do="permission_denied", times=0)
    first, later = Tasks(night, sent.item), Tasks(replace(night, run_id="night 2"), sent.item)
    task = first.submit()
    both = {"files": 2, "bytes": 2 * len(b"as recorded")}
    assert first.pushed["expected"] == both
    assert (later.submit(), later.pushed["expected"]) == (task, both)
    stack.globus.clear_faults()
    first.wait()
    assert first.record().state is State.ARCHIVED
    # What exists already is not sent, and not expected.
    again = Tasks(replace(night, run_id="night 3"), sent.item)
    assert (again.submit(), again.pushed["expected"]) == (None, {"files": 0, "bytes": 0})
