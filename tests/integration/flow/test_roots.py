"""A disk that is not mounted: its root is doubtful, nothing is concluded there, and nothing is sent there."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive_flow.discover.record import record_found
from archive_flow.doctor.marks import mark_checks
from archive_flow.retrieve.scratch_place import ScratchPlace
from archive_flow.retrieve.shipment import RetrieveShipment
from archive_flow.routes import DISCOVER
from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from archive_flow.run.report import Report, add_up
from archive_flow.run.roots import prepare_destination
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.in_archive import InArchive
from archive_flow.select.on_rig import OnRig
from archive_flow.upload.shipment import UploadShipment
from session_archive.errors import ArchiveError, DoubtfulListingError, MissingDirectoryError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.root_listing import FOLDER, RootListing
from session_archive.states.state import State
from session_archive.transfers.submission import Promise
from support.sample_rig import NEW_YEAR, make_rig
from support.stack import Stack

ARCHIVE = "archive-ephys"
LOCATION = "4ElectrodeRig_Ephys"


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Stack:
    """A rig with the sample recordings."""
    make_rig(stack.rig)
    return stack


@pytest.fixture
def run(filled: Stack, night: Run, tmp_path: Path) -> Iterator[Run]:
    """As a new task has it. Roots are put back and forgotten behind it, by an administrator."""
    aside = tmp_path / "aside"
    shutil.copytree(filled.rig, aside)
    archive, scratch = filled.archive / LOCATION, filled.scratch / "retrieved"
    yield task(night)
    filled.globus.clear_faults()
    for root in (filled.rig, archive, scratch, filled.far_rig):
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
    (filled.archive / FOLDER).rmdir() if (filled.archive / FOLDER).exists() else None
    shutil.copytree(aside, filled.rig, dirs_exist_ok=True)
    for table in ("root_listing__accepted", "root_listing__unarchived", "root_listing", "data_set_state"):
        filled.database.execute(f"DELETE FROM archive.{table}")


def task(run: Run, **params: Any) -> Run:
    """The same run as another task has it."""
    return replace(run, params={**run.params, **params}, believed={}, started_by="ann")


def night_of(run: Run) -> Assessments:
    """What a night's select finds, with its states recorded."""
    found = assess_folders(OnRig(run))
    run.catalog.states.record(found.rows)
    return found


def unlisted(found: Assessments) -> dict[str, str]:
    """Where -> why, as the report says it."""
    return Report.of(add_up(found.notes)).unlisted


def states(run: Run) -> dict[str, State]:
    return {row.session + row.data_set_type: row.state for row in run.catalog.states.newest_rows()}


def empty(root: Path) -> None:
    """As a mount point without its disk."""
    shutil.rmtree(root)
    root.mkdir()


def listings(run: Run) -> int:
    return len(run.catalog.tables.RootListing.to_dicts())


@pytest.mark.fault(27)
def test_an_empty_rig_is_an_alarm_with_both_numbers_and_changes_no_state(run: Run, filled: Stack) -> None:
    night_of(run)
    before = states(run)
    assert State.UNCLAIMED in before.values()
    shutil.move(filled.rig / "SC038", filled.far_rig / "SC038")
    empty(filled.rig)
    for _ in range(2):
        found = night_of(task(run))
        ((where, why),) = unlisted(found).items()
        assert where == "rig"
        assert "rig: its root is empty: 13 of 13 known data sets that are not archived are missing" in why
        assert "--accept-missing rig" in why
        # The other rig goes on.
        assert {each.origin for each in found.work_items} == {"far-rig"}
        changed = {key for key, state in states(run).items() if before.get(key) is not state}
        assert not {key for key in changed if not key.startswith("SC038")}
        assert not {State.GONE} & set(states(run).values())


