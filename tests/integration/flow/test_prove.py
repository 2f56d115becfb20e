"""Data sets that discovery found in the archive are proven by the rig's copies, a share of bytes each night."""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.flow.earlier import recorded

from archive_flow.cli.accept import accept
from archive_flow.routes import DISCOVER, UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.report import Selected
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.select.assessor import Assessed
from archive_flow.select.choose import select
from archive_flow.select.claims import assess_folders
from archive_flow.select.on_rig import OnRig
from archive_flow.select.prove import within_budget
from archive_flow.upload import read_copies
from archive_flow.upload.proof import read_at_both_ends
from session_archive import clock
from session_archive.assess.verdict import Leave, Prove, Transfer
from session_archive.errors import ArchiveError
from session_archive.naming.session_name import DataSetName
from session_archive.request.selection import Selection
from session_archive.states.state import State, StateRow
from support.sample_rig import make_rig
from support.stack import Stack

LOCATION = "archive-ephys"
#: Data set -> its folder: those of the sample rig that are complete, in the order in which they were found.
FOLDERS = {
    "raw-ephys/SC022/2019-08-08": "SC022/catgt_SC022_080819_g0",
    "raw-ephys/SC035/2020-01-07": "SC035/catgt_SC035_010720_g0",
    "raw-ephys/SC035/2020-01-07/1": "SC035/catgt_SC035_010720_1_g0",
    "raw-ephys/SC038/2020-01-01": "SC038/catgt_SC038_010120_g0",
    "raw-ephys/SC038/2021-01-01": "SC038/catgt_SC038_010121_g0",
}
FIRST, SECOND, THIRD, FOURTH, FIFTH = FOLDERS
BEGUN = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def made(night: Run, stack: Stack) -> Run:
    """Five data sets on a rig, and copies of them that another program sent, without their times."""
    make_rig(stack.rig)
    archive = stack.archive / "4ElectrodeRig_Ephys"
    for folder in FOLDERS.values():
        shutil.copytree(stack.rig / folder, archive / folder)
    for file in archive.rglob("*"):
        os.utime(file, (1_650_000_000, 1_650_000_000))
    local = night.settings.locations[LOCATION].model_copy(update={"declared_local_path": str(archive)})
    return with_settings(
        replace(night, selection=Selection.from_params({"kinds": ["raw-ephys"]}, kinds=["raw-ephys"])),
        locations={**night.settings.locations, LOCATION: local},
    )


@pytest.fixture
def run(made: Run, stack: Stack) -> Iterator[Run]:
    """The catalog knows them as unverified; what a test has changed is put back after it."""
    kept = stack.directory / "kept"
    for root in (stack.rig, stack.archive):
        shutil.copytree(root, kept / root.name)
    stack.drop_catalog()
    stack.install_catalog()
    with stack.catalog() as catalog, pytest.MonkeyPatch.context() as patch:
        run = replace(made, catalog=catalog)
        ready = {each.data_set: each for each in assess_folders(OnRig(run)).work_items}
        for number, name in enumerate(FOLDERS):
            patch.setattr(clock, "utc_now", lambda number=number: BEGUN + dt.timedelta(minutes=number))
            found(run, ready[name])
        yield run
    for root in (stack.rig, stack.archive):
        shutil.rmtree(root)
        shutil.copytree(kept / root.name, root)
    shutil.rmtree(kept)


def with_settings(run: Run, **update: object) -> Run:
    return replace(run, settings=run.settings.model_copy(update=update))


def with_budget(run: Run, n_bytes: int) -> Run:
    limits = run.settings.limits.model_copy(update={"proof_bytes_per_night": n_bytes})
    return with_settings(run, limits=limits)


def found(run: Run, work_item: WorkItem) -> None:
    """As a discovery records it."""
    listed = run.list_destination(work_item).manifest
    recorded(run, work_item, listed, state=State.UNVERIFIED, route=DISCOVER.name)


