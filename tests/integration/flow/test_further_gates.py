"""A further gate of a run is a data set of its own: nobody's until a person decides, then one more of its session."""

import datetime as dt
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.earlier import recorded
from tests.integration.flow.tasks import Tasks
from tests.integration.flow.test_left_out import EXPECTED, SESSION, decide, looked, recording, row_of, shown

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from support.stack import Stack

DAY = dt.date(2020, 3, 3)
FIRST, SECOND = (DataSetName("raw-ephys", SessionName("SC045", DAY, ident)) for ident in ("", "g1"))
GATE = "SC045/catgt_SC045_030320_g1"
OF_GATE = f"{SESSION} g1"


@pytest.fixture
def rig(stack: Stack, night: Run) -> Iterator[Path]:
    """A run of one session with two gates; behind a test, catalog and rig are as new."""
    for folder in (EXPECTED, GATE):
        recording(stack.rig, folder)
    yield stack.rig
    shutil.rmtree(stack.rig)
    stack.rig.mkdir()
    link = f"{night.settings.catalog.link_database}.archived_raw_ephys"
    for table in (
        "data_set_state",
        "decision",
        "look__finding",
        "look",
        "root_listing__unarchived",
        "root_listing",
    ):
        stack.database.execute(f"DELETE FROM archive.{table}")
    stack.database.execute(f"DELETE FROM {link}")
    for table in ("replica__verified", "replica", "data_set__physical_file", "data_set"):
        stack.database.execute(f"DELETE FROM archive.{table}")


def taken_up(night: Run) -> dict[str, WorkItem]:
    """Directory -> what a night takes up."""
    return {each.directory: each for each in looked(night).work_items}


def archive(night: Run, item: WorkItem) -> None:
    """As the record task of an earlier night did."""
    files = night.catalog.ledger.manifest(item.manifest_id).files
    manifest = Manifest.of(replace(file, vouched_by="globus") for file in files)
    recorded(night, item, manifest, state=State.ARCHIVED)


def states(night: Run) -> dict[str, State]:
    """What `session-archive status` shows of the session and its gates."""
    return {
        row.session: row.state
        for row in shown(night)
        if row.data_set_type == "raw-ephys" and row.data_set.startswith("raw-ephys/SC045/2020-03-03")
    }


def test_the_second_hour_of_an_archived_session_is_unclaimed_until_a_person_decides(
    night: Run, rig: Path
) -> None:
    first = taken_up(night)
    assert first.keys() == {EXPECTED}, "the gate makes nothing doubtful"
    archive(night, first[EXPECTED])
    looked(night)
    (gate,) = [each for each in shown(night) if each.data_set == str(SECOND)]
    assert (gate.state, gate.target, gate.n_files > 0) == (State.UNCLAIMED, SECOND.id, True)
    assert "a further gate of the same run" in gate.reason and "session-archive decide" in gate.reason
    assert states(night)[SESSION] is State.ARCHIVED
    decide(night, GATE)
    (item,) = taken_up(night).values()
    assert (item.data_set, item.directory, item.session) == (str(SECOND), GATE, OF_GATE)
    assert item.session_key == row_key(night)
    assert states(night) == {SESSION: State.ARCHIVED, OF_GATE: State.READY}
    archive(night, item)
    looked(night)
    assert states(night) == {SESSION: State.ARCHIVED, OF_GATE: State.ARCHIVED}
    (linked,) = night.catalog.session_links.linked("ArchivedRawEphys").values()
    assert [each.name for each in linked] == [FIRST, SECOND]
    # Both stay archived when the rig is cleaned up.
    shutil.rmtree(rig / "SC045")
    (rig / "SC022").mkdir()
    looked(night)
    assert states(night) == {SESSION: State.ARCHIVED, OF_GATE: State.ARCHIVED}


def row_key(night: Run) -> dict[str, object]:
    (session,) = [each for each in night.catalog.expected_sessions("raw-ephys") if str(each) == SESSION]
    return session.key


def test_a_gate_that_was_archived_never_stands_for_its_sessions_own_folder(night: Run, rig: Path) -> None:
    """Else a recording that is lost before it was sent would be called archived."""
    decide(night, GATE)
    items = taken_up(night)
    assert items.keys() == {EXPECTED, GATE}
    archive(night, items[GATE])
    shutil.rmtree(rig / EXPECTED)
    for _ in range(2):
        looked(night)
        assert states(night) == {SESSION: State.NOT_FOUND, OF_GATE: State.ARCHIVED}
    shutil.rmtree(rig / GATE)
    looked(night)
    assert states(night) == {SESSION: State.NOT_FOUND, OF_GATE: State.ARCHIVED}


def test_a_gate_that_is_all_that_was_kept_stands_for_its_session(night: Run, rig: Path) -> None:
    shutil.rmtree(rig / EXPECTED)
    decide(night, GATE)
    (item,) = taken_up(night).values()
    assert (item.data_set, item.session) == (str(SECOND), SESSION)
    archive(night, item)
    looked(night)
    assert states(night) == {SESSION: State.ARCHIVED}
    shutil.rmtree(rig / GATE)
    looked(night)
    assert row_of(night).state is State.ARCHIVED
    assert row_of(night).reason.startswith(
        f"on the rig: no such folder: rig:{GATE} was given to {SESSION} by ann"
    )


