"""No folder is invisible: what a night leaves out has a state of its own, and a session without a folder names it."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from archive_flow.run.context import Run
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.decisions import decision_on
from archive_flow.select.on_rig import OnRig
from session_archive.assess.left_out import folder_id
from session_archive.cli.status import status
from session_archive.errors import NamingError
from session_archive.naming.explain.path import Verdict as Explained
from session_archive.naming.explain.path import explain
from session_archive.naming.session_name import DataSetName
from session_archive.states.decisions import Verdict
from session_archive.states.state import State, StateRow
from support.sample_rig import NO_FOLDER, UNKNOWN, LabSession, make_recordings, make_rig
from support.stack import Stack

KINDS = ("raw-ephys", "raw-video")
SESSION = "SC045 2020-03-03 14:00"
EXPECTED = "SC045/catgt_SC045_030320_g0"


@pytest.fixture
def rig(stack: Stack, night: Run) -> Iterator[Path]:
    """The sample rig, which has no recording of one session."""
    make_rig(stack.rig)
    yield stack.rig
    empty(stack.rig)
    for table in (
        "data_set_state",
        "decision",
        "look__finding",
        "look",
        "root_listing__unarchived",
        "root_listing",
    ):
        stack.database.execute(f"DELETE FROM archive.{table}")


def empty(root: Path) -> None:
    """As a mount point without its disk."""
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def looked(night: Run) -> Assessments:
    """A night; all states are recorded, of what is taken up too."""
    run = replace(night, believed={}, given=[])
    found = assess_folders(OnRig(run))
    taken = [each.state(State.READY, "may be sent", run_id=run.run_id) for each in found.work_items]
    run.catalog.states.record([*found.rows, *taken])
    return found


def shown(night: Run) -> list[StateRow]:
    """What `session-archive status` shows."""
    return list(night.catalog.state_counts.of(kinds=KINDS, states=list(State)).rows)


def row_of(night: Run, session: str = SESSION) -> StateRow:
    (row,) = [each for each in shown(night) if (each.session, each.data_set_type) == (session, "raw-ephys")]
    return row


def at(night: Run, folder: str) -> StateRow:
    """The row of a folder that was left out."""
    (row,) = [each for each in shown(night) if each.path == f"rig:{folder}"]
    return row


def decide(night: Run, folder: str, *, session: str = SESSION, verdict: Verdict = Verdict.SESSION) -> None:
    decision = decision_on(
        night.settings,
        night.catalog,
        verdict=verdict,
        folder=f"rig:{folder}",
        session=session if verdict is Verdict.SESSION else "",
        decided_by="ann",
        why="I was there",
    )
    night.catalog.decisions.decide([decision])


def recording(rig: Path, folder: str, *, day: dt.date = NO_FOLDER.date, start: dt.time = dt.time(14)) -> None:
    """A recording of SC045 under any name."""
    make_recordings(rig / ".made", [LabSession(1, "SC045", 1, day, start)])
    (rig / folder).parent.mkdir(parents=True, exist_ok=True)
    (made,) = (rig / ".made" / "SC045").iterdir()
    if gate := re.search("_g[1-9]$", folder):
        for path in sorted(made.rglob("*_g0*"), reverse=True):
            path.rename(path.with_name(path.name.replace("_g0", gate[0])))
    made.rename(rig / folder)
    shutil.rmtree(rig / ".made")


CASES = {
    "a further gate": (
        "SC045/catgt_SC045_030320_g1",
        "SC045/catgt_SC045_030320_g1",
        "a further gate of the same run",
    ),
    "CatGT's folder in its run": (
        "SC045/SC045_030320_g0/catgt_SC045_030320_g0",
        "SC045/SC045_030320_g0",
        f"inside lies SC045/SC045_030320_g0/catgt_SC045_030320_g0: move it to {EXPECTED}",
    ),
    "a probe without its run": (
        "SC045/SC045_030320_g0_imec0",
        "SC045/SC045_030320_g0_imec0",
        "the folder of a probe, outside its run: no convention reads this name",
    ),
    "the day first": ("20200303/SC045", "20200303/SC045", "no convention reads this name"),
    "a native run": ("SC045/SC045_030320_g0", "SC045/SC045_030320_g0", 'enable = ["E4"] accepts it'),
    "one folder for each probe": ("SC045/2020-03-03/1", "SC045/2020-03-03/1", "a layout of 2018"),
    "other capitals": (
        "SC045/CatGT_SC045_030320_g0",
        "SC045/CatGT_SC045_030320_g0",
        "upper and lower case differ from {subject}/catgt_{subject}_{date:%m%d%y}[_{ident}]_g0",
    ),
    "a hidden folder": (
        "SC045/.catgt_SC045_030320_g0",
        "SC045/.catgt_SC045_030320_g0",
        "hidden folder: not archived",
    ),
    "an unfinished copy": (f"{EXPECTED}.part", f"{EXPECTED}.part", "unfinished copies leave (names.litter)"),
    "a copy": (f"{EXPECTED}_old", f"{EXPECTED}_old", "looks like a backup copy"),
}


@pytest.mark.parametrize(("made", "folder", "words"), CASES.values(), ids=CASES)
def test_a_session_without_a_folder_names_what_was_left_out(
    night: Run, rig: Path, made: str, folder: str, words: str
) -> None:
    looked(night)
    before = row_of(night)
    assert (before.state, before.reason, before.path) == (State.NOT_FOUND, "no such folder", EXPECTED)
    recording(rig, made)
    looked(night)
    row, left_out = row_of(night), at(night, folder)
    assert row.state is State.NOT_FOUND
    assert row.reason.startswith(f"no folder was taken for it, but there is rig:{folder}: ")
    assert words in row.reason and "session-archive decide" in row.reason
    assert (left_out.state, words in left_out.reason) == (State.UNCLAIMED, True)
    assert "session-archive decide" in left_out.reason
    # It is gone when it is gone.
    shutil.rmtree(rig / "/".join(made.split("/")[:2]))
    looked(night)
    assert row_of(night).reason == "no such folder"
    gone = night.catalog.states.newest_rows([left_out.target])[0]
    assert (gone.state, "its folder is gone" in gone.reason) == (State.GONE, True)


def test_a_session_without_videos_names_no_recordings_of_probes(night: Run, rig: Path) -> None:
    for case in ("a further gate", "a probe without its run", "a native run"):
        recording(rig, CASES[case][0])
    looked(night)
    (videos,) = [
        each for each in shown(night) if (each.session, each.data_set_type) == (SESSION, "raw-video")
    ]
    assert (videos.state, videos.reason) == (State.NOT_FOUND, "no such folder")


def test_a_folder_named_after_another_day_is_not_said_to_have_no_files(night: Run, rig: Path) -> None:
    recording(rig, "SC045/catgt_SC045_022920_g0")
    looked(night)
    reason = at(night, "SC045/catgt_SC045_022920_g0").reason
    assert "named after the day 030320" in reason and "no files" not in reason
    assert "move it out or rename the folder" in reason


def test_a_disk_that_is_not_mounted_ends_no_state_of_a_left_out_folder(night: Run, rig: Path) -> None:
    gate = "SC045/catgt_SC045_030320_g1"
    for folder in (gate, "20200303/SC045"):
        recording(rig, folder)
    looked(night)
    before = [at(night, gate), at(night, "20200303/SC045")]
    assert {each.state for each in before} == {State.UNCLAIMED}
    empty(rig)
    looked(night)
    assert [at(night, gate), at(night, "20200303/SC045")] == before


def test_a_left_out_folder_is_explained_as_its_state_says(night: Run, rig: Path) -> None:
    for made, folder, _ in CASES.values():
        recording(rig, made)
        looked(night)
        explained = explain(folder, conventions=night.settings.conventions)
        assert explained.verdict is not Explained.ACCEPT
        assert explained.why in at(night, folder).reason, (folder, explained.why, at(night, folder).reason)
        shutil.rmtree(rig / "/".join(made.split("/")[:2]))


@pytest.mark.parametrize(
    "folder",
    ["SC045/catgt_SC045_030320_g3", "SC045/SC045_030320_g0", "SC045/2020-03-03/1", "SC045/20200303/1"],
)
def test_a_person_gives_a_folder_that_some_layout_reads_to_its_session(
    night: Run, rig: Path, folder: str
) -> None:
    recording(rig, folder)
    looked(night)
    unclaimed = at(night, folder)
    decide(night, folder)
    found = looked(night)
    (item,) = [each for each in found.work_items if each.directory == folder]
    assert (item.session, item.session_id) == (SESSION, str(row_of(night).target))
    assert night.catalog.states.newest_rows([unclaimed.target])[0].state is State.GONE
    decide(night, folder, verdict=Verdict.WITHDRAW)
    looked(night)
    assert row_of(night).state is State.NOT_FOUND
    assert at(night, folder).state is State.UNCLAIMED


def test_a_folder_that_was_given_to_the_day_of_its_recordings_is_not_archived_without_them(
    night: Run, rig: Path
) -> None:
    misnamed = "SC045/catgt_SC045_030319_g0"
    recording(rig, misnamed)
    (rig / misnamed / "notes.txt").write_text("from the lab book")
    decide(night, misnamed)
    found = looked(night)
    assert not [each for each in found.work_items if each.directory == misnamed]
    row = row_of(night)
    assert (row.state, "rename the folder after them" in row.reason) == (State.AMBIGUOUS, True)
    (rig / misnamed).rename(rig / EXPECTED)
    decide(night, misnamed, verdict=Verdict.WITHDRAW)
    assert [each.directory for each in looked(night).work_items if each.session == SESSION] == [EXPECTED]


def test_a_run_of_which_only_a_later_gate_was_kept_is_sent_by_a_decision_without_renaming(
    night: Run, rig: Path
) -> None:
    recording(rig, "SC045/catgt_SC045_030320_g3")
    (rig / "SC045/catgt_SC045_030320_g3").rename(rig / EXPECTED)
    looked(night)
    row = row_of(night)
    assert (row.state, "gate 3 of a run, in a folder of gate 0" in row.reason) == (State.AMBIGUOUS, True)
    assert "session-archive decide" in row.reason
    decide(night, EXPECTED)
    found = looked(night)
    (item,) = [each for each in found.work_items if each.directory == EXPECTED]
    promised = night.catalog.ledger.find_manifest(item.manifest_id)
    assert promised is not None
    on_disk = {str(path.relative_to(rig)) for path in (rig / EXPECTED).rglob("*") if path.is_file()}
    assert {file.path for file in promised.files} == on_disk
    (seen,) = night.catalog.observations.of(DataSetName.parse(item.data_set).id, "rig")[-1:]
    kept = night.catalog.observations.findings_of(DataSetName.parse(item.data_set).id, seen.manifest_id)
    assert any("gate 3 of a run" in each.what for each in kept)


def test_a_folder_that_no_layout_reads_can_be_ignored_and_not_given(night: Run, rig: Path) -> None:
    recording(rig, "SC045/surface/inner")
    looked(night)
    row = at(night, "SC045/surface")
    assert (row.state, row.target) == (State.UNCLAIMED, folder_id("rig", "SC045/surface"))
    with pytest.raises(NamingError, match="no layout reads it, so it must be renamed first"):
        decide(night, "SC045/surface")
    decide(night, "SC045/surface", verdict=Verdict.IGNORE)
    looked(night)
    ignored = at(night, "SC045/surface")
    assert (ignored.state, ignored.target) == (State.IGNORED, row.target)
    assert ignored.reason.startswith("ignored by ann on ")


def test_a_folder_that_another_session_has_is_named_with_the_decision(night: Run, rig: Path) -> None:
    recording(rig, EXPECTED)
    decide(night, EXPECTED, session="SC045 2020-03-02 14:00")
    looked(night)
    reason = row_of(night).reason
    assert reason.startswith(
        f"no folder was taken for it, but there is rig:{EXPECTED}: it was given to SC045"
    )
    assert "I was there" in reason and "--withdraw" in reason


def test_a_start_that_differs_by_whole_hours_is_named(night: Run, rig: Path) -> None:
    """A rig on UTC names the folder after the next day."""
    later = "SC045/catgt_SC045_030420_g0"
    recording(rig, later, day=dt.date(2020, 3, 4), start=dt.time(0))
    looked(night)
    assert (
        f"there is rig:{later}: its recording began 10 h after the session's start: "
        "are both clocks in the same time zone?" in row_of(night).reason
    )


def test_every_folder_on_the_disk_appears_in_the_status_and_no_reason_contradicts_the_disk(
    night: Run, rig: Path
) -> None:
    for made, _, _ in CASES.values():
        recording(rig, made) if not (rig / made).exists() else None
    shutil.copy(next(rig.rglob("*.ap.bin")), rig / "SC035/SC035_010720_g0_t0.imec0.ap.bin")
    looked(night)
    rows = shown(night)
    named = {path for row in rows for path in _paths(row)}
    folders = {str(path.relative_to(rig)) for path in rig.rglob("*") if path.is_dir()}
    # It holds nothing but a text.
    folders.remove(UNKNOWN)
    assert not {
        folder
        for folder in folders
        if not any(f"{folder}/".startswith(f"{path}/") or path.startswith(f"{folder}/") for path in named)
    }
    for row in rows:
        if "no such folder" in row.reason:
            assert row.path and not (rig / row.path.removeprefix("rig:")).exists()
        for existing in re.findall("there is rig:([^:]+):|inside lies ([^:;]+)[:;]", row.reason):
            assert (rig / "".join(existing)).exists(), row.reason
        for free in re.findall("move it to ([^,]+), where", row.reason):
            assert not (rig / free).exists(), row.reason
    assert "SC035/SC035_010720_g0_t0.imec0.ap.bin".rpartition("/")[2] in at(night, "SC035").reason


def test_the_answer_to_what_is_not_safe_has_folders_that_were_left_out(
    night: Run, rig: Path, stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gate, native = "SC045/catgt_SC045_030320_g1", "SC045/SC045_030320_g0"
    for folder in (gate, native):
        recording(rig, folder)
    login = {
        "USER": "session_archive",
        "PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        "PORT": stack.database.port,
    }
    for key, value in login.items():
        monkeypatch.setenv(f"SESSION_ARCHIVE_CATALOG_{key}", str(value))
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))

    def unsafe() -> dict[str, str]:
        with pytest.raises(typer.Exit):
            status(unsafe=True, json=True)
        rows = json.loads(capsys.readouterr().out)["data_sets"]
        return {row["path"]: row["state"] for row in rows if row["path"].endswith((gate, native, EXPECTED))}

    looked(night)
    assert unsafe() == {f"rig:{gate}": "unclaimed", f"rig:{native}": "unclaimed", EXPECTED: "not found"}
    decide(night, gate)
    decide(night, native, verdict=Verdict.IGNORE)
    looked(night)
    # What a person ignores is listed, and counts as safe.
    assert unsafe() == {f"rig:{gate}": "ready", f"rig:{native}": "ignored"}


def _paths(row: StateRow) -> Iterator[str]:
    """The folders of the rig that a row names."""
    for part in (*row.path.split(" + "), *row.reason.replace(" + ", " ").replace(",", " ").split()):
        if part.startswith("rig:"):
            yield part.removeprefix("rig:").rstrip(":;")