def test_a_person_says_that_it_is_so_once(run: Run, filled: Stack) -> None:
    night_of(run)
    empty(filled.rig)
    dry = task(run, accept_missing=["rig"])
    dry = replace(dry, selection=replace(dry.selection, dry_run=True))
    assert unlisted(assess_folders(OnRig(dry))) == {}
    assert list(unlisted(night_of(task(run)))) == ["rig"]
    assert unlisted(night_of(task(run, accept_missing=["rig"]))) == {}
    assert set(states(run).values()) == {State.NOT_FOUND, State.GONE}
    (row,) = run.catalog.tables.RootListing.Accepted.to_dicts()
    assert (row["accepted_by"], row["n_known"], row["n_missing"]) == ("ann", 13, 13)
    # It is not asked for again, and counts once.
    assert unlisted(night_of(task(run))) == {}
    make_rig(filled.rig)
    night_of(task(run))
    empty(filled.rig)
    assert list(unlisted(night_of(task(run)))) == ["rig"]


def test_more_than_a_third_of_the_folders_at_once_is_too_many(run: Run, filled: Stack) -> None:
    night_of(run)
    before = states(run)
    shutil.rmtree(filled.rig / "SC022")  # 3 of 13
    shutil.rmtree(filled.rig / "SC045/03022020")
    assert unlisted(night_of(task(run))) == {}
    assert State.GONE in states(run).values()
    make_rig_again(filled)
    night_of(task(run))
    for subject in ("SC035", "SC050"):
        shutil.rmtree(filled.rig / subject)  # 5 of 13
    found = night_of(task(run))
    assert "5 of 13 known data sets that are not archived are missing" in unlisted(found)["rig"]
    assert found.work_items == ()
    assert {key: state for key, state in states(run).items() if "SC035" in key} == {
        key: state for key, state in before.items() if "SC035" in key
    }
    assert unlisted(night_of(task(run, accept_missing=["rig"]))) == {}
    assert unlisted(night_of(task(run))) == {}
    assert State.NOT_FOUND in {state for key, state in states(run).items() if "SC035" in key}


def make_rig_again(filled: Stack) -> None:
    empty(filled.rig)
    make_rig(filled.rig)


@pytest.mark.fault(27)
def test_the_marker_tells_a_wrong_disk_that_has_other_folders(run: Run, filled: Stack) -> None:
    (filled.rig / FOLDER).mkdir()
    found = night_of(run)
    before = states(run)
    assert not any(FOLDER in line for line in Report.of(add_up(found.notes)).left_out)
    empty(filled.rig)
    for number in range(9):
        (filled.rig / f"old{number}").mkdir()
    found = night_of(task(run))
    assert f"no longer has the folder {FOLDER}: 13 of 13 known data sets" in unlisted(found)["rig"]
    assert states(run) == before


def test_a_dry_run_records_and_makes_nothing(run: Run, filled: Stack) -> None:
    dry = replace(run, selection=replace(run.selection, dry_run=True))
    assess_folders(OnRig(dry))
    assert listings(run) == 0
    assert not (filled.archive / LOCATION / FOLDER).exists()


def test_a_place_that_does_not_exist_cannot_be_accepted(run: Run) -> None:
    with pytest.raises(ArchiveError, match=r"'rigg' is not a place of archive\.toml; there are rig, far-rig"):
        night_of(task(run, accept_missing=["rigg"]))


def test_nothing_is_assessed_for_an_archive_that_is_not_mounted(run: Run, filled: Stack) -> None:
    archive = filled.archive / LOCATION
    (archive / FOLDER).mkdir()
    assert unlisted(night_of(run)) == {}
    before = states(run)
    empty(archive)
    for _ in range(2):
        found = night_of(task(run))
        assert f"{ARCHIVE}: its root no longer has the folder {FOLDER}: 0 of 0" in unlisted(found)[ARCHIVE]
        assert {each.name.data_set_type for each in found.work_items} == {"raw-video"}
        assert states(run) == before
    for params in ({"accept_missing": [ARCHIVE]}, {}):
        found = night_of(task(run, **params))
        assert unlisted(found) == {}
        assert {each.name.data_set_type for each in found.work_items} == {"raw-ephys", "raw-video"}


def work_item(run: Run, directory: str = "SC038/catgt_SC038_010121_g0", **changes: Any) -> WorkItem:
    values: dict[str, Any] = {
        "data_set": "raw-ephys/SC038/2021-01-01",
        "directory": directory,
        "origin": "rig",
        "destination": ARCHIVE,
        "manifest_id": "",
        "session_id": "00000000-0000-0000-0000-000000000001",
        "session": str(NEW_YEAR),
    }
    return WorkItem(**{**values, **changes})