def test_a_gate_that_is_all_that_was_kept_and_lacks_a_file_is_sent_once_a_person_accepts_it(
    night: Run, rig: Path
) -> None:
    """No file is renamed."""
    for folder in (EXPECTED, GATE):
        shutil.rmtree(rig / folder)
    name, folder = DataSetName("raw-ephys", SessionName("SC045", DAY, "g3")), "SC045/catgt_SC045_030320_g3"
    recording(rig, folder)
    lost = next((rig / folder).rglob("*.nidq.meta"))
    lost.unlink()
    decide(night, folder)
    looked(night)
    assert row_of(night).state is State.WAITING
    assert f"{lost.stem}.bin: has no .meta beside it" in row_of(night).reason
    accepting = replace(
        night, params={"accept_incomplete": [f"{name} = the disk was full"]}, started_by="ann"
    )
    (item,) = taken_up(accepting).values()
    assert (item.data_set, item.session) == (str(name), SESSION)
    assert Tasks(night, item).all().state is State.ARCHIVED
    looked(night)
    assert states(night) == {SESSION: State.ARCHIVED}
    assert "the disk was full" in row_of(night).reason
    assert f"{lost.stem}.bin: has no .meta beside it" in row_of(night).reason


def test_a_given_gate_that_vanishes_before_it_was_sent_is_not_found(night: Run, rig: Path) -> None:
    decide(night, GATE)
    looked(night)
    shutil.rmtree(rig / GATE)
    looked(night)
    assert states(night)[OF_GATE] is State.NOT_FOUND
    (counts,) = night.catalog.state_counts.of(kinds=["raw-ephys"]).tallies
    assert counts.further == 1
    decide(night, GATE, verdict=Verdict.WITHDRAW)
    looked(night)
    assert states(night).keys() == {SESSION}
    assert night.catalog.states.newest_rows([SECOND.id])[0].state is State.GONE
    decide(night, GATE, verdict=Verdict.IGNORE)
    recording(rig, GATE)
    looked(night)
    assert [each.state for each in shown(night) if each.data_set == str(SECOND)] == [State.IGNORED]


def test_two_gates_of_one_session_are_two_more_data_sets(night: Run, rig: Path) -> None:
    third = "SC045/catgt_SC045_030320_g2"
    recording(rig, third)
    for folder in (GATE, third):
        decide(night, folder)
    items = taken_up(night)
    assert items.keys() == {EXPECTED, GATE, third}
    for item in items.values():
        archive(night, item)
    looked(night)
    assert states(night) == dict.fromkeys((SESSION, OF_GATE, f"{SESSION} g2"), State.ARCHIVED)


def test_a_gate_of_a_session_that_nobody_expects_any_more_stays_visible(
    night: Run, rig: Path, stack: Stack
) -> None:
    decide(night, GATE)
    decision = night.catalog.decisions.made()[0]
    elsewhere = replace(
        decision, session_id=uuid.uuid4(), session_key={"subject_id": 1}, session="SC045 in 2019"
    )
    night.catalog.decisions.decide([elsewhere])
    looked(night)
    (row,) = [each for each in shown(night) if each.path == f"rig:{GATE}"]
    assert row.state is State.UNCLAIMED
    assert "but no raw-ephys of that session is expected" in row.reason


def test_a_folder_whose_files_are_of_a_later_gate_is_archived_as_it_is(night: Run, rig: Path) -> None:
    """All that was kept of a run lies in a folder with the name of its first gate; no file is renamed."""
    for folder in (EXPECTED, GATE):
        shutil.rmtree(rig / folder)
    recording(rig, "SC045/catgt_SC045_030320_g3")
    (rig / "SC045/catgt_SC045_030320_g3").rename(rig / EXPECTED)
    assert taken_up(night) == {}
    assert (row_of(night).state, "gate 3 of a run" in row_of(night).reason) == (State.AMBIGUOUS, True)
    decide(night, EXPECTED)
    (item,) = taken_up(night).values()
    assert Tasks(night, item).all().state is State.ARCHIVED
    for _ in range(2):
        assert taken_up(night) == {}
        assert states(night) == {SESSION: State.ARCHIVED}
    cataloged = {file.path for file in night.catalog.replicas.files(FIRST.id).files}
    assert cataloged == {str(path.relative_to(rig)) for path in rig.rglob("*") if path.is_file()}
    # A file with such a name that comes later is sent by the same decision; without one, a person is asked.
    late = next((rig / EXPECTED).glob("*.nidq.bin")).with_name("SC045_030320_g4_notes.txt")
    late.write_text("by hand")
    assert taken_up(night).keys() == {EXPECTED}
    decide(night, EXPECTED, verdict=Verdict.WITHDRAW)
    assert taken_up(night) == {}
    assert row_of(night).state is State.ARCHIVED
    assert "1 files came later" in row_of(night).reason and "gate 3 of a run" in row_of(night).reason
