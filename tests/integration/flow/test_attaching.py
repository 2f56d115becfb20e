"""A retried submit attaches to the transfer of its run, even if another task has recorded its outcome meanwhile."""

import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import TWO_FILES, submission

from archive_flow.run.context import Run
from archive_flow.submissions.resume import promised_before
from session_archive.errors import SettingsError
from session_archive.transfers.submission import End, Outcome, ShipmentName


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