def one_night(
    run: Run, days: int, patch: pytest.MonkeyPatch, *, dry_run: bool = False
) -> dict[str, Result | StateRow]:
    """Data set -> what became of it, in select or in its own group."""
    patch.setattr(clock, "utc_now", lambda: BEGUN + dt.timedelta(days=days))
    selection = replace(run.selection, dry_run=dry_run)
    selected = select(OnRig(replace(run, selection=selection, run_id=f"night {days}")))
    assert isinstance(selected, Selected)
    assert all(work_item.proof for work_item in selected.work_items)
    results = {each.data_set: prove(run, each) for each in selected.work_items}
    rows = {row.data_set: row for row in run.catalog.states.newest_rows(data_set_type="raw-ephys")}
    return {name: results.get(name) or rows[name] for name in FOLDERS}


def prove(run: Run, work_item: WorkItem) -> Result:
    (result,) = UPLOAD.record(run, [work_item], {})
    return result


def states(of: dict[str, Result | StateRow]) -> list[State]:
    return [each.state for each in of.values()]


def copy_of(stack: Stack, name: str, pattern: str) -> Path:
    return next((stack.archive / "4ElectrodeRig_Ephys" / FOLDERS[name]).rglob(pattern))


@pytest.mark.fault(30)
def test_copies_with_the_rigs_content_become_archived_and_nothing_is_sent(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat() for path in stack.archive.rglob("*")}
    after = one_night(run, 1, monkeypatch)
    assert states(after) == [State.ARCHIVED] * 5
    assert stack.globus.effects("accepted") == []
    assert {path: path.stat() for path in stack.archive.rglob("*")}.keys() == before.keys()
    name = DataSetName.parse(FIFTH)
    known = run.catalog.replicas.files(name.id)
    assert {file.vouched_by for file in known.files} == {"spikeglx", "read"}
    assert run.catalog.replicas.is_proven(name.id, LOCATION)
    rig = {path: int((stack.rig / path).stat().st_mtime) for path in (file.path for file in known.files)}
    assert {file.path: file.mtime for file in known.files} == rig, "as any data set that we sent"
    assert len(run.catalog.links["ArchivedRawEphys"].to_dicts()) == 5
    # The next night has nothing to prove, and compares them with the rig.
    again = one_night(run, 2, monkeypatch)
    assert states(again) == [State.ARCHIVED] * 5 and not any(
        isinstance(each, Result) for each in again.values()
    )


