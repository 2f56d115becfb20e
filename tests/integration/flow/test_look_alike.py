"""Names that differ only in case or Unicode normalisation, at an archive that takes them for one."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.integration.flow.conftest import installed

from archive_flow.doctor.name_trial import look_at_names
from archive_flow.doctor.trial import Trial, wait_for
from archive_flow.retrieve.scratch_place import ScratchPlace
from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.choose import select
from archive_flow.select.on_rig import OnRig
from archive_flow.submissions.outcome import end
from archive_flow.upload.record import record_upload
from archive_flow.upload.shipment import UploadShipment
from archive_flow.upload.verify import verify_upload
from globus_provider.request import ItemsOfPaths, TransferRequest
from session_archive import clock
from session_archive.doctor.check import Check
from session_archive.errors import RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.kept_names import KeptNames
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.request.selection import Selection
from session_archive.states.state import State, StateRow
from session_archive.transfers.ending import Arrived
from session_archive.transfers.submission import Outcome, Submission
from support.sample_rig import make_rig
from support.stack import Stack

DATA_SET = DataSetName("raw-ephys", SessionName("SC038", dt.date(2021, 1, 1)))
FOLDER = "SC038/catgt_SC038_010121_g0"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "séance.txt") for form in ("NFC", "NFD"))
CLASHES = ("Notes.txt", "notes.txt", COMPOSED, DECOMPOSED)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Its archive and scratch place take names for one, as the file systems of macOS do."""
    folds = [f"{name}={what}" for name in ("archive", "scratch") for what in ("case", "normalisation")]
    with installed(switches=[part for fold in folds for part in ("--fold", fold)]) as stack:
        make_rig(stack.rig)
        for number, name in enumerate(CLASHES):
            (stack.rig / FOLDER / name).write_text("remarks" + "!" * number)
        yield stack


def selected(night: Run) -> WorkItem | None:
    """What one night would send of the data set."""
    selection = Selection(frozenset({"SC038"}), ((DATA_SET.session.date,) * 2,), frozenset({"raw-ephys"}))
    found = select(OnRig(replace(night, selection=selection)))
    assert not isinstance(found, dt.datetime)
    return found.work_items[0] if found.work_items else None


def sent(night: Run, work_item: WorkItem) -> Arrived:
    """Send it as the tasks of a group do."""
    shipment, run = UploadShipment(UPLOAD.name, work_item), night
    promise = shipment.promise(run, work_item.manifest_id)
    submission_id = uuid.UUID(run.hook.submission_id())
    submission = Submission(
        submission_id=submission_id,
        data_set_id=work_item.name.id,
        data_set=work_item.data_set,
        route=UPLOAD.name,
        source=work_item.origin,
        destination=work_item.destination,
        manifest_id=work_item.manifest_id,
        items=promise.items,
        resumes=promise.resumes,
        label=shipment.label,
        run_id=run.run_id,
        begun_at=clock.utc_now(),
    )
    run.catalog.ledger.begin(submission, max_unfinished=10)
    request = TransferRequest(
        source_collection=str(run.origin(work_item).collection),
        destination_collection=str(run.destination(work_item).collection),
        items=ItemsOfPaths(promise.items, shipment.item(run, promise)),
        label=shipment.label,
    )
    task_id = run.hook.submit(request, submission_id=str(submission_id))
    run.catalog.ledger.accept(submission_id, uuid.UUID(task_id))
    wait_for(run.hook, task_id)
    (known, _) = run.catalog.ledger.attempts(work_item.name.id, work_item.destination)[-1]
    outcome = end(run, known)
    assert isinstance(outcome, Outcome)
    assert outcome.succeeded, "Globus' own claim"
    return Arrived(known, outcome)


def newest_state(night: Run) -> StateRow:
    (row,) = night.catalog.states.newest_rows(data_set_type="raw-ephys")
    return row


def test_where_nobody_has_looked_nothing_is_sent_and_the_reason_says_what_to_run(
    night: Run, stack: Stack
) -> None:
    transfers = len(stack.globus.effects("accepted"))
    assert selected(night) is None
    state = newest_state(night)
    assert state.state is State.WAITING
    assert f"{FOLDER}/Notes.txt and {FOLDER}/notes.txt differ only in upper and lower case" in state.reason
    assert "whether archive-ephys keeps them apart is not known" in state.reason
    assert "`session-archive doctor --transfer`" in state.reason
    refusal = night.catalog.refusals.newest(DATA_SET.id)
    assert refusal is not None
    assert {path.rpartition("/")[2] for path, _ in refusal.files} == set(CLASHES)
    listed = night.list_origin(on_rig()).manifest
    work_item = replace(on_rig(), manifest_id=night.catalog.ledger.save_manifest(listed))
    with pytest.raises(RefusedError, match="keeps them apart is not known"):
        UploadShipment(UPLOAD.name, work_item).promise(night, work_item.manifest_id)
    assert len(stack.globus.effects("accepted")) == transfers


