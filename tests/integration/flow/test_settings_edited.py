"""archive.toml is edited while a run is under way: only the data sets concerned fail, and each says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.flow.sent import SentDataSet

from archive_flow.discover.record import record_found
from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.select.claims import assess_folders
from archive_flow.select.on_rig import OnRig
from archive_flow.submissions.previous_tasks import PreviousTasks
from session_archive.request.selection import Selection
from session_archive.states.state import State
from support.stack import Stack


def without_type(night: Run, kind: str = "raw-ephys") -> Run:
    kept = {name: table for name, table in night.settings.data_sets.items() if name != kind}
    return replace(night, settings=night.settings.model_copy(update={"data_sets": kept}))


def without_rig(night: Run, name: str) -> Run:
    kept = {each: place for each, place in night.settings.sources.items() if each != name}
    return replace(night, settings=night.settings.model_copy(update={"sources": kept}))


def record(
    run: Run, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch, tasks: PreviousTasks
) -> Sequence[Any]:
    monkeypatch.setattr("archive_flow.submissions.previous_tasks.previous_tasks", lambda *of: tasks)
    return UPLOAD.record(run, [sent.item], {})


def test_a_type_that_was_removed_fails_with_the_key_and_leaves_the_ledger_as_it_is(
    night: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    task = str(sent.arrive().submission.transfer_task_id)
    (result,) = record(
        without_type(night), sent, monkeypatch, PreviousTasks(transfer_task_id=task, n_items=2)
    )
    assert result.state is State.FAILED
    assert "archive.toml has no [data_sets.raw-ephys]" in result.reason
    (result,) = record(night, sent, monkeypatch, PreviousTasks(transfer_task_id=task, n_items=2))
    assert result.state is State.ARCHIVED, "once it is put back, it is recorded"


def test_a_rig_that_was_removed_fails_its_own_data_set(
    night: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = SentDataSet(night, stack, origin="far-rig")
    task = str(sent.arrive().submission.transfer_task_id)
    tasks = PreviousTasks(transfer_task_id=task, n_items=2)
    (result,) = record(without_rig(night, "far-rig"), sent, monkeypatch, tasks)
    assert (result.state, "no place 'far-rig'" in result.reason) == (State.FAILED, True)
    row = next(
        row
        for row in night.catalog.states.newest_rows(data_set_type="raw-ephys")
        if row.data_set == str(sent.name)
    )
    assert row.state is State.FAILED


def test_a_discovery_goes_on_with_the_types_that_are_left(night: Run, stack: Stack) -> None:
    gone, kept = (SentDataSet(night, stack, origin="rig") for _ in range(2))
    for each in (gone, kept):
        each.send()
    removed = replace(gone.item, data_set=gone.item.data_set.replace("raw-ephys", "raw-video"))
    discovery = replace(without_type(night, "raw-video"), route="discover")
    # They are recorded in the order in which their listings arrive.
    recorded = record_found(discovery, [removed, kept.item], key="test", given_up="")
    failed, other = sorted(recorded, key=lambda each: each.data_set != removed.data_set)
    assert (failed.state, "[data_sets.raw-video]" in failed.reason) == (State.FAILED, True)
    assert other.state is not State.FAILED


def test_a_rig_that_was_removed_while_its_transfer_runs_stops_no_other_data_set(
    night: Run, stack: Stack
) -> None:
    """Its folder is on another rig now."""
    sent = SentDataSet(night, stack, origin="far-rig", subject="SC038")
    stack.globus.fault(file="*/SC038/*", do="permission_denied", times=0)
    begun = sent.begin()
    night.catalog.ledger.accept(begun.submission_id, sent.post(begun))
    moved = stack.rig / sent.directory
    moved.parent.mkdir(parents=True, exist_ok=True)
    sent.folder.rename(moved)
    selection = Selection.from_params({"kinds": ["raw-ephys"]}, kinds=tuple(night.settings.data_sets))
    fewer = replace(without_rig(night, "far-rig"), selection=selection, run_id="night 2")
    found = assess_folders(OnRig(fewer))
    assert all(fewer.origin(item) for item in found.work_items), "select asks this of each"
    (row,) = (row for row in found.rows if row.session == "SC038 2021-01-01 11:00")
    assert (row.state, "no place 'far-rig'" in row.reason) == (State.FAILED, True)
