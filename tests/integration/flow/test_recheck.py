"""Archived data sets of a rig that only Globus can list are compared with it again: a share each night."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from tests.integration.flow.earlier import recorded

from archive_flow.run.context import Run
from archive_flow.run.report import Notes, add_up
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import assess_folders
from archive_flow.select.on_rig import OnRig
from session_archive import clock
from session_archive.fixity.manifest import Manifest
from session_archive.request.selection import Selection
from session_archive.states.state import State, StateRow
from support.sample_rig import make_rig
from support.stack import Stack

NEW_YEAR = "SC038/catgt_SC038_010121_g0"
FIVE = [
    "SC022/catgt_SC022_080819_g0",
    "SC035/catgt_SC035_010720_1_g0",
    "SC035/catgt_SC035_010720_g0",
    "SC038/catgt_SC038_010120_g0",
    NEW_YEAR,
]
BEGUN = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def archived(night: Run, stack: Stack) -> Run:
    """Five archived data sets, whose folders are on a rig without a local path."""
    make_rig(stack.far_rig)
    run = replace(night, selection=Selection.from_params({"kinds": ["raw-ephys"]}, kinds=["raw-ephys"]))
    for work_item in taken(run).values():
        listed = run.catalog.ledger.manifest(work_item.manifest_id)
        manifest = Manifest.of(
            replace(file, checksum="ab", checksum_algorithm="MD5", vouched_by="globus")
            for file in listed.files
        )
        recorded(run, work_item, manifest, state=State.ARCHIVED)
    return run


@pytest.fixture(autouse=True)
def mended(stack: Stack) -> Iterator[None]:
    yield
    stack.globus.clear_faults()


def taken(run: Run) -> dict[str, WorkItem]:
    return {each.directory: each for each in assess_folders(OnRig(run)).work_items}


class Night:
    """One night's assessment, so many days after the data sets were archived."""

    def __init__(
        self, run: Run, stack: Stack, days: float, patch: pytest.MonkeyPatch, **selected: object
    ) -> None:
        patch.setattr(clock, "utc_now", lambda: BEGUN + dt.timedelta(days=days))
        before = len(stack.globus.requests("GET"))
        selection = Selection.from_params({"kinds": ["raw-ephys"], **selected}, kinds=["raw-ephys"])
        found = assess_folders(OnRig(replace(run, selection=selection)))
        self.taken = {each.directory for each in found.work_items}
        self.rows: dict[str, StateRow] = {row.path: row for row in found.rows}
        self.notes: Notes = add_up(found.notes)
        requested = {unquote(line.get("query", "")) for line in stack.globus.requests("GET")[before:]}
        self.listed = {each for each in FIVE if any(f"path=/data/{each}&" in query for query in requested)}


def test_each_archived_data_set_is_seen_within_the_time_and_no_night_lists_them_all(
    archived: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = [Night(archived, stack, days, monkeypatch) for days in range(1, 6)]
    assert [len(night.listed) for night in nights] == [1] * 5
    assert {directory for night in nights for directory in night.listed} == set(FIVE)
    for night in nights:
        assert {row.state for path, row in night.rows.items() if path.partition(":")[2] in FIVE} == {
            State.ARCHIVED
        }
        assert night.taken == set()
    # Two missed nights are made up for; a dry run is not a look.
    assert len(Night(archived, stack, 8, monkeypatch, dry_run=True).listed) == 3
    assert len(Night(archived, stack, 8, monkeypatch).listed) == 3


@pytest.mark.fault(24)
def test_a_new_probe_and_a_changed_file_are_seen_and_stay_in_sight(
    archived: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = stack.far_rig / NEW_YEAR / "SC038_010121_g0_imec0" / "imec0_ks2"
    probe.mkdir()
    (probe / "spike_times.npy").write_bytes(b"sorted")
    os.utime(probe / "spike_times.npy", (1_600_000_000, 1_600_000_000))
    changed = next((stack.far_rig / FIVE[0]).rglob("*nidq.meta"))
    times = changed.stat()
    os.utime(changed, (1_700_000_000, 1_700_000_000))
    nights = [Night(archived, stack, days, monkeypatch) for days in range(20, 27)]
    first_sent = next(n for n, night in enumerate(nights) if night.taken)
    assert all(night.taken == {NEW_YEAR} for night in nights[first_sent:]), "until it is archived"
    alarms = [night.rows[f"far-rig:{FIVE[0]}"].state for night in nights]
    first = alarms.index(State.CHANGED)
    assert set(alarms[:first]) <= {State.ARCHIVED}
    assert set(alarms[first:]) == {State.CHANGED}, "an alarm stays until it is mended"
    assert "nidq.meta" in nights[-1].rows[f"far-rig:{FIVE[0]}"].reason
    (probe / "spike_times.npy").unlink()
    probe.rmdir()
    os.utime(changed, ns=(times.st_atime_ns, times.st_mtime_ns))
    mended = Night(archived, stack, 27, monkeypatch)
    assert (mended.taken, mended.rows[f"far-rig:{FIVE[0]}"].state) == (set(), State.ARCHIVED)


def test_one_folder_in_trouble_keeps_its_state_and_stops_no_other(
    archived: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for directory in FIVE[:2]:
        stack.globus.fault(listing=f"far_rig:/data/{directory}", do="permission_denied", times=0)
    night = Night(archived, stack, 40, monkeypatch)
    assert night.listed == set(FIVE)
    assert not {f"far-rig:{directory}" for directory in FIVE[:2]} & night.rows.keys()
    assert {night.rows[f"far-rig:{directory}"].state for directory in FIVE[2:]} == {State.ARCHIVED}
    assert FIVE[0] in " ".join(night.notes.left_out.named)
    # The night after, those in trouble are listed again, and the share is as small as ever.
    assert set(FIVE[:2]) < (again := Night(archived, stack, 41, monkeypatch)).listed
    assert len(again.listed) == 3
    stack.globus.clear_faults()
    assert set(FIVE[:2]) < Night(archived, stack, 42, monkeypatch).listed
    assert len(Night(archived, stack, 43, monkeypatch).listed) == 1


def test_a_rig_that_falls_silent_is_asked_no_more_and_the_run_says_so(
    archived: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for directory in FIVE:
        stack.globus.fault(listing=f"far_rig:/data/{directory}", do="offline", times=0)
    night = Night(archived, stack, 60, monkeypatch)
    assert len(night.listed) == 1
    assert [each.where for each in night.notes.unlisted] == [f"far-rig:{min(night.listed)}"]
    assert State.NOT_FOUND not in {
        row.state for path, row in night.rows.items() if path.startswith("far-rig:")
    }
    stack.globus.clear_faults()
    assert Night(archived, stack, 61, monkeypatch).listed == set(FIVE)