def on_rig() -> WorkItem:
    return WorkItem(
        data_set=str(DATA_SET),
        directory=FOLDER,
        origin="rig",
        destination="archive-ephys",
        manifest_id="",
        session_id=str(DATA_SET.id),
        session=str(DATA_SET.session),
    )


def test_where_the_place_has_changed_since_somebody_looked_the_listing_after_the_transfer_finds_it(
    night: Run, stack: Stack
) -> None:
    night.catalog.place_names.record(
        stack.settings.locations["archive-ephys"], KeptNames(case=True, normalisation=True)
    )
    work_item = selected(night)
    assert work_item is not None
    promised = night.catalog.ledger.manifest(work_item.manifest_id)
    verified = verify_upload(night, work_item, promised, sent(night, work_item))
    assert verified.state is State.FAILED
    assert record_upload(night, work_item, verified).state is State.FAILED
    assert {each.path.rpartition("/")[2] for each in verified.report.differences} & set(CLASHES)


@pytest.mark.fault(61)
def test_the_trial_sees_it_and_then_nothing_is_sent_until_the_files_have_other_names(
    night: Run, stack: Stack
) -> None:
    # One of the places is on another storage by now.
    trial = Trial(renew=True)
    checks = list(look_at_names(stack.settings, night.hook_of, night.catalog, trial, now=clock.utc_now()))
    assert [(check.subject, check.grade) for check in checks] == [
        ("archive-ephys", "warning"),
        ("archive-video", "warning"),
        ("analysis", "warning"),
    ]
    for place in (*stack.settings.locations.values(), *stack.settings.scratch.values()):
        assert night.catalog.place_names.of(place) == KeptNames(case=False, normalisation=False)
    transfers = len(stack.globus.effects("accepted"))
    assert selected(night) is None
    state = newest_state(night)
    assert state.state is State.REFUSED
    assert "and the place takes them for one (archive-ephys)" in state.reason
    refusal = night.catalog.refusals.newest(DATA_SET.id)
    assert refusal is not None
    assert {path.rpartition("/")[2] for path, _ in refusal.files} == set(CLASHES)
    assert len(stack.globus.effects("accepted")) == transfers
    for name in (CLASHES[1], CLASHES[3]):
        (stack.rig / FOLDER / name).unlink()
    assert selected(night) is not None


def test_what_is_known_is_not_tried_again_unless_a_person_asks(night: Run, stack: Stack) -> None:
    def looked(trial: Trial) -> tuple[list[Check], int]:
        before = len(stack.globus.effects("accepted"))
        checks = list(look_at_names(stack.settings, night.hook_of, night.catalog, trial, now=clock.utc_now()))
        return checks, len(stack.globus.effects("accepted")) - before

    checks, transfers = looked(Trial())
    assert transfers == 0
    assert [check.grade for check in checks] == ["warning"] * 3
    assert all("known already; --renew tries it again" in check.found for check in checks)
    checks, transfers = looked(Trial(renew=True))
    assert transfers == 3
    assert not any("known already" in check.found for check in checks)


RETRIEVED = WorkItem(
    data_set=str(DATA_SET),
    directory=FOLDER,
    origin="archive-ephys",
    destination="analysis",
    manifest_id="",
    session_id="",
    session="",
)


@pytest.mark.fault(61)
def test_a_retrieval_does_not_write_one_file_over_another(night: Run, stack: Stack) -> None:
    place = stack.settings.scratch["analysis"]
    night.catalog.place_names.record(place, KeptNames(case=False, normalisation=False))
    folder = stack.rig / FOLDER
    for name in CLASHES:
        (folder / name).write_text("remarks")
    listed = night.list_origin(replace(RETRIEVED, origin="rig")).manifest
    plan = ScratchPlace(night, place).plan(RETRIEVED, Manifest.of(listed.files))
    assert {conflict.path.rpartition("/")[2] for conflict in plan.conflicts} == set(CLASHES)


def test_a_false_row_of_what_the_trial_saw_lets_one_file_be_written_over_another(
    night: Run, stack: Stack
) -> None:
    """As docs/catalog.md says of Rights: the nightly login can add it; `doctor --transfer --renew` asks again."""
    place = stack.settings.scratch["analysis"]
    files = night.list_origin(replace(RETRIEVED, origin="rig")).manifest.files
    promised = Manifest.of(file for file in files if file.path.rpartition("/")[2] not in CLASHES[1:])
    clashing = Manifest.of((*promised.files, replace(promised.files[0], path=f"{FOLDER}/notes.txt")))
    night.catalog.place_names.record(place, KeptNames(case=False, normalisation=False))
    assert ScratchPlace(night, place).plan(RETRIEVED, clashing).conflicts
    night.catalog.connection.query(
        "INSERT INTO archive.place_names (place, collection, directory, keeps_case, keeps_normalisation, looked_at) "
        "SELECT place, collection, directory, 1, 1, looked_at FROM archive.place_names"
    )
    assert not ScratchPlace(night, place).plan(RETRIEVED, clashing).conflicts
    list(look_at_names(stack.settings, night.hook_of, night.catalog, Trial(renew=True), now=clock.utc_now()))
    assert ScratchPlace(night, place).plan(RETRIEVED, clashing).conflicts