def test_files_of_an_archive_that_is_not_mounted_do_not_count_as_absent(run: Run, filled: Stack) -> None:
    archive = filled.archive / LOCATION
    (archive / "SC001").mkdir()
    with pytest.raises(MissingDirectoryError):
        task(run).list_destination(work_item(run))
    shutil.rmtree(archive / "SC001")
    item = work_item(run)
    files = Manifest.of([FileEntry(f"{item.directory}/a.bin", 1, 1)])
    manifest_id = run.catalog.ledger.save_manifest(files)
    for look in (
        lambda new: new.list_destination(item),
        lambda new: UploadShipment("upload", item).promise(new, manifest_id),
    ):
        with pytest.raises(DoubtfulListingError, match=f"{ARCHIVE}: its root is empty: 1 of 1"):
            look(task(run))
    # Not even a person's word in this run counts here: it was given for what was missing when the run began.
    with pytest.raises(DoubtfulListingError):
        task(run, accept_missing=[ARCHIVE]).list_destination(item)
    listed = list_folders(task(run), ARCHIVE, ["SC001", "SC002"])
    assert all(isinstance(error, DoubtfulListingError) for error in listed.values())
    assert len(listed) == 2
    # The root itself may be gone too.
    archive.rmdir()
    with pytest.raises(DoubtfulListingError):
        task(run).list_destination(item)


def sent(run: Run, item: WorkItem) -> Promise:
    """What an upload would send of one file, after a look at the archive."""
    files = Manifest.of([FileEntry(f"{item.directory}/a.bin", 1, 1)])
    return UploadShipment("upload", item).promise(run, run.catalog.ledger.save_manifest(files))


def test_a_root_is_marked_when_something_is_sent_there(run: Run, filled: Stack) -> None:
    archive, item = filled.archive / LOCATION, work_item(run)
    assert unlisted(night_of(run)) == {}
    assert not (archive / FOLDER).exists()
    assert len(sent(task(run), item).items) == 1
    assert (archive / FOLDER).is_dir()
    # A disk that goes away during this first transfer is noticed too.
    assert run.catalog.root_listings.last(ARCHIVE) == RootListing(marker=True)
    made = len(filled.globus.requests("POST"))
    assert len(sent(task(run), item).items) == 1
    # The second task has seen it.
    assert len(filled.globus.requests("POST")) == made
    empty(archive)
    with pytest.raises(DoubtfulListingError):
        sent(task(run), item)
    assert list(archive.iterdir()) == []


def test_a_new_archive_need_not_exist(run: Run, filled: Stack) -> None:
    archive = filled.archive / LOCATION
    archive.rmdir()
    before = len(filled.globus.requests("POST"))
    prepare_destination(task(run), run.place(ARCHIVE))
    # A transfer makes it.
    assert len(sent(task(run), work_item(run)).items) == 1
    assert len(filled.globus.requests("POST")) == before
    assert not archive.exists()


def test_an_archive_that_may_not_be_marked_is_used_all_the_same(run: Run, filled: Stack) -> None:
    filled.globus.fault(
        match="POST */mkdir", do="status", status=403, code="EndpointPermissionDenied", times=0
    )
    assert len(sent(task(run), work_item(run)).items) == 1
    assert not (filled.archive / LOCATION / FOLDER).exists()


def test_an_archive_that_does_not_answer_is_left_to_the_submissions(run: Run, filled: Stack) -> None:
    filled.globus.fault(listing=f"archive:/{LOCATION}", do="offline", times=0)
    found = night_of(run)
    assert unlisted(found) == {}
    assert {each.name.data_set_type for each in found.work_items} == {"raw-ephys", "raw-video"}


