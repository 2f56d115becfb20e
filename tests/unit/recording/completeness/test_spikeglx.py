"""Each .bin has its .meta, and both agree."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.recording.completeness.samples import BIN, BY_CATGT, CATGT, META, NAME, OLD, RAW, checked, run

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness import external_checksums


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        (f"{NAME}.bin", None, "has no .bin beside it: still being copied"),
        (f"{NAME}.meta", None, "has no .meta beside it"),
        (f"{NAME}.bin", {"size": 0}, "is empty"),
        (f"{NAME}.bin", {"size": BIN - 770}, f"{BIN - 770} bytes, but its .meta says {BIN}"),
        (f"{NAME}.bin", {"size": BIN + 770}, f"{BIN + 770} bytes, but its .meta says {BIN}"),
    ],
)
def test_a_pair_that_is_not_complete_waits(name: str, change: dict[str, Any] | None, what: str) -> None:
    files, metas = run("imec0.ap")
    file = files.pop(f"{RAW}/{name}")
    if change is not None:
        files[file.path] = replace(file, **change)
    elif name.endswith(".meta"):
        metas.clear()
    (found,) = checked(files, metas)
    assert (found.blocks, what in found.what) == (True, True), found


@pytest.mark.parametrize(
    ("meta", "what"),
    [
        (replace(META, size=None, seconds=None), "still being recorded"),
        (replace(META, seconds=2.0), "contradicts itself"),
        ("is empty", "its .meta is empty"),
    ],
)
def test_a_meta_that_is_not_finished_waits(meta: Any, what: str) -> None:
    (found,) = checked(*run("imec0.ap", meta=meta))
    assert (found.blocks, what in found.what) == (True, True), found


def test_without_meta_content_a_run_is_judged_by_names_and_sizes_only() -> None:
    files, _ = run("imec0.ap")
    assert checked(files, {}) == ()
    files.pop(f"{RAW}/{NAME}.meta")
    assert [found.blocks for found in checked(files, {})] == [True]


def test_a_meta_may_stay_alone_if_its_bin_was_made_into_another() -> None:
    for stream, trigger, folder in (("imec1010.ap", "t0", RAW), ("imec1.ap", "tcat", CATGT)):
        files, metas = run("imec1.ap")
        del files[f"{RAW}/SC022_010121_g0_t0.imec1.ap.bin"]
        more, more_metas = run(stream, triggers=(trigger,), folder=folder, meta=BY_CATGT)
        assert [found.blocks for found in checked(files | more, metas | more_metas)] == [False], stream


def test_a_compressed_recording_is_as_good_as_its_bin() -> None:
    files, metas = run("imec0.ap")
    binary = files.pop(f"{RAW}/{NAME}.bin")
    path = binary.path.replace(".bin", ".cbin")
    assert checked(files | {path: FileEntry(path, 100, OLD)}, metas) == ()
    assert external_checksums([*files.values(), FileEntry(path, BIN, OLD)], metas) == {}
