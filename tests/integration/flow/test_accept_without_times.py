"""What a person accepted holds where the archive keeps no times: its listing has another manifest id than the rig's."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
from dataclasses import replace

import pytest
from tests.integration.flow.earlier import on_rig, recorded

from archive_flow.discover.record import record_found
from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.in_archive import InArchive
from archive_flow.select.on_rig import OnRig
from archive_flow.upload.shipment import UploadShipment
from session_archive import clock
from session_archive.errors import RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.request.selection import Selection
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State
from session_archive.transfers.ending import NothingToMove
from support.stack import Stack

_DAYS = itertools.count(1)


@pytest.fixture
def planted(night: Run, stack: Stack) -> WorkItem:
    """A recording that another program copied into an archive without times."""
    work_item = on_rig(night, stack, dt.date(2021, 4, next(_DAYS)))
    copy = stack.archive / "4ElectrodeRig_Ephys" / work_item.directory
    shutil.copytree(stack.rig / work_item.directory, copy)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    listed = night.list_destination(work_item).manifest
    assert {file.mtime for file in listed.files} == {0}
    assert listed.id != work_item.manifest_id
    return work_item


def selected(night: Run, work_item: WorkItem, *, by: type[OnRig | InArchive] = OnRig) -> Assessments:
    day = work_item.name.session.date
    selection = Selection(frozenset({"SC099"}), ((day, day),), frozenset({"raw-ephys"}))
    kinds = night.settings.data_sets
    ephys = kinds["raw-ephys"].model_copy(update={"unclaimed": "archive"})
    settings = night.settings.model_copy(update={"data_sets": {**kinds, "raw-ephys": ephys}})
    return assess_folders(by(replace(night, settings=settings, selection=selection)))


def found_by_discovery(night: Run, work_item: WorkItem) -> Manifest:
    listed = night.list_destination(work_item).manifest
    recorded(night, work_item, listed, state=State.UNVERIFIED, route="discover", link_table="")
    return listed


def accept(night: Run, work_item: WorkItem, manifest_id: str) -> None:
    night.catalog.decisions.decide(
        [
            Decision(
                Verdict.ACCEPT_CONTENT,
                data_set=work_item.data_set,
                data_set_type="raw-ephys",
                manifest_id=manifest_id,
                decided_by="ann",
                why="compared with the tape",
                decided_at=clock.utc_now(),
            )
        ]
    )


def upload(night: Run, work_item: WorkItem) -> State:
    """What the tasks of a group do; nothing is sent."""
    (item,) = selected(night, work_item).work_items
    promise = UploadShipment("upload", item).promise(night, item.manifest_id)
    assert promise.items == ()
    return UPLOAD.verify_and_record(night, item, NothingToMove()).state


def test_a_copy_that_discovery_found_is_archived_once_it_is_accepted(night: Run, planted: WorkItem) -> None:
    accept(night, planted, found_by_discovery(night, planted).id)
    assert upload(night, planted) is State.ARCHIVED
    (row,) = selected(night, planted).rows
    assert (row.state, row.reason) == (State.ARCHIVED, ""), "the rig's times are in the catalog now"


def test_it_does_not_hold_for_a_file_that_was_written_at_the_rig_since(
    night: Run, stack: Stack, planted: WorkItem
) -> None:
    accept(night, planted, found_by_discovery(night, planted).id)
    file = next(path for path in (stack.rig / planted.directory).rglob("*.ap.meta"))
    later = clock.utc_now().timestamp() + 5
    os.utime(file, (later, later))
    (item,) = selected(night, planted).work_items
    with pytest.raises(RefusedError, match="content unproven"):
        UploadShipment("upload", item).promise(night, item.manifest_id)


def test_a_copy_that_an_upload_refused_is_archived_by_it_and_by_a_discovery(
    night: Run, stack: Stack, planted: WorkItem
) -> None:
    (item,) = selected(night, planted).work_items
    with pytest.raises(RefusedError, match="content unproven"):
        UploadShipment("upload", item).promise(night, item.manifest_id)
    accept(night, planted, planted.manifest_id)
    shutil.rmtree(stack.rig / planted.directory)
    discovery = replace(night, route="discover", run_id="night 2")
    (item,) = selected(discovery, planted, by=InArchive).work_items
    kinds = night.settings.data_sets
    ephys = kinds["raw-ephys"].model_copy(update={"unclaimed": "archive"})
    settings = night.settings.model_copy(update={"data_sets": {**kinds, "raw-ephys": ephys}})
    (result,) = record_found(replace(discovery, settings=settings), [item], key="test", given_up="")
    assert result.state is State.ARCHIVED
    # The folder comes back, from a backup that kept its times.
    on_rig(night, stack, planted.name.session.date)
    (row,) = selected(night, planted).rows
    assert row.state is State.ARCHIVED
