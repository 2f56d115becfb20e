"""A link or a file that comes between the look at a destination and the submission: nothing is written through it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from tests.integration.flow.sent import PLACE, SentDataSet

from archive_flow.discover.shipment import TextsShipment
from archive_flow.doctor.trial import wait_for
from archive_flow.retrieve.record import record_retrieval
from archive_flow.retrieve.shipment import RetrieveShipment
from archive_flow.retrieve.verify import verify_retrieval
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.transfer import ledger_store
from archive_flow.transfer.ledger_store import LedgerStore
from archive_flow.transfer.shipment import Shipment
from archive_flow.upload.shipment import UploadShipment
from archive_flow.upload.verify import verify_upload
from globus_provider.hooks.globus import GlobusHook
from globus_provider.operators.transfer import GlobusTransferOperator
from session_archive.states.state import State
from session_archive.transfers.ending import NothingToMove
from session_archive.transfers.submission import End
from support.stack import Stack

FOREIGN = b"of another person"


@pytest.fixture(scope="module")
def staging() -> bool:
    return True


@pytest.fixture
def mounted(night: Run, stack: Stack) -> Run:
    """The same night on a worker that can read the archive and the scratch place too."""
    settings = night.settings
    local = {"archive-ephys": stack.archive / "4ElectrodeRig_Ephys", "analysis": stack.scratch / "retrieved"}

    def with_path(places):
        return {
            name: place.model_copy(update={"declared_local_path": str(local[name])})
            if name in local
            else place
            for name, place in places.items()
        }

    updates = {"locations": with_path(settings.locations), "scratch": with_path(settings.scratch)}
    return replace(night, settings=settings.model_copy(update=updates), believed={})


@pytest.fixture
def submit(mounted: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """What the submit task does, with something that happens after the look at the destination; returns its XComs."""
    monkeypatch.setattr(ledger_store, "open_run", lambda route, context, **given: nullcontext(mounted))

    def submitted(shipment: Shipment, meanwhile: Callable[[], object]) -> dict[str, object]:
        class Interrupted(GlobusHook):
            def submission_id(self) -> str:
                meanwhile()
                return super().submission_id()

        pushed: dict[str, object] = {}
        task = SimpleNamespace(xcom_push=lambda key, value: pushed.update({key: value}))
        context: Any = {"ti": task}
        name = shipment.name
        operator = GlobusTransferOperator(
            task_id="submit",
            source_collection=str(mounted.place(name.origin).collection),
            destination_collection=str(mounted.place(name.destination).collection),
            transfer_label=shipment.label,
            submission_store=LedgerStore(context, name.route, shipment),
        )
        hook = Interrupted(globus_conn_id=mounted.settings.globus.connection)
        try:
            pushed["task"] = operator._submit_once(context, hook)
        except AirflowFailException as error:
            pushed["error"] = str(error)
        else:
            wait_for(hook, str(pushed["task"]))
        return pushed

    return submitted


@pytest.fixture
def sent(mounted: Run, stack: Stack) -> SentDataSet:
    """A new data set on the rig."""
    return SentDataSet(mounted, stack, origin="rig")


def foreign_files(folder: Path, sent: SentDataSet) -> list[Path]:
    """Files of somebody else, named as those of the data set, in a folder that no place of the archive is."""
    files = [folder / path.partition("/")[2] for path in sent.paths]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(FOREIGN)
    return files


def back(sent: SentDataSet) -> RetrieveShipment:
    """The way of an archived data set to the scratch place."""
    return RetrieveShipment("retrieve", replace(sent.item, origin=PLACE, destination="analysis"))


def lost(run: Run, shipment: Shipment) -> bool:
    """Whether the ledger knows that its last submission was never posted."""
    _, outcome = run.catalog.ledger.attempts(shipment.name.id, shipment.name.destination)[-1]
    return outcome is not None and outcome.status is End.LOST


@pytest.mark.fault(60)
def test_a_link_at_the_scratch_place_that_came_after_the_look(
    mounted: Run, stack: Stack, sent: SentDataSet, submit: Callable[..., dict[str, object]]
) -> None:
    sent.arrive()
    foreign, link = stack.scratch / "foreign", stack.scratch / "retrieved" / sent.directory.partition("/")[0]
    files = foreign_files(foreign, sent)
    before = len(stack.globus.effects("accepted"))
    pushed = submit(back(sent), lambda: link.symlink_to(foreign))
    assert [file.read_bytes() for file in files] == [FOREIGN, FOREIGN]
    assert len(stack.globus.effects("accepted")) == before
    assert f"is a symbolic link to {foreign}, which is not followed" in str(pushed["error"])
    assert pushed["refused"] == pushed["error"]
    assert lost(mounted, back(sent))
    refusal = mounted.catalog.refusals.newest(sent.name.id)
    assert refusal is not None and len(refusal.files) == 2
    # Once it is gone, the next run makes a new attempt.
    link.unlink()
    assert "error" not in submit(back(sent), lambda: None)
    assert (stack.scratch / "retrieved" / sent.paths[0]).read_bytes() == b"as recorded"


@pytest.mark.fault(31)
def test_a_file_that_came_after_the_look(
    mounted: Run, stack: Stack, sent: SentDataSet, submit: Callable[..., dict[str, object]]
) -> None:
    sent.arrive()
    file = stack.scratch / "retrieved" / sent.paths[1]

    def write() -> None:
        file.parent.mkdir(parents=True)
        file.write_bytes(FOREIGN)

    pushed = submit(back(sent), write)
    assert file.read_bytes() == FOREIGN
    assert "a file of 17 bytes exists there, which the listing did not show" in str(pushed["error"])


def test_a_link_in_the_archive_that_came_after_the_look(
    mounted: Run, stack: Stack, sent: SentDataSet, submit: Callable[..., dict[str, object]]
) -> None:
    foreign, subject = stack.archive / "foreign", sent.directory.partition("/")[0]
    files, link = foreign_files(foreign, sent), stack.archive / "4ElectrodeRig_Ephys" / subject
    shipment = UploadShipment("upload", sent.item)
    pushed = submit(shipment, lambda: link.symlink_to(foreign))
    assert [file.read_bytes() for file in files] == [FOREIGN, FOREIGN]
    assert "is a symbolic link" in str(pushed["error"])
    assert lost(mounted, shipment)


def test_a_link_at_the_staging_place_that_came_after_the_look(
    mounted: Run, stack: Stack, sent: SentDataSet, submit: Callable[..., dict[str, object]]
) -> None:
    sent.arrive()
    assert stack.staging is not None
    key, elsewhere = str(uuid.uuid4()), stack.staging / "foreign"
    item: WorkItem = replace(sent.item, origin=PLACE)
    file = elsewhere / sent.paths[1]
    file.parent.mkdir(parents=True)
    file.write_bytes(FOREIGN)
    link = stack.staging / "fetched" / key
    pushed = submit(TextsShipment("discover", key, (item,)), lambda: link.symlink_to(elsewhere))
    assert file.read_bytes() == FOREIGN
    assert "is a symbolic link" in str(pushed["error"])


def test_what_arrived_through_a_link_is_no_retrieval_and_nothing_there_is_renamed(
    mounted: Run, night: Run, stack: Stack, sent: SentDataSet, submit: Callable[..., dict[str, object]]
) -> None:
    sent.record(sent.arrive())
    item = back(sent).work_item
    assert "error" not in submit(back(sent), lambda: None)
    inside, outside = (
        stack.scratch / "retrieved" / item.directory.partition("/")[0],
        stack.scratch / "outside",
    )
    assert verify_retrieval(mounted, item, NothingToMove()).report.intact
    # While the files were on their way, a link was where they lie now.
    inside.rename(outside)
    inside.symlink_to(outside)
    for run in (mounted, replace(night, believed={})):
        verified = verify_retrieval(run, item, NothingToMove())
        assert {each.problem for each in verified.report.differences} == {"misplaced"}
        assert len(verified.report.differences) == 2
        (*_, (submission, _)) = run.catalog.ledger.attempts(sent.name.id, "analysis")
        result = record_retrieval(run, item, replace(verified, submission=submission))
        assert result.state is State.FAILED
    assert sorted(file.name for file in (outside / item.directory.partition("/")[2]).iterdir()) == sorted(
        Path(path).name for path in sent.paths
    )
    inside.unlink()


def test_what_arrived_through_a_link_is_not_archived(mounted: Run, stack: Stack, sent: SentDataSet) -> None:
    arrived = sent.arrive()
    promised = mounted.catalog.ledger.manifest(sent.item.manifest_id)
    assert verify_upload(mounted, sent.item, promised, arrived).state is State.ARCHIVED
    inside = stack.archive / "4ElectrodeRig_Ephys" / sent.directory
    inside.rename(stack.archive / "elsewhere")
    inside.symlink_to(stack.archive / "elsewhere")
    verified = verify_upload(mounted, sent.item, promised, arrived)
    assert verified.state is State.FAILED
    assert "is a symbolic link" in verified.reason
