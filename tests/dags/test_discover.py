"""Discovery catalogs what is in the archive, and states how far it is proven."""

import datetime as dt
import os
import shutil
from collections import Counter

import pytest

from archive_flow.discover import record as found
from archive_flow.discover.fetch import list_work_items
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.sidecar.staging import MARK
from session_archive.states.state import State, StateRow

SC038 = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}


def files_and_links(world) -> set[tuple]:
    """Every cataloged file with what a listing shows of it, and its session."""
    with world.stack.catalog() as catalog:
        links = {row["data_set_id"]: row["session"] for row in catalog.links["ArchivedRawEphys"].to_dicts()}
        return {
            (str(cataloged.name), links[cataloged.id], file.path, file.size, file.mtime, file.file_type)
            for cataloged in catalog.data_sets(kinds=["raw-ephys"])
            for file in catalog.replicas.files(cataloged.id).files
        }


def test_a_dropped_catalog_is_rebuilt_file_for_file_and_never_called_archived(world) -> None:
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    before = files_and_links(world)
    sent = len(world.transfers())
    world.stack.drop_catalog()
    world.set_up()
    found = world.run("discover_sessions", **SC038)
    assert found["state"] == "success"
    assert "newly recorded: 2\n" in f"{found['summary']}\n"
    assert "raw-ephys/SC038/2021-01-01: unverified" in found["summary"]
    assert files_and_links(world) == before
    with world.stack.catalog() as catalog:
        files = [
            file for cataloged in catalog.data_sets() for file in catalog.replicas.files(cataloged.id).files
        ]
    assert {(file.checksum, file.checksum_algorithm, file.vouched_by) for file in files} == {("", "", "")}
    assert {row.state for row in world.states().values() if row.session.startswith("SC038")} == {
        State.UNVERIFIED
    }
    # Discovered is not proven: neither a second discovery nor an upload raises its state, or sends it again.
    again = world.run("discover_sessions", **SC038)
    assert "nothing changed since the last run\nnothing new was recorded" in again["summary"]
    assert again["tasks"].keys() == {("select", -1), ("summary", -1)} | {
        (f"data_set.{task}", -1) for task in ("fetch", "wait", "record")
    }
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    assert len(world.transfers()) == sent
    assert files_and_links(world) == before


def listings(world) -> int:
    """The number of directories that the service has listed."""
    return sum(line["path"].endswith("/ls") for line in world.stack.globus.requests("GET"))


