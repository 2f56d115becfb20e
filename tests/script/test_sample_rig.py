"""The sample rig agrees with its table and its .meta files; otherwise the demo would prove nothing."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from session_archive.listing import find_folders, list_files, local_directory_reader
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import path_id
from session_archive.recording.sessions import SourceFolder, match
from session_archive.states.state import LabSession, State
from support.sample_rig import LITTER, SAMPLES, UNKNOWN, Sample, lab_sessions, make_rig


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rig = tmp_path_factory.mktemp("sample") / "rig"
    make_rig(rig)
    return rig


def _meta(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def _pairs(rig: Path) -> list[tuple[Path, dict[str, str]]]:
    return [(path, _meta(path.with_suffix(".meta"))) for path in sorted(rig.rglob("*.bin"))]


def _tree(rig: Path) -> dict[str, tuple[bytes, float]]:
    return {
        str(path.relative_to(rig)): (path.read_bytes(), path.stat().st_mtime)
        for path in rig.rglob("*")
        if path.is_file()
    }


def test_every_bin_has_the_size_that_its_meta_says(rig: Path) -> None:
    for binary, meta in _pairs(rig):
        size, channels = binary.stat().st_size, int(meta["nSavedChans"])
        rate = float(meta["niSampRate" if meta["typeThis"] == "nidq" else "imSampRate"])
        assert size == int(meta["fileSizeBytes"]) > 0, binary
        assert size % (2 * channels) == 0, binary
        assert float(meta["fileTimeSecs"]) == pytest.approx(size / 2 / channels / rate, abs=1e-4), binary


def test_a_spikeglx_run_has_its_sha1_and_catgt_output_has_none(rig: Path) -> None:
    claims = Counter[str]()
    for binary, meta in _pairs(rig):
        by_catgt = "_tcat." in binary.name
        claims["CatGT" if by_catgt else "SpikeGLX"] += 1
        true = hashlib.sha1(binary.read_bytes(), usedforsecurity=False).hexdigest().upper()
        assert meta["fileSHA1"] == ("0" if by_catgt else true), binary
        assert ("fileCreateTime_original" in meta) == by_catgt, binary
    assert claims["CatGT"] and claims["SpikeGLX"]


def test_a_session_has_the_number_of_probes_that_its_meta_states(rig: Path) -> None:
    folders = [path for path in rig.glob("*/catgt_*") if any(path.iterdir())]
    for folder in folders:
        metas = [_meta(path) for path in folder.rglob("*.meta")]
        assert {meta["typeImEnabled"] for meta in metas} == {str(len(list(folder.glob("*_imec?"))))}, folder


def test_the_videos_are_riff_files_that_state_their_length(rig: Path) -> None:
    videos = list(rig.rglob("*.avi"))
    assert videos
    for path in videos:
        data = path.read_bytes()
        assert (data[:4], data[8:12]) == (b"RIFF", b"AVI "), path
        assert int.from_bytes(data[4:8], "little") == len(data) - 8, path


def test_two_rigs_have_the_same_bytes_and_mtimes(rig: Path, tmp_path: Path) -> None:
    make_rig(tmp_path / "other")
    assert _tree(tmp_path / "other") == _tree(rig)


def test_the_rig_is_small_and_has_the_listed_junk_files(rig: Path) -> None:
    files = [path for path in rig.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_000_000
    assert all((rig / path).is_file() for path in LITTER)


def test_the_conventions_recognize_the_folders_and_files_of_the_table(rig: Path) -> None:
    conventions, lister = load_conventions(), local_directory_reader(rig)
    found = find_folders(lister, conventions=conventions, kinds=conventions.kinds)
    folders = {(each.data_set.data_set_type, each.directory) for each in found.folders}
    assert folders == {(sample.data_set_type, sample.directory) for sample in SAMPLES if sample.directory}
    assert [problem.path for problem in found.unknown] == [UNKNOWN]
    for sample in SAMPLES:
        if sample.state in (State.ARCHIVED, State.EMPTY):
            listing = list_files(lister, sample.directory, conventions=conventions, kind=sample.data_set_type)
            assert len(listing.manifest.files) == sample.n_files, sample


def test_matching_finds_the_folder_or_the_state_in_the_table_for_each_session(rig: Path) -> None:
    conventions = load_conventions()
    found = find_folders(local_directory_reader(rig), conventions=conventions, kinds=conventions.kinds)
    sessions = [LabSession(path_id(str(row)), {}, row.subject, row.date, row.time) for row in lab_sessions()]
    outcome = set()
    for kind in ("raw-ephys", "raw-video"):
        folders = [SourceFolder("rig", each) for each in found.folders if each.data_set.data_set_type == kind]
        matching = match(sessions, folders)
        outcome |= {
            (str(claim.session), kind, claim.state, claim.found.folder.directory if claim.found else "")
            for claim in matching.claims
        }
        outcome |= {
            (str(each.folder.data_set.session), kind, State.UNCLAIMED, each.folder.directory)
            for each in matching.unclaimed
        }
    assert outcome == {_as_matched(sample) for sample in SAMPLES}


def _as_matched(sample: Sample) -> tuple[str, str, State | None, str]:
    """Matching only finds folders; whether one is empty is seen later."""
    has_folder = sample.state in (State.ARCHIVED, State.EMPTY)
    directory = "" if sample.state is State.AMBIGUOUS else sample.directory
    return sample.session, sample.data_set_type, None if has_folder else sample.state, directory
