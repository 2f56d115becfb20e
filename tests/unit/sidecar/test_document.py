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
    MOST_BYTES,
    SidecarError,
    SidecarManifest,
    Verified,
    disagreement,
    most_bytes,
    newest_revisions,
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
    assert read_sidecar(CARRIED.to_bytes(), path=PATH, most=MOST_BYTES) == CARRIED


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
        read_sidecar(content, path=PATH, most=MOST_BYTES)
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
        read_sidecar(content, path=PATH, most=MOST_BYTES)


@pytest.mark.parametrize(
    ("location", "directory", "listed", "why"),
    [
        ("ephys", DIRECTORY, FILES, ""),
        ("video", DIRECTORY, FILES, "it belongs to ephys"),
        ("ephys", DIRECTORY.replace("010121", "20210101"), FILES, "not to ephys:"),
        ("ephys", DIRECTORY, FILES[:1], "not there"),
        ("ephys", DIRECTORY, (FILES[0], FileEntry(FILES[1].path, 1, 0)), "1 found"),
        ("ephys", DIRECTORY, (*FILES, FileEntry(f"{DIRECTORY}/z", 1, 0)), "does not list"),
    ],
)
def test_it_is_trusted_only_if_the_listing_agrees(location, directory, listed, why) -> None:
    doubt = disagreement(CARRIED, location=location, directory=directory, listed=Manifest.of(listed))
    assert why in doubt
    assert bool(doubt) == bool(why)


def test_a_manifest_has_at_most_a_mebibyte_and_what_its_files_need() -> None:
    assert MOST_BYTES == 1 << 20
    assert most_bytes(Manifest.of([])) == MOST_BYTES
    longest = [
        FileEntry(f"{DIRECTORY}/{number:05}" + '"' * 200, 1 << 62, 0, "t" * 64, "a" * 128, "SHA256", "v" * 64)
        for number in range(3000)
    ]
    written = CARRIED.model_copy(update={"files": tuple(longest)}).to_bytes()
    assert MOST_BYTES < len(written) < most_bytes(Manifest.of(longest)), "what this package writes, it reads"


def test_of_a_data_set_the_ten_newest_revisions_are_read() -> None:
    name = DataSetName.parse("raw-ephys/SC022/2021-01-01/1")
    sidecars = [(sidecar_path(name, revision), 9) for revision in (0, 299, *range(2, 12))]
    read, older = newest_revisions(sidecars)
    assert [parse_sidecar_path(path)[1] for path, _ in read] == [299, *range(11, 2, -1)]
    assert [parse_sidecar_path(path)[1] for path, _ in older] == [2, 0]
    assert newest_revisions(read) == (read, [])


@pytest.mark.parametrize(
    "content",
    [
        {"directory": "/".join(["a"] * 2100)},
        {"data_set": "raw-ephys/" + "a" * 1100 + "/2021-01-01"},
        {"session_key": {"a": "x" * 1000}, "decisions": []},
    ],
)
def test_its_texts_have_bounds(content) -> None:
    with pytest.raises(SidecarError, match=r"characters|at most"):
        read_sidecar(changed(**content, files=[]), path=PATH, most=MOST_BYTES)


def test_what_a_manifest_says_reaches_nobody_raw() -> None:
    with pytest.raises(SidecarError) as refused:
        read_sidecar(changed(**{"\x1b[31m\u202e" + "k" * 900_000: 1}), path=PATH, most=MOST_BYTES)
    assert len(str(refused.value)) <= 4096
    assert str(refused.value).isprintable()


def test_a_manifest_that_is_too_long_is_refused() -> None:
    content = CARRIED.to_bytes()
    assert read_sidecar(content.ljust(MOST_BYTES), path=PATH, most=MOST_BYTES) == CARRIED
    with pytest.raises(SidecarError, match=str(MOST_BYTES)):
        read_sidecar(content.ljust(MOST_BYTES + 1), path=PATH, most=MOST_BYTES)


def with_file(**values) -> bytes:
    return changed(files=[{"path": f"{DIRECTORY}/x", "size": 1, "mtime": 0, **values}])


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (with_file(file_type="x" * 64), with_file(file_type="x" * 65)),
        (with_file(file_type="a.b-c_1"), with_file(file_type="a b")),
        (with_file(checksum="a" * 128), with_file(checksum="a" * 129)),
        (with_file(checksum="ab"), with_file(checksum="AB")),
        (with_file(checksum_algorithm="x" * 16), with_file(checksum_algorithm="x" * 17)),
        (with_file(vouched_by="x" * 64), with_file(vouched_by="x" * 65)),
        (with_file(mtime=-30_610_223_999), with_file(mtime=-30_610_224_000)),
        (with_file(mtime=253_370_764_799), with_file(mtime=253_370_764_800)),
        (with_file(size=(1 << 63) - 1), with_file(size=1 << 63)),
        (changed(location="x" * 64), changed(location="x" * 65)),
        (changed(found_by="x" * 16), changed(found_by="x" * 17)),
        (changed(run_id="x" * 255), changed(run_id="x" * 256)),
        (
            decided(place="p" * 64, directory=DIRECTORY, file="f" * 1000, why="w" * 1000),
            decided(place="p" * 65, directory=DIRECTORY),
        ),
        (decided(data_set=CARRIED.data_set, file="f"), decided(data_set=CARRIED.data_set, file="f" * 1001)),
        (
            decided(data_set=CARRIED.data_set, manifest_id="m" * 64),
            decided(data_set=CARRIED.data_set, manifest_id="m" * 65),
        ),
        (
            decided(data_set=CARRIED.data_set, data_set_type="m" * 64),
            decided(data_set=CARRIED.data_set, data_set_type="m" * 65),
        ),
        (
            decided(session_key={"subject_id": 407513, "session": 2}),
            decided(session_key={"subject_id": 407513, "session": "2"}),
        ),
    ],
)
def test_a_text_or_number_has_the_limits_of_a_catalog(good: bytes, bad: bytes) -> None:
    assert read_sidecar(good, path=PATH, most=MOST_BYTES).name == CARRIED.name
    with pytest.raises(SidecarError):
        read_sidecar(bad, path=PATH, most=MOST_BYTES)


def test_a_decision_about_a_session_belongs_only_to_a_linked_data_set() -> None:
    unlinked = {"session_key": None, "linked_at": None}
    about_none = [{"verdict": "ignore", "decided_at": WHEN.isoformat()}]
    with pytest.raises(SidecarError, match="does not belong"):
        read_sidecar(changed(**unlinked, decisions=about_none), path=PATH, most=MOST_BYTES)


def test_times_must_all_be_as_written_or_none() -> None:
    def listed(*mtimes: int) -> Manifest:
        return Manifest.of(
            FileEntry(file.path, file.size, mtime) for file, mtime in zip(FILES, mtimes, strict=True)
        )

    def doubt(*mtimes: int) -> str:
        return disagreement(CARRIED, location="ephys", directory=DIRECTORY, listed=listed(*mtimes))

    assert doubt(1_600_000_000, 1_600_000_001) == doubt(5, 6) == ""
    assert doubt(5, 1_600_000_001).startswith(FILES[0].path)
    assert doubt(1_600_000_000, 6).startswith(FILES[1].path)
