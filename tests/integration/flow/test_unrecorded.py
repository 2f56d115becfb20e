"""A transfer that nobody has recorded is taken up from the ledger, whatever the rig shows by then."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import pytest
from tests.integration.flow.sent import PLACE, RECORDED, SentDataSet

from archive_flow.run.context import Run
from archive_flow.run.report import Selected
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessor
from archive_flow.select.choose import select
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.in_archive import InArchive
from archive_flow.select.on_rig import OnRig
from archive_flow.submissions.ending import ending_of
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.transfer import ledger_store
from archive_flow.transfer.ledger_store import LedgerStore
from archive_flow.transfer.shipment import data_set_name
from archive_flow.upload.shipment import UploadShipment
from globus_provider.errors import NotNow
from session_archive.request.selection import Selection
from session_archive.states.state import LabSession, State
from session_archive.transfers.ending import Arrived, Failed, NothingToMove, UnderWay
from session_archive.transfers.submission import End, Outcome, Promise
from support.stack import Stack

SESSION = "SC038 2021-01-01 11:00"


def next_night(night: Run, **params: object) -> Run:
    selection = Selection.from_params(
        {"kinds": ["raw-ephys"], **params}, kinds=tuple(night.settings.data_sets)
    )
    return replace(night, run_id="night 2", selection=selection)


def assessed(night: Run, sent: SentDataSet, *, by: type[Assessor] = OnRig, **params: object) -> Assessments:
    found = assess_folders(by(next_night(night, **params)))
    return replace(
        found,
        work_items=tuple(each for each in found.work_items if each.name == sent.name),
        rows=tuple(row for row in found.rows if sent.name.session.subject in row.session),
    )


@pytest.fixture(scope="module")
def session(night: Run) -> LabSession:
    return next(each for each in night.catalog.expected_sessions("raw-ephys") if str(each) == SESSION)


@pytest.fixture(scope="module")
def arrived(night: Run, stack: Stack, session: LabSession) -> SentDataSet:
    """Two files of a session of the lab, in the archive; the run has died before it recorded them."""
    sent = SentDataSet(night, stack, origin="far-rig", subject="SC038")
    sent.item = replace(sent.item, session_id=str(session.id), session=str(session), session_key=session.key)
    UploadShipment("upload", sent.item).submitted(night)
    sent.arrive()
    return sent


@contextmanager
def untouched(sent: SentDataSet) -> Iterator[None]:
    yield


def moved_to(name: str) -> Callable[[SentDataSet], AbstractContextManager[None]]:
    @contextmanager
    def moved(sent: SentDataSet) -> Iterator[None]:
        new = sent.folder.with_name(name)
        sent.folder.rename(new)
        yield
        new.rename(sent.folder)

    return moved


@contextmanager
def doubled(sent: SentDataSet) -> Iterator[None]:
    """The same day in two spellings: nobody can say which folder it is."""
    second = sent.folder.with_name("catgt_SC038_20210101_g0")
    second.mkdir()
    yield
    second.rmdir()


@contextmanager
def without_a_file(sent: SentDataSet) -> Iterator[None]:
    (sent.root / sent.paths[0]).unlink()
    yield
    sent.write(sent.paths[0], b"as recorded", at=RECORDED)


@contextmanager
def changed(sent: SentDataSet) -> Iterator[None]:
    sent.rewrite()
    yield
    sent.write(sent.paths[0], b"as recorded", at=RECORDED)


@contextmanager
def with_one_more(sent: SentDataSet) -> Iterator[None]:
    later = sent.folder / "SC038_010121_g0_t0.imec0.ap.bin"
    later.write_bytes(b"later")
    yield
    later.unlink()


@contextmanager
def silent(sent: SentDataSet) -> Iterator[None]:
    sent.stack.globus.fault(listing="far_rig:/data", do="offline", times=0)
    yield
    sent.stack.globus.clear_faults()


@pytest.mark.parametrize(
    "shown",
    [
        untouched,
        moved_to("backup of it"),
        moved_to("catgt_SC038_010221_g0"),
        doubled,
        without_a_file,
        changed,
        with_one_more,
        silent,
    ],
)
def test_what_arrived_is_taken_up_whatever_the_rig_shows(
    night: Run,
    arrived: SentDataSet,
    session: LabSession,
    shown: Callable[[SentDataSet], AbstractContextManager[None]],
) -> None:
    with shown(arrived):
        found = assessed(night, arrived)
    (item,) = found.work_items
    submission, _ = night.catalog.ledger.attempts(arrived.name.id, PLACE)[-1]
    assert item == replace(arrived.item, n_files=2, n_bytes=22, submission_id=str(submission.submission_id))
    assert item.session_key == session.key
    assert str(session.id) not in {str(row.target) for row in found.rows}
    notes = "; ".join(line for each in found.notes for line in each.noted.named)
    assert "the transfer of run night 1 was never recorded: it is taken up from the ledger" in notes


def test_a_run_for_other_sessions_and_a_discovery_leave_it(night: Run, arrived: SentDataSet) -> None:
    assert assessed(night, arrived, subjects=["SC022"]).work_items == ()
    (item,) = assessed(night, arrived, by=InArchive).work_items
    assert item.submission_id == ""


def test_no_limit_of_a_night_leaves_it_to_a_later_one(night: Run, stack: Stack, arrived: SentDataSet) -> None:
    second = SentDataSet(night, stack, origin="rig", subject="SC099")
    ready = SentDataSet(night, stack, origin="far-rig", subject="SC001")
    second.arrive()
    kinds = night.settings.data_sets
    ephys = kinds["raw-ephys"].model_copy(update={"unclaimed": "archive"})
    limits = night.settings.limits.model_copy(update={"bytes_per_night": 1})
    settings = night.settings.model_copy(update={"data_sets": {**kinds, "raw-ephys": ephys}})
    wide = replace(night, settings=settings)
    tight = replace(night, settings=settings.model_copy(update={"limits": limits}))

    def taken(run: Run = tight, **params: object) -> set[str]:
        selected = select(OnRig(next_night(run, dates=["2021-01-01"], **params)))
        assert isinstance(selected, Selected)
        return {each.name.session.subject for each in selected.work_items}

    assert ready.name.session.subject < arrived.name.session.subject, "it would be the first otherwise"
    assert taken(wide) == {"SC001", "SC038", "SC099"}
    assert taken() == {"SC038", "SC099"}
    assert taken(limit=2) == {"SC038", "SC099"}
    states = {row.target: row.state for row in night.catalog.states.newest_rows(data_set_type="raw-ephys")}
    assert taken(limit=1) == {"SC038"}
    now = {row.target: row.state for row in night.catalog.states.newest_rows(data_set_type="raw-ephys")}
    assert now.get(second.name.id) == states.get(second.name.id), "what was sent is not called ready"
    second.remove()
    ready.remove()


def test_a_run_does_not_wait_for_its_folder_to_settle(night: Run, arrived: SentDataSet) -> None:
    readiness = night.settings.readiness.model_copy(update={"settle_gap": 3600.0})
    patient = replace(night, settings=night.settings.model_copy(update={"readiness": readiness}))
    found = assessed(patient, arrived)
    assert str(arrived.name) not in {name for notes in found.notes for name, _ in notes.settling}


def test_recording_needs_no_room_at_the_service(
    night: Run, arrived: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = night.settings.limits.model_copy(update={"max_unfinished": 0})
    full = replace(night, settings=night.settings.model_copy(update={"limits": limits}), run_id="night 2")
    monkeypatch.setattr(ledger_store, "open_run", lambda route, context, **given: nullcontext(full))
    (item,) = assessed(night, arrived).work_items
    assert LedgerStore({}, "upload", UploadShipment("upload", item)).load() is None
    with pytest.raises(NotNow):
        LedgerStore({}, "upload", UploadShipment("upload", arrived.item)).load()


def test_nothing_is_sent_for_it(night: Run, arrived: SentDataSet) -> None:
    (item,) = assessed(night, arrived).work_items
    shipment = UploadShipment("upload", item)
    assert shipment.only_records
    (arrived.stack.archive / "4ElectrodeRig_Ephys" / arrived.paths[0]).rename(arrived.stack.archive / "away")
    assert shipment.promise(night, item.manifest_id) == Promise(item.manifest_id, ())
    (arrived.stack.archive / "away").rename(arrived.stack.archive / "4ElectrodeRig_Ephys" / arrived.paths[0])
    assert not UploadShipment("upload", arrived.item).only_records


def test_a_place_that_is_no_longer_in_the_settings_stops_only_this_data_set(
    night: Run, arrived: SentDataSet
) -> None:
    sources = {name: place for name, place in night.settings.sources.items() if name != "far-rig"}
    fewer = replace(night, settings=night.settings.model_copy(update={"sources": sources}))
    found = assessed(fewer, arrived)
    assert found.work_items == ()
    (row,) = (row for row in found.rows if row.session == SESSION)
    assert (row.state, "no place 'far-rig'" in row.reason) == (State.FAILED, True)


def ending(night: Run, item: WorkItem) -> object:
    return ending_of(night, data_set_name("upload", item), PreviousTasks(), submission_id=item.submission_id)


def test_once_it_is_recorded_it_is_not_taken_up_again(night: Run, arrived: SentDataSet) -> None:
    (item,) = assessed(night, arrived).work_items
    recorded = ending(night, item)
    assert isinstance(recorded, Arrived)
    arrived.item = item
    with moved_to("backup of it")(arrived):
        assert arrived.record(recorded).state is State.ARCHIVED
        found = assessed(night, arrived)
    assert found.work_items == ()
    assert [row.state for row in found.rows if row.session == SESSION] == [State.ARCHIVED]
    assert [file.path for file in arrived.cataloged()] == arrived.paths


@pytest.mark.fault(36)
@pytest.mark.parametrize("spoil", [SentDataSet.rewrite, None])
def test_a_verification_that_fails_ends_it_too(
    night: Run, stack: Stack, spoil: Callable[[SentDataSet], None] | None
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    sent.arrive()
    (item,) = assessed(night, sent).work_items
    if spoil:
        spoil(sent)
    else:
        (stack.archive / "4ElectrodeRig_Ephys" / sent.paths[0]).unlink()
    recorded = ending(night, item)
    assert isinstance(recorded, Arrived)
    assert sent.record(recorded).state is (State.CHANGED if spoil else State.FAILED)
    assert all(each.submission_id == "" for each in assessed(night, sent).work_items)
    sent.remove()


def test_files_that_the_catalog_refuses_end_it_too(night: Run, stack: Stack) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    assert sent.record(sent.arrive()).state is State.ARCHIVED
    sent.rewrite()
    changed_files = night.list_origin(sent.item).manifest
    sent.item = replace(sent.item, manifest_id=night.catalog.ledger.save_manifest(changed_files))
    again = sent.arrive()
    (item,) = (each for each in assessed(night, sent).work_items if each.submission_id)
    sent.item = item
    result = sent.record(again)
    assert (result.state, "is archived with other files" in result.reason) == (State.REFUSED, True)
    assert all(each.submission_id == "" for each in assessed(night, sent).work_items)
    sent.remove()


def test_a_folder_that_no_session_claims_is_taken_up_too_and_is_not_called_gone(
    night: Run, stack: Stack
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    night.catalog.states.record([sent.item.state(State.UNCLAIMED, "no session", run_id="night 0")])
    sent.arrive()
    for shown in (untouched, moved_to("backup of it")):
        with shown(sent):
            found = assessed(night, sent)
        (item,) = found.work_items
        assert (item.session_id, item.session_key) == (str(sent.name.id), {})
        assert item.directory == sent.directory
        assert sent.name.id not in {row.target for row in found.rows}


def test_a_transfer_under_way_or_with_a_lost_answer_is_found_without_its_folder(
    night: Run, stack: Stack
) -> None:
    under_way, unanswered, never_sent = (SentDataSet(night, stack, origin="rig") for _ in range(3))
    stack.globus.fault(file=f"*{under_way.paths[0]}", do="permission_denied", times=0)
    begun = under_way.begin()
    night.catalog.ledger.accept(begun.submission_id, under_way.post(begun))
    unanswered.wait(unanswered.post(unanswered.begin()))
    never_sent.begin()
    for sent in (under_way, unanswered, never_sent):
        sent.remove()
    assert assessed(night, unanswered, dry_run=True).work_items == ()
    (item,) = assessed(night, under_way).work_items
    assert item.submission_id == str(begun.submission_id)
    in_time = PreviousTasks(
        transfer_task_id=str(night.catalog.ledger.submission(begun.submission_id)[0].transfer_task_id)
    )
    stands = ending_of(night, data_set_name("upload", item), in_time, submission_id=item.submission_id)
    assert isinstance(stands, UnderWay)
    (item,) = assessed(night, unanswered).work_items
    accepted = night.catalog.ledger.submission(uuid.UUID(item.submission_id))[0]
    assert accepted.transfer_task_id is not None
    assert assessed(night, never_sent).work_items == ()
    stack.globus.clear_faults()
    for left in night.catalog.ledger.unfinished():
        night.catalog.ledger.finish(left.submission_id, Outcome(End.FAILED, "the test is over"))


@pytest.mark.fault(47)
def test_a_forgotten_transfer_is_compared_where_the_rig_shows_something_else(
    night: Run, stack: Stack
) -> None:
    sent = SentDataSet(night, stack, origin="rig")
    submission = sent.send()
    night.catalog.ledger.finish(submission.submission_id, Outcome(End.LOST, "forgotten"))
    with without_a_file(sent):
        (item,) = assessed(night, sent).work_items
    stands = ending(night, item)
    assert isinstance(stands, NothingToMove)
    failed = SentDataSet(night, stack, origin="rig")
    of_failed = failed.send()
    night.catalog.ledger.finish(of_failed.submission_id, Outcome(End.FAILED, "quota"))
    assert assessed(night, failed).work_items == ()
    item = replace(failed.item, submission_id=str(of_failed.submission_id))
    assert isinstance(ending(night, item), Failed)
    sent.remove()
    failed.remove()