@pytest.mark.fault(34)
@pytest.mark.parametrize("pattern", ["*nidq.bin", "*nidq.meta"])
def test_a_copy_that_differs_is_an_alarm_that_changes_nothing_and_is_not_read_again(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    copy = copy_of(stack, FIFTH, pattern)
    original, times = copy.read_bytes(), copy.stat()
    rotten = bytes([original[0] ^ 1]) + original[1:]
    copy.write_bytes(rotten)
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    night = one_night(run, 1, monkeypatch)
    assert states(night) == [*[State.ARCHIVED] * 4, State.REFUSED]
    algorithm = "SHA1" if pattern == "*nidq.bin" else "SHA256"
    reason = night[FIFTH].reason
    assert f"1 of 6 files differ, the first: {FOLDERS[FIFTH]}/{copy.name}: {algorithm} " in reason
    assert " promised, " in reason and " found" in reason
    assert copy.read_bytes() == rotten
    name = DataSetName.parse(FIFTH)
    assert not run.catalog.replicas.is_proven(name.id, LOCATION)
    again = one_night(run, 2, monkeypatch)[FIFTH]
    assert isinstance(again, StateRow), "it is not read again"
    assert (again.state, again.reason) == (State.REFUSED, reason)
    # A person mended it, and says so.
    copy.write_bytes(original)
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    accepting(stack, monkeypatch, again=True)
    assert one_night(run, 3, monkeypatch)[FIFTH].state is State.ARCHIVED


def test_a_small_budget_proves_all_in_some_nights_the_first_found_first_and_a_huge_one_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = with_budget(run, 1)
    assert states(one_night(poor, 1, monkeypatch, dry_run=True)) == [State.UNVERIFIED] * 5
    for night, name in enumerate(FOLDERS, start=1):
        after = one_night(poor, night, monkeypatch)
        assert after[name].state is State.ARCHIVED
        for held_back in list(FOLDERS)[night:]:
            assert after[held_back].state is State.UNVERIFIED
            assert "held back by limits.proof_bytes_per_night" in after[held_back].reason


def test_what_cannot_be_read_stays_unverified_and_keeps_no_other_waiting(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = with_budget(run, 1)
    locked = copy_of(stack, FIRST, "*nidq.bin")
    listed_by_globus = locked.stat()
    other = stack.directory / "other_archive"
    shutil.copytree(stack.archive / "4ElectrodeRig_Ephys", other)
    # Another folder than the collection's: what is read there proves nothing about the archive.
    local = run.settings.locations[LOCATION].model_copy(update={"declared_local_path": str(other)})
    wrong = with_settings(poor, locations={**run.settings.locations, LOCATION: local})
    os.utime(
        other / locked.relative_to(stack.archive / "4ElectrodeRig_Ephys"), (1_700_000_000, 1_700_000_000)
    )
    first = one_night(wrong, 1, monkeypatch)[FIRST]
    assert (first.state, isinstance(first, Result)) == (State.UNVERIFIED, True)
    assert "1 of 27 files could not be read and compared, the first: " in first.reason
    assert listed_by_globus.st_mtime != 1_700_000_000
    shutil.rmtree(other)
    assert [
        one_night(poor, night, monkeypatch)[name].state for night, name in enumerate(list(FOLDERS)[1:], 2)
    ] == [State.ARCHIVED] * 4
    assert one_night(poor, 6, monkeypatch)[FIRST].state is State.ARCHIVED


def accepting(
    stack: Stack, patch: pytest.MonkeyPatch, *, again: bool = False, without_checksum: bool = False
) -> None:
    """A person runs `session-archive accept`."""
    login = {"USER": "session_archive", "PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"]}
    login |= {"HOST": stack.database.host, "PORT": str(stack.database.port)}
    for key, value in login.items():
        patch.setenv(f"SESSION_ARCHIVE_CATALOG_{key}", value)
    patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
    accept(
        FIFTH,
        without_checksum=without_checksum,
        again=again,
        file=None,
        withdraw=False,
        why="compared",
        by="ann",
    )


def test_a_person_may_say_that_the_acquisition_programs_checksum_is_wrong(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ArchiveError, match="no proof of it failed"):
        accepting(stack, monkeypatch, without_checksum=True)
    for root in (stack.rig, stack.archive / "4ElectrodeRig_Ephys"):
        binary = next((root / FOLDERS[FIFTH]).rglob("*nidq.bin"))
        times = binary.stat()
        binary.write_bytes(b"trimmed".ljust(times.st_size))
        os.utime(binary, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert one_night(run, 1, monkeypatch)[FIFTH].state is State.REFUSED
    monkeypatch.setattr(clock, "utc_now", lambda: BEGUN + dt.timedelta(days=1.5))
    with pytest.raises(ArchiveError, match=r"--without-checksum if the files are, .* --again to send them"):
        accepting(stack, monkeypatch)
    accepting(stack, monkeypatch, without_checksum=True)
    assert f"in force for {FIFTH}: accepted without external checksum by ann" in capsys.readouterr().out
    assert one_night(run, 2, monkeypatch)[FIFTH].state is State.ARCHIVED
    files = run.catalog.replicas.files(DataSetName.parse(FIFTH).id).files
    assert {file.vouched_by for file in files if file.path.endswith("nidq.bin")} == {"read"}


@pytest.mark.parametrize("end", ["rig", "archive"])
def test_a_file_that_is_written_while_the_copies_are_read_is_no_difference(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    root = stack.rig if end == "rig" else stack.archive / "4ElectrodeRig_Ephys"
    written = next((root / FOLDERS[FIFTH]).rglob("*nidq.meta"))

    def while_reading(run: Run, work_item: WorkItem, *arguments: Any, **named: Any) -> Any:
        if work_item.data_set == FIFTH:
            written.write_bytes(bytes(written.stat().st_size))
        return read_at_both_ends(run, work_item, *arguments, **named)

    monkeypatch.setattr(read_copies, "read_at_both_ends", while_reading)
    night = one_night(with_budget(run, 10**9), 1, monkeypatch)
    assert (night[FIFTH].state, night[FOURTH].state) == (State.UNVERIFIED, State.ARCHIVED)
    assert "1 of 6 files could not be read and compared" in night[FIFTH].reason


def test_reading_ends_with_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    late = replace(run, deadline=BEGUN + dt.timedelta(days=1))
    night = one_night(late, 1, monkeypatch)
    assert states(night) == [State.UNVERIFIED] * 5
    assert "6 of 6 files could not be read and compared" in night[FIFTH].reason


def test_what_an_upload_sent_shares_the_budget_where_this_worker_reads_it(run: Run, night: Run) -> None:
    name = DataSetName.parse(FIFTH)
    replica = run.catalog.replicas.at(LOCATION)[name.id]
    to_prove = Assessed(WorkItem(FIFTH, FOLDERS[FIFTH], "rig", LOCATION, "", "", ""), Transfer())
    bounded = within_budget(run, to_prove, replica).assessment
    assert bounded == Prove(run.catalog.replicas.files(name.id).n_bytes, BEGUN + dt.timedelta(minutes=4))
    blind = with_settings(run, locations=night.settings.locations)
    assert within_budget(blind, to_prove, replica) == to_prove, "Globus compares both ends"
    left = replace(to_prove, assessment=Leave())
    assert within_budget(run, left, replica) == left


def test_one_folder_seen_by_two_paths_is_no_proof(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in FOLDERS.values():
        shutil.rmtree(stack.archive / "4ElectrodeRig_Ephys" / folder)
        for file in (stack.rig / folder).rglob("*"):
            link = stack.archive / "4ElectrodeRig_Ephys" / file.relative_to(stack.rig)
            link.parent.mkdir(parents=True, exist_ok=True)
            if file.is_file():
                os.link(file, link)
    assert states(one_night(run, 1, monkeypatch)) == [State.UNVERIFIED] * 5


def test_a_rig_that_has_changed_or_was_cleaned_proves_nothing(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown, gone = stack.rig / FOLDERS[FIRST], stack.rig / FOLDERS[SECOND]
    with next(grown.rglob("*nidq.bin")).open("ab") as file:
        file.write(b"more")
    next(gone.rglob("*nidq.bin")).unlink()
    shutil.rmtree(stack.rig / FOLDERS[THIRD])
    night = one_night(run, 1, monkeypatch)
    assert states(night) == [State.CHANGED, *[State.UNVERIFIED] * 2, *[State.ARCHIVED] * 2]
    assert "the rig no longer has 1 of them" in night[SECOND].reason


def test_trouble_with_the_archive_is_this_data_sets_own_and_is_no_verdict(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = "archive:/4ElectrodeRig_Ephys"
    stack.globus.fault(listing=f"{archive}/{FOLDERS[FIRST]}", do="offline", times=0)
    stack.globus.fault(listing=f"{archive}/{FOLDERS[SECOND]}", do="permission_denied", times=0)
    shutil.rmtree(stack.archive / "4ElectrodeRig_Ephys" / FOLDERS[THIRD])
    copy_of(stack, FOURTH, "*nidq.meta").unlink()
    night = one_night(run, 1, monkeypatch)
    assert states(night) == [
        State.UNVERIFIED,
        State.UNVERIFIED,
        State.FAILED,
        State.REFUSED,
        State.ARCHIVED,
    ]
    silent = night[FIRST]
    assert isinstance(silent, Result) and silent.unlisted, "the run says that the place did not answer"
    assert "nidq.meta: not there" in night[FOURTH].reason
    stack.globus.clear_faults()
    assert states(one_night(run, 2, monkeypatch))[:2] == [State.ARCHIVED] * 2


def test_an_archive_that_this_worker_cannot_read_proves_nothing(
    run: Run, night: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = with_settings(run, locations=night.settings.locations)
    assert states(one_night(blind, 1, monkeypatch)) == [State.UNVERIFIED] * 5
    assert assess_folders(OnRig(blind)).proofs == ()
