"""Each .bin has its .meta, and both agree."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.recording.completeness.samples import (
    BIN,
    BY_CATGT,
    CATGT,
    EPHYS,
    META,
    NAME,
    OLD,
    RAW,
    checked,
    run,
)

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness import external_checksums
from session_archive.recording.completeness.recordings import Recording, recordings
from session_archive.recording.mtscomp import Chunks


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
    chunks = FileEntry(path.replace(".cbin", ".ch"), 50, OLD)
    both = {path: FileEntry(path, 100, OLD), chunks.path: chunks}
    content = {chunks.path: Chunks(compressed=100, size=BIN)}
    assert checked(files | both, metas, chunks=content) == ()
    for cut in (Chunks(compressed=101, size=BIN), Chunks(compressed=100, size=BIN - 2), "is not JSON"):
        (found,) = checked(files | both, metas, chunks={chunks.path: cut})
        assert (found.path, found.blocks, "its .ch" in found.what) == (path, True, True)
    (missing,) = checked(files | {path: both[path]}, metas)
    assert (missing.blocks, "has no .ch beside it" in missing.what) == (True, True)
    assert external_checksums([*files.values(), FileEntry(path, BIN, OLD)], metas, kind=EPHYS) == {}


def stream(name: str) -> Recording:
    (found,) = recordings([FileEntry(f"SC022/{name}", 1, OLD)], {}, EPHYS)
    return found


@pytest.mark.parametrize(
    ("name", "probe", "is_shank", "trigger", "concatenated"),
    [
        ("a_g0_t0.imec0.ap.bin", 0, False, 0, False),
        ("a_g0_t12.imec.ap.bin", None, False, 12, False),
        ("a_g0_imec2/a_g0_t12.imec.ap.bin", 2, False, 12, False),
        ("a_g0_tcat.imec3.lf.meta", 3, False, None, True),
        ("a_g0_tCAT.nidq.bin", None, False, None, True),
        ("a_g0_t0.obx1.obx.bin", None, False, 0, False),
        ("a_g0_t0.imec999.ap.bin", 999, False, 0, False),
        ("a_g0_t0.imec1000.ap.bin", 0, True, 0, False),
        ("a_g0_t0.imec1023.ap.bin", 2, True, 0, False),
        ("a.imec0.ap.bin", 0, False, None, False),
    ],
)
def test_a_name_says_probe_shank_and_trigger(
    name: str, probe: int | None, is_shank: bool, trigger: int | None, concatenated: bool
) -> None:
    found = stream(name)
    assert (found.probe, found.is_shank, found.trigger) == (probe, is_shank, trigger)
    assert found.concatenated == concatenated


@pytest.mark.parametrize(
    "name", ["a.dat", "a.ch.txt", "a_g0_t0.imec0.ap.txt", "a_g0_t0.exported_25.imec0.ap.bin"]
)
def test_another_name_is_no_recording(name: str) -> None:
    assert recordings([FileEntry(name, 1, OLD)], {}, EPHYS) == ()


@pytest.mark.parametrize(
    ("name", "stream"),
    [("x_t0.imec.bin", "imec"), ("x_g0_t0.bin", ""), ("a.bin", ""), ("a_g0_t0.nidq.XA.bin", "")],
)
def test_every_recording_of_the_conventions_is_one_at_night_too(name: str, stream: str) -> None:
    assert EPHYS.recording(name)
    (found,) = recordings([FileEntry(name, 1, OLD)], {}, EPHYS)
    assert found.stream == stream


def test_a_bin_and_its_compressed_copy_are_two_recordings_with_one_meta() -> None:
    both = [FileEntry(f"a_g0_t0.nidq.{ending}", size, OLD) for ending, size in (("bin", 9), ("cbin", 1))]
    found = recordings([*both, FileEntry("a_g0_t0.nidq.meta", 2, OLD)], {}, EPHYS)
    assert [(each.binary.size, each.compressed) for each in found if each.binary] == [(9, False), (1, True)]
    assert {each.meta_file.path for each in found if each.meta_file} == {"a_g0_t0.nidq.meta"}
    (alone,) = recordings(both[1:], {}, EPHYS)
    assert alone.compressed


@pytest.mark.parametrize(
    ("ending", "size", "expected"),
    [
        ("cbin", 0, {"is empty: still being copied, or nothing was recorded", "has no .ch beside it"}),
        ("cbin", 5, {"has no .ch beside it"}),
        ("BIN", 0, {"is empty: still being copied, or nothing was recorded"}),
        ("BIN", 5, {"5 bytes, but its .meta says"}),
    ],
)
def test_each_of_two_recordings_with_one_name_must_be_whole(
    ending: str, size: int, expected: set[str]
) -> None:
    files, metas = run("imec0.ap")
    other = FileEntry(f"{RAW}/{NAME}.{ending}", size, OLD)
    found = [each for each in checked(files | {other.path: other}, metas) if each.blocks]
    assert {each.path for each in found} == {other.path}
    assert all(any(words in each.what for each in found) for words in expected), found


@pytest.mark.parametrize(
    ("written", "noted"),
    [
        ("SC022_010121_g0_t0.imec0.ap.bin", False),
        ("other_run_g0_t0.imec0.ap.bin", False),
        ("odd.bin", False),
        ("", False),
        ("SC022_010121_g0_t0.imec1.ap.bin", True),
        ("SC022_010121_g1_t0.imec0.ap.bin", True),
        ("SC022_010121_g0_t1.imec0.ap.bin", True),
    ],
)
def test_a_meta_of_another_gate_trigger_or_stream_is_noted(written: str, noted: bool) -> None:
    found = checked(*run("imec0.ap", meta=replace(META, file_name=written)))
    assert [each.blocks for each in found] == [False] * noted
    assert all(f"was written as {written}" in each.what for each in found)


def test_a_letter_or_a_number_that_is_not_the_streams_own_is_noted() -> None:
    meta = replace(META, file_name="SC022_010121_g0_t0.nidq.bin", device="nidq")
    for stream, trigger in (("nidqO", "t0"), ("nidq", "tO"), ("nidq", "t")):
        found = checked(*run(stream, triggers=(trigger,), meta=replace(meta, probes=0)))
        assert [each.blocks for each in found] == [False], (stream, trigger)
        assert "was written as SC022_010121_g0_t0.nidq.bin" in found[0].what


def test_a_meta_alone_waits_unless_another_file_replaced_its_bin() -> None:
    files, metas = run("imec1.ap")
    del files[f"{RAW}/SC022_010121_g0_t0.imec1.ap.bin"]
    for stream, triggers in (("imec1010.ap", ("t0",)), ("imec1.ap", ("tcat",))):
        more, more_metas = run(stream, triggers=triggers, meta=BY_CATGT)
        whole = [each.blocks for each in checked(files | more, metas | more_metas)]
        assert whole == [False]
        only_meta = {path: file for path, file in more.items() if path.endswith(".meta")}
        assert True in [each.blocks for each in checked(files | only_meta, metas | more_metas)]
    other, other_metas = run("imec0.ap")
    assert True in [each.blocks for each in checked(files | other, metas | other_metas)]


def test_an_exported_excerpt_of_catgts_output_is_by_spikeglx() -> None:
    files, metas = run("imec0.ap", triggers=("tcat", "t0", "t1"), meta=BY_CATGT)
    renamed = f"{RAW}/SC022_010121_g0_t1.imec0.ap.meta"
    metas[renamed] = replace(BY_CATGT, file_name="SC022_010121_g0_tcat.exported.imec0.ap.bin")
    by_catgt = {
        each.path.rpartition("g0_")[2]: each.by_catgt for each in recordings([*files.values()], metas, EPHYS)
    }
    assert by_catgt == {"tcat.imec0.ap": True, "t0.imec0.ap": True, "t1.imec0.ap": False}


@pytest.mark.parametrize(("decimals", "blocks"), [(1.0, False), (0.0, True)])
def test_what_rounding_explains_is_a_note_while_the_sizes_agree(decimals: float, blocks: bool) -> None:
    rounded = replace(META, seconds=1.6, rounding=decimals)
    files, metas = run("imec0.ap", meta=rounded)
    (found,) = checked(files, metas)
    assert ("contradicts itself" in found.what, found.blocks) == (True, blocks)
    path = f"{RAW}/{NAME}.bin"
    files[path] = replace(files[path], size=BIN - 770)
    assert [each.blocks for each in checked(files, metas)] == [True, True], "the sizes do not agree"


def test_a_last_sample_that_was_cut_off_is_a_note_while_the_sizes_agree() -> None:
    files, metas = run("imec0.ap", meta=replace(META, size=BIN - 100))
    path = f"{RAW}/{NAME}.bin"
    files[path] = replace(files[path], size=BIN - 100)
    (found,) = checked(files, metas)
    assert ("not a multiple of 770" in found.what, found.blocks) == (True, False)


def test_a_renamed_excerpt_is_noted() -> None:
    files, metas = run("imec0.ap", meta=replace(META, file_name="a_g0_t0.exported_25.imec0.ap.bin"))
    (found,) = checked(files, metas)
    assert ("written as a_g0_t0.exported_25.imec0.ap.bin: an excerpt" in found.what, found.blocks) == (
        True,
        False,
    )


def test_a_meta_of_the_other_band_is_noted() -> None:
    assert checked(*run("imec0.ap", meta=replace(META, band=0))) == ()
    (found,) = checked(*run("imec0.ap", meta=replace(META, band=1)))
    assert "of another band" in found.what


def test_probe_folders_of_3a_are_counted_as_probes() -> None:
    files: dict[str, FileEntry] = {}
    metas: dict[str, Any] = {}
    for folder in ("SC022_010121_g0_imec0", "probe_left", "probe_right"):
        more, more_metas = run("imec.ap", folder=f"{RAW}/{folder}", meta=replace(META, probes=3))
        files, metas = files | more, metas | more_metas
    assert checked(files, metas) == ()
    left = {path: file for path, file in files.items() if "probe_left" not in path}
    (found,) = checked(left, metas)
    assert (found.blocks, "2 of 3 probes are present" in found.what) == (True, True)


def test_a_recording_that_its_name_does_not_place_is_placed_by_its_meta() -> None:
    stem = f"{RAW}/SC022_010121_g0_t0"
    files = {f"{stem}.{ending}": FileEntry(f"{stem}.{ending}", BIN, OLD) for ending in ("bin", "meta")}
    assert checked(files, {f"{stem}.meta": replace(META, device="imec", band=0)}) == ()
    (found,) = checked(files, {f"{stem}.meta": META})
    assert "0 of 1 probes" in found.what


@pytest.mark.parametrize(
    ("call", "waiting"),
    [
        ("-ap -lf -ni -prb=0 -gblcar", {"imec0.ap", "imec0.lf"}),
        ("-ap -lf -ni -prb=0 -no_tshift -gblcar", {"imec0.ap"}),
        ("-ap -lf -ni -prb=0 -no_tshift", set()),
        ("-ap -lf -ni -prb=0 -supercat={a,b_g0}{a,c_g0}", {"imec0.ap", "imec0.lf", "nidq"}),
    ],
)
def test_a_meta_of_catgt_without_its_bin_waits_if_catgt_wrote_one(call: str, waiting: set[str]) -> None:
    meta = replace(BY_CATGT, command=f"<CatGT {call}>", nidq=1)
    for stream in ("imec0.ap", "imec0.lf", "nidq"):
        files, metas = run("imec0.ap", "imec0.lf", "nidq", folder=CATGT, triggers=("tcat",), meta=meta)
        gone = f"{CATGT}/SC022_010121_g0_tcat.{stream}.bin"
        del files[gone]
        (found,) = checked(files, metas)
        assert (found.path, "has no .bin" in found.what) == (gone.replace(".bin", ".meta"), True)
        assert found.blocks == (stream in waiting), stream


def test_what_a_labs_own_meta_lacks_is_called_a_recording() -> None:
    (found,) = checked(
        {f"{RAW}/notes.meta": FileEntry(f"{RAW}/notes.meta", 9, OLD)},
        {f"{RAW}/notes.meta": replace(META, probes=None)},
    )
    assert (found.what, found.blocks) == ("has no recording beside it: still being copied, or lost", True)


def test_a_list_of_chunks_without_what_it_lists_is_noted_beside_the_bin_and_must_not_be_empty() -> None:
    files, metas = run("imec0.ap")
    chunks = FileEntry(f"{RAW}/{NAME}.ch", 50, OLD)
    (note,) = checked(files | {chunks.path: chunks}, metas, chunks={chunks.path: Chunks(100, BIN)})
    assert (note.path, note.blocks) == (chunks.path, False)
    assert note.what == "has no .cbin beside it, but the .bin is there"
    found = checked(files | {chunks.path: replace(chunks, size=0)}, metas, chunks={chunks.path: "is empty"})
    assert "its .ch is empty" in next(each.what for each in found if each.blocks)