@pytest.mark.fault(36)
def test_an_incomplete_copy_is_never_called_archived_until_it_is_complete(staged) -> None:
    world, archive = staged, staged.stack.archive / "4ElectrodeRig_Ephys"
    selection = {"subjects": ["SC035", "SC038"], "kinds": ["raw-ephys"]}
    for subject in selection["subjects"]:
        # A copy that another program made.
        shutil.copytree(world.stack.rig / subject, archive / subject, ignore=shutil.ignore_patterns("video"))
    cut = next((archive / "SC035/catgt_SC035_010720_g0").rglob("*.ap.bin"))
    size = cut.stat().st_size
    os.truncate(cut, size // 2)
    lost = next((archive / "SC035/catgt_SC035_010720_1_g0").rglob("*.lf.meta"))
    kept = lost.read_bytes()
    lost.unlink()
    assert world.run("discover_sessions", **selection)["state"] == "success"
    states = {session: row for session, row in world.states().items() if session[:5] in selection["subjects"]}
    morning, afternoon = states["SC035 2020-01-07 10:30"], states["SC035 2020-01-07 15:45"]
    assert (morning.state, afternoon.state) == (State.WAITING, State.WAITING)
    assert f"{size // 2} bytes, but its .meta says {size}" in morning.reason
    assert "has no .meta beside it" in afternoon.reason
    whole = [row for session, row in states.items() if session.startswith("SC038")]
    assert [row.state for row in whole] == [State.UNVERIFIED, State.UNVERIFIED]
    with world.stack.catalog() as catalog:
        assert {str(cataloged.name) for cataloged in catalog.data_sets()} == {
            "raw-ephys/SC038/2020-01-01",
            "raw-ephys/SC038/2021-01-01",
        }
    shutil.copy2(next((world.stack.rig / "SC035/catgt_SC035_010720_g0").rglob("*.ap.bin")), cut)
    lost.write_bytes(kept)
    before = listings(world)
    assert world.run("discover_sessions", **selection)["state"] == "success"
    states = world.states()
    assert states["SC035 2020-01-07 10:30"].state is State.UNVERIFIED
    assert states["SC035 2020-01-07 15:45"].state is State.UNVERIFIED
    # The root, two subjects, the manifests of each, and two new data sets: a session folder and a probe folder each.
    assert listings(world) - before == 1 + 2 + 2 + 2 * 2


def test_a_discovered_copy_is_compared_with_the_rig(world) -> None:
    selection = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    archive.rmdir()
    assert world.run("discover_sessions", **selection)["state"] == "failed", "its root is missing"
    assert {row.reason for row in world.states().values()} == {"no run has looked for it yet"}
    archive.mkdir()
    notes = world.stack.rig / "SC038/catgt_SC038_010121_g0/SC038_010121_bitcode.mat"
    notes.write_bytes(b"trials")
    os.utime(notes, (1_600_000_000, 1_600_000_000))
    copy = archive / "SC038/catgt_SC038_010121_g0"
    shutil.copytree(notes.parent, copy)
    (copy / notes.name).unlink()
    assert world.run("upload_sessions", **selection)["state"] == "failed", "the existing copy is not proven"
    assert world.run("discover_sessions", **selection)["state"] == "success"
    row = world.states()["SC038 2021-01-01 11:00"]
    assert row.state is State.WAITING
    assert "on the rig as of" in row.reason
    assert "SC038_010121_bitcode.mat: not there" in row.reason
    shutil.copy2(notes, copy / notes.name)
    assert world.run("discover_sessions", **selection)["state"] == "success"
    row = world.states()["SC038 2021-01-01 11:00"]
    assert row.state is State.UNVERIFIED
    assert "names, sizes and times match the rig's" in row.reason


def test_a_folder_that_vanishes_or_is_refused_midway_does_not_stop_the_others(world, monkeypatch) -> None:
    selection = {"subjects": ["SC035", "SC038"], "kinds": ["raw-ephys"]}
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    for subject in selection["subjects"]:
        shutil.copytree(world.stack.rig / subject, archive / subject)

    def later(run, work_items, take) -> None:
        shutil.rmtree(archive / "SC038/catgt_SC038_010120_g0")
        world.stack.globus.fault(match="GET */ls", do="status", status=403, code="PermissionDenied")
        list_work_items(run, work_items, take)

    monkeypatch.setattr(found, "list_work_items", later)
    assert world.run("discover_sessions", **selection)["state"] == "failed"
    states = {s: row for s, row in world.states().items() if s[:5] in selection["subjects"]}
    counted = Counter(row.state for row in states.values())
    assert counted[State.REFUSED] == 1, "one listing was refused"
    assert "vanished" in states["SC038 2020-01-01 11:00"].reason or (
        states["SC038 2020-01-01 11:00"].state is State.REFUSED
    )
    assert counted[State.UNVERIFIED] >= 2
    monkeypatch.undo()


@pytest.mark.long
def test_new_sessions_cost_listings_of_the_top_level_and_their_own_folders_only(world) -> None:
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=number) for number in range(21)]
    subjects = [f"ZZ{number:03}" for number in range(30)]

    def folder(subject: str, day: dt.date) -> str:
        return f"{subject}/catgt_{subject}_{day:%m%d%y}_g0"

    with world.stack.catalog() as catalog:
        place = world.stack.settings.locations["archive-ephys"]
        for subject in subjects:
            for day in days[:20]:
                (archive / folder(subject, day)).mkdir(parents=True)
                name = DataSetName("raw-ephys", SessionName(subject, day))
                files = Manifest.of(
                    [
                        FileEntry(
                            f"{folder(subject, day)}/a.txt",
                            1,
                            0,
                            "ephys-raw-unknown",
                            vouched_by="globus-compared",
                        )
                    ]
                )
                catalog.writer.record_replica(
                    data_set=name,
                    directory=folder(subject, day),
                    session_key=None,
                    link_table="ArchivedRawEphys",
                    place=place,
                    manifest=files,
                    report=compare(promised=files, found=files),
                    verdict="verified",
                    method="test",
                    found_by="upload",
                    submission_id=None,
                    run_id="earlier",
                    dag_id="upload_sessions",
                    state=StateRow("raw-ephys", name.id, State.ARCHIVED, data_set=str(name)),
                )
    new = [folder(subject, days[20]) for subject in subjects[:5]]
    for path in new:
        (archive / path / "inside").mkdir(parents=True)
        (archive / path / "inside/a.txt").write_text("a")
    settings = world.stack.settings_file
    settings.write_text(
        settings.read_text().replace(
            'link_table = "ArchivedRawEphys"', 'link_table = "ArchivedRawEphys"\nunclaimed = "archive"'
        )
    )
    before = listings(world)
    assert world.run("discover_sessions", kinds=["raw-ephys"])["state"] == "success"
    assert listings(world) - before == 1 + len(subjects) + 2 * len(new)
    with world.stack.catalog() as catalog:
        assert len(catalog.data_sets()) == 605
    before = listings(world)
    assert world.run("discover_sessions", kinds=["raw-ephys"])["state"] == "success"
    assert listings(world) - before == 1 + len(subjects)


def test_a_text_file_that_cannot_be_fetched_is_reported_and_hides_no_other(staged) -> None:
    world, archive = staged, staged.stack.archive / "4ElectrodeRig_Ephys"
    selection = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
    shutil.copytree(world.stack.rig / "SC038", archive / "SC038", ignore=shutil.ignore_patterns("video"))
    world.set_limit("fault_patience", "1 s")
    world.stack.globus.fault(file="*SC038_010121_g0_t0.nidq.meta", do="permission_denied", times=0)
    assert world.run("discover_sessions", **selection)["state"] == "success"
    row = world.states()["SC038 2021-01-01 11:00"]
    assert row.state is State.UNVERIFIED
    assert "of its text files were not read" in row.reason
    assert world.states()["SC038 2020-01-01 11:00"].state is State.UNVERIFIED
    assert {path.name for path in world.stack.staging.rglob("*") if path.is_file()} == {MARK}
