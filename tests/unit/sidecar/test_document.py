"""The sidecar manifest that is archived with a data set: written, checked, trusted only if the listing agrees."""

import datetime as dt
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.sidecar.document import (
    SidecarError,
    SidecarManifest,
    Verified,
    disagreement,
    parse_sidecar_path,
    read_sidecar,
    sidecar_path,
)
from session_archive.states.decisions import Decision, Verdict

WHEN = dt.datetime(2021, 1, 2, 2, 0, 0, 123456, tzinfo=dt.UTC)
DIRECTORY = "SC022/catgt_SC022_010121_g0"
FILES = (
    FileEntry(f"{DIRECTORY}/a.bin", 10, 1_600_000_000, "ephys-raw-unknown", "ab" * 20, "SHA1", "spikeglx"),
    FileEntry(f"{DIRECTORY}/é 🧠.txt", 0, 1_600_000_001, "ephys-raw-unknown"),
)
CARRIED = SidecarManifest(
    data_set="raw-ephys/SC022/2021-01-01",
    revision=0,
    directory=DIRECTORY,
    location="ephys",
    found_by="upload",
    dag_id="upload_sessions",
    run_id="night",
    recorded_at=WHEN,
    replica_recorded_at=WHEN,
    session_key={"subject_id": 407513, "session": 2},
    linked_at=WHEN,
    verified=Verified(
        verification_id=uuid.UUID(int=1),
        submission_id=uuid.UUID(int=2),
        route="upload",
        method="globus checksum and listing",
        dag_id="upload_sessions",
        run_id="night",
        checked_at=WHEN,
        verified_at=WHEN,
    ),
    files=FILES,
    decisions=(
        Decision(
            Verdict.SESSION,
            place="rig",
            directory=DIRECTORY,
            session_id=uuid.UUID(int=3),
            session_key={"subject_id": 407513, "session": 2},
            session="SC022 2021-01-01 10:30",
            decided_by="ann",
            decided_at=WHEN,
            why="asked Bob",
        ),
    ),
)
PATH = ".session-archive/raw-ephys/SC022/2021-01-01.json"


def changed(**changes) -> bytes:
    return json.dumps({**json.loads(CARRIED.to_bytes()), **changes}).encode()


def decided(**about) -> bytes:
    return changed(decisions=[{"verdict": "ignore", "decided_at": WHEN.isoformat(), **about}])


def test_what_is_written_is_read_again() -> None:
    assert read_sidecar(CARRIED.to_bytes(), path=PATH) == CARRIED


def test_a_folder_shows_all_manifests_of_a_subject_and_each_has_a_path_of_its_own() -> None:
    day = dt.date(2021, 1, 1)
    names = [DataSetName("raw-ephys", SessionName("SC022", day, ident)) for ident in ("", "1", "surface")]
    paths = [sidecar_path(name, revision) for name in names for revision in (0, 1, 2)]
    assert paths[:4] == [
        PATH,
        PATH.replace(".json", ".r1.json"),
        PATH.replace(".json", ".r2.json"),
        PATH.replace(".json", "_1.json"),
    ]
    assert len(set(paths)) == len(paths)
    assert {path.rpartition("/")[0] for path in paths} == {".session-archive/raw-ephys/SC022"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a sidecar manifest"),
        (b"\xff\xfe", "not a sidecar manifest"),
        (b"[]", "not a sidecar manifest"),
        (b"{}", "data_set"),
        (changed(about="a shopping list"), "about"),
        (changed(version=2), "version"),
        (changed(data_set="raw-ephys/SC023/2021-01-01"), "whose path is .session-archive/raw-ephys/SC023"),
        (changed(revision=1), "whose path is .session-archive/raw-ephys/SC022/2021-01-01.r1.json"),
        (changed(data_set="../../x"), "not a data set name"),
        (changed(more=1), "more"),
        (
            changed(files=[{"path": f"{DIRECTORY}/../../x", "size": 1, "mtime": 0}]),
            "not a path inside a root",
        ),
        (changed(files=[{"path": "/etc/passwd", "size": 1, "mtime": 0}]), "not a path inside a root"),
        (changed(files=[{"path": "SC023/x", "size": 1, "mtime": 0}]), "is not below"),
        (changed(files=[{"path": f"{DIRECTORY}/x", "size": -1, "mtime": 0}]), "expected 0 or more"),
        (changed(files=[{"path": f"{DIRECTORY}/x", "size": 1, "mtime": 0}] * 2), "listed twice"),
        (changed(verified=None), "verified"),
        (decided(place="rig", directory="SC023/x"), "does not belong to it"),
        (changed(revision=10**6), "whose path is"),
        (changed(dag_id="x" * 300), "dag_id"),
        (changed(linked_at="0001-01-01T00:00:00Z"), "not a time that a catalog can store"),
        (changed(recorded_at="2021-01-01T00:00:00"), "recorded_at"),
        (
            changed(files=[{"path": f"{DIRECTORY}/x", "size": 1, "mtime": 10**12}]),
            "no catalog can have stored",
        ),
        (
            changed(files=[{"path": f"{DIRECTORY}/x", "size": 1 << 63, "mtime": 0}]),
            "no catalog can have stored",
        ),
        (decided(data_set="raw-ephys/SC023/2021-01-01"), "does not belong to it"),
        (decided(session_key={"subject_id": 1}), "does not belong to it"),
        (decided(data_set=CARRIED.data_set, why="x" * 2000), "does not belong to it"),
        (changed(decisions=[{"verdict": "ignore", "data_set": CARRIED.data_set}]), "does not belong to it"),
    ],
)
def test_what_is_not_a_manifest_of_its_data_set_is_refused_in_one_line(content: bytes, why: str) -> None:
    with pytest.raises(SidecarError) as refused:
        read_sidecar(content, path=PATH)
    assert why in str(refused.value)
    assert str(refused.value).startswith(PATH)
    assert "\n" not in str(refused.value)


def test_a_path_is_read_as_it_was_written_and_no_other_is() -> None:
    day = dt.date(2021, 1, 1)
    for ident in ("", "1", "surface"):
        for revision in (0, 1, 12):
            name = DataSetName("raw-ephys", SessionName("SC022", day, ident))
            assert parse_sidecar_path(sidecar_path(name, revision)) == (name, revision)
    for path in (
        "",
        "x",
        PATH[1:],
        PATH + "~",
        PATH.replace("01-01", "13-01"),
        PATH.replace(".json", ".r0.json"),
    ):
        with pytest.raises(SidecarError, match="not the path of a sidecar manifest"):
            parse_sidecar_path(path)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(content: bytes) -> None:
    with pytest.raises(SidecarError):
        read_sidecar(content, path=PATH)


@pytest.mark.parametrize(
    ("location", "directory", "listed", "why"),
    [
        ("ephys", DIRECTORY, FILES, ""),
        ("video", DIRECTORY, FILES, "it belongs to ephys"),
        ("ephys", DIRECTORY.replace("010121", "20210101"), FILES, "not to ephys:"),
        ("ephys", DIRECTORY, FILES[:1], "not at the destination"),
        ("ephys", DIRECTORY, (FILES[0], FileEntry(FILES[1].path, 1, 0)), "1 found"),
        ("ephys", DIRECTORY, (*FILES, FileEntry(f"{DIRECTORY}/z", 1, 0)), "does not list"),
    ],
)
def test_it_is_trusted_only_if_the_listing_agrees(location, directory, listed, why) -> None:
    doubt = disagreement(CARRIED, location=location, directory=directory, listed=Manifest.of(listed))
    assert why in doubt
    assert bool(doubt) == bool(why)