def test_a_discovery_calls_no_folder_gone_in_an_archive_that_is_not_mounted(run: Run, filled: Stack) -> None:
    archive = filled.archive / LOCATION
    shutil.copytree(filled.rig / "SC022", archive / "SC022")
    discovery = replace(task(run), route=DISCOVER.name)
    found = assess_folders(InArchive(discovery))
    run.catalog.states.record(found.rows)
    assert State.UNCLAIMED in states(run).values()
    empty(archive)
    found = assess_folders(InArchive(task(discovery)))
    assert "its root is empty: 2 of 2 known data sets" in unlisted(found)[ARCHIVE]
    assert State.GONE not in {row.state for row in found.rows}
    accepted = assess_folders(InArchive(task(discovery, accept_missing=[ARCHIVE])))
    assert ARCHIVE not in unlisted(accepted)
    assert State.GONE in {row.state for row in accepted.rows}


def test_a_scratch_place_is_known_by_its_marker_since_people_empty_it(run: Run, filled: Stack) -> None:
    scratch, place = filled.scratch / "retrieved", run.place("analysis")
    item = work_item(run, origin=ARCHIVE, destination="analysis")
    promised = Manifest.of([FileEntry(f"{item.directory}/a.bin", 1, 1)])
    manifest_id = run.catalog.ledger.save_manifest(promised)
    (scratch / "results").mkdir()
    prepare_destination(task(run), place)
    assert len(ScratchPlace(task(run), place).plan(item, promised).items) == 1
    assert not (scratch / FOLDER).exists()
    assert len(RetrieveShipment("retrieve", item).promise(task(run), manifest_id).items) == 1
    assert (scratch / FOLDER).is_dir()
    (scratch / "results").rmdir()
    assert len(ScratchPlace(task(run), place).plan(item, promised).items) == 1
    (scratch / FOLDER).rmdir()
    with pytest.raises(DoubtfulListingError, match="analysis: its root no longer has"):
        ScratchPlace(task(run), place).plan(item, promised)
    with pytest.raises(DoubtfulListingError):
        RetrieveShipment("retrieve", item).promise(task(run), manifest_id)
    with pytest.raises(DoubtfulListingError):
        prepare_destination(task(run), place)
    assert not (scratch / FOLDER).exists()
    prepare_destination(task(run, accept_missing=["analysis"]), place)
    assert len(ScratchPlace(task(run), place).plan(item, promised).items) == 1


def test_a_person_marks_every_root_that_has_folders_rigs_too(run: Run, filled: Stack) -> None:
    (filled.archive / LOCATION / "SC001").mkdir()
    (filled.far_rig / "SC001").mkdir()
    filled.globus.fault(match="POST */mkdir", do="status", status=403, code="EndpointPermissionDenied")
    checks = {check.subject: check for check in mark_checks(run.settings, run.hook_of)}
    assert list(checks) == [
        *("source rig", "source far-rig", "location archive-ephys", "location archive-video"),
        "scratch analysis",
    ]
    # The first one was refused, and two have no folder of their own.
    assert {subject: str(check.grade) for subject, check in checks.items() if check.grade != "ok"} == {
        "source rig": "warning",
        "location archive-video": "warning",
        "scratch analysis": "warning",
    }
    assert "by hand" in checks["source rig"].advice
    assert [(root / FOLDER).is_dir() for root in (filled.far_rig, filled.archive / LOCATION)] == [True, True]
    assert not (filled.scratch / "retrieved" / FOLDER).exists()
    again = {check.subject: check for check in mark_checks(run.settings, run.hook_of)}
    assert again["source rig"].found.startswith("the folder .session-archive was made in")
    assert "has the folder" in again["source far-rig"].found


def test_a_discovery_task_concludes_nothing_from_an_archive_that_is_not_mounted_any_more(
    run: Run, filled: Stack
) -> None:
    archive = filled.archive / LOCATION
    shutil.copytree(filled.rig / "SC022", archive / "SC022")
    discovery = replace(task(run), route=DISCOVER.name)
    assess_folders(InArchive(discovery))
    empty(archive)
    item = work_item(
        run, "SC022/catgt_SC022_080819_g0", data_set="raw-ephys/SC022/2019-08-08", origin=ARCHIVE
    )
    (result,) = record_found(task(discovery), [item], key="1", given_up="")
    assert (result.state, result.unlisted) == (State.WAITING, True)
    assert "counts as not listed" in result.reason
