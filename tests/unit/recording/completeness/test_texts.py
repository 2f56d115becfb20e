"""Small texts are read below the root only, and one that cannot be read says why."""

import sys
import weakref
from pathlib import Path
from typing import Any

import pytest
from tests.unit.recording.completeness.samples import EPHYS

from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import local_file_reader
from session_archive.recording import spikeglx_meta, video_trials
from session_archive.recording.completeness import read_checksum_metas, read_texts, text_files
from session_archive.recording.completeness.catgt import LOG_MOST_BYTES
from session_archive.recording.completeness.recordings import Recording
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

META = b"nSavedChans=385\nimSampRate=30000\n"


def test_a_text_that_cannot_be_read_says_why_and_stops_no_other(tmp_path: Path) -> None:
    names = {
        "a_g0_t0.imec0.ap.meta": META,
        "a_g0_t0.imec1.ap.meta": b"overwritten",
        "a_side_000-0000.avi": b"",
        "a_20210101_side.txt": b"0\t1\n",
        "a_20210101_bottom.txt": b"a camera without videos",
        "notes.txt": b"x",
        "CatGT.log": b"[Thd 1] \n",
    }
    (tmp_path / "a").mkdir()
    for name, content in names.items():
        (tmp_path / "a" / name).write_bytes(content)
    gone = "a/a_g0_t0.nidq.meta"
    files = [FileEntry(path, 1, 0) for path in (*(f"a/{name}" for name in names), gone)]
    texts = read_texts(local_file_reader(tmp_path), files, EPHYS)
    metas = dict(texts.metas)
    assert isinstance(metas.pop("a/a_g0_t0.imec0.ap.meta"), SpikeGlxMeta)
    assert metas.pop("a/a_g0_t0.imec1.ap.meta") == "line 1 is not key=value"
    assert "does not exist" in str(metas.pop(gone))
    assert metas == {}
    assert texts.trial_maps == {"a/a_20210101_side.txt": {0: 1}}
    assert texts.catgt_logs == {"a/CatGT.log": "[Thd 1] \n"}
    huge = FileEntry("a/CatGT.log", 1 << 30, 0)
    assert read_texts(local_file_reader(tmp_path), [huge], EPHYS).catgt_logs == {}


def sized(name: str, size: int) -> FileEntry:
    return FileEntry(f"a/{name}", size, 0)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("a_g0_t0.imec0.ap.meta", spikeglx_meta.MOST_BYTES),
        ("a_20210101_side.txt", video_trials.MOST_BYTES),
        ("CatGT.log", LOG_MOST_BYTES),
    ],
)
def test_a_text_that_is_too_long_is_not_read(name: str, most: int) -> None:
    video = sized("a_side_000-0000.avi", 1)
    assert text_files([video, sized(name, most)], EPHYS) == (sized(name, most),)
    assert text_files([video, sized(name, most + 1)], EPHYS) == ()


def test_a_bin_without_meta_and_a_map_without_videos_have_no_text() -> None:
    assert text_files([sized("a_g0_t0.imec0.ap.bin", 1), sized("a_20210101_side.txt", 1)], EPHYS) == ()


def test_one_byte_more_than_the_limit_is_read_so_that_a_longer_text_is_recognised() -> None:
    limits: dict[str, int] = {}

    def read(path: str, most: int) -> bytes:
        limits[path.rpartition("/")[2]] = most
        return b" " * most

    names = ["a_g0_t0.imec0.ap.meta", "a_20210101_side.txt", "CatGT.log", "a_side_000-0000.avi"]
    texts = read_texts(read, [sized(name, 1) for name in names], EPHYS)
    assert limits == {
        "a_g0_t0.imec0.ap.meta": spikeglx_meta.MOST_BYTES + 1,
        "a_20210101_side.txt": video_trials.MOST_BYTES + 1,
        "CatGT.log": LOG_MOST_BYTES,
    }
    assert isinstance(texts.metas["a/a_g0_t0.imec0.ap.meta"], str)


def test_a_log_that_cannot_be_read_is_left_out() -> None:
    def read(path: str, most: int) -> bytes:
        raise ListingError(f"{path} is closed")

    texts = read_texts(read, [sized("CatGT.log", 1), sized("a_g0_t0.nidq.meta", 1)], EPHYS)
    assert texts.catgt_logs == {}
    assert "closed" in str(texts.metas["a/a_g0_t0.nidq.meta"])


def test_the_two_recordings_of_one_name_have_one_meta_to_read() -> None:
    files = [sized(f"a_g0_t0.imec0.ap.{ending}", 1) for ending in ("bin", "cbin", "meta", "ch")]
    assert text_files(files, EPHYS) == (files[2], files[3])


def test_the_log_of_a_run_is_read_under_its_name_too() -> None:
    files = [sized(name, 1) for name in ("run/CatGT.log", "run/SC022_g0_CatGT.log", "run/kilosort.log")]
    assert text_files(files, EPHYS) == tuple(files[:2])


@pytest.mark.parametrize(
    ("maps", "unended"),
    [
        ({"side": "0\t1"}, {"side"}),
        ({"side": "0\t1", "bottom": "0\t1\n"}, {"side"}),
        ({"side": "0\t1", "bottom": "0\t1"}, set()),
        ({"side": "0\t1\n"}, set()),
    ],
)
def test_a_map_that_was_cut_off_has_no_last_end(maps: dict[str, str], unended: set[str]) -> None:
    content = {f"a/v/a_20210101_{camera}.txt": text.encode() for camera, text in maps.items()}
    files = [sized(f"v/a_{camera}_000-0000.avi", 1) for camera in maps]
    files += [sized(path.removeprefix("a/"), len(text)) for path, text in content.items()]
    texts = read_texts(lambda path, most: content[path][:most], files, EPHYS)
    assert set(texts.unended) == {f"a/v/a_20210101_{camera}.txt" for camera in unended}


def test_recordings_are_forgotten_while_their_texts_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Recording]] = []
    alive: list[int] = []

    class Watched(Recording):
        """A recording of which it is seen whether it is still in memory."""

    def watched(**values: Any) -> Recording:
        found = Watched(**values)
        made.append(weakref.ref(found))
        alive.append(sum(each() is not None for each in made))
        return found

    # The package has a function of the module's name.
    monkeypatch.setattr(sys.modules[Recording.__module__], "Recording", watched)
    files = [sized(f"a_g0_t{trial}.nidq.{ending}", 1) for trial in range(50) for ending in ("bin", "meta")]
    texts = read_texts(lambda path, most: META, files, EPHYS)
    assert (len(texts.metas), len(made)) == (50, 50)
    assert max(alive) <= 2


def test_of_checksums_only_the_metas_that_have_one_are_kept_and_no_other_text_is_read() -> None:
    content = {
        "a/a_g0_t0.nidq.meta": META + b"fileSHA1=" + b"a" * 40 + b"\n",
        "a/a_g0_tcat.nidq.meta": META + b"fileSHA1=0\n",
        "a/a_g0_t1.nidq.meta": b"overwritten",
    }
    read: list[str] = []

    def read_file(path: str, most: int) -> bytes:
        read.append(path)
        return content[path]

    files = [*(FileEntry(path, 1, 0) for path in content), sized("CatGT.log", 1)]
    kept = read_checksum_metas(read_file, files, EPHYS)
    assert list(kept) == ["a/a_g0_t0.nidq.meta"]
    assert sorted(read) == sorted(content)
