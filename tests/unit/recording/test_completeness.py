"""What is incomplete waits; a fact of the recording is noted and sent along."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from session_archive.fixity.manifest import FileEntry
from session_archive.listing import list_files, local_directory_reader
from session_archive.naming.conventions import load_conventions
from session_archive.recording.completeness import Finding, external_checksums, findings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta, read_meta
from session_archive.recording.video_trials import read_trial_map
from support.sample_rig import SAMPLES, make_rig

NOW = dt.datetime(2021, 1, 2, 2, tzinfo=dt.UTC)
OLD = int((NOW - dt.timedelta(days=1)).timestamp())
BIN = 385 * 2 * 30000
RAW, CATGT = "SC022/SC022_010121_g0", "SC022/catgt_SC022_010121_g0"
META = SpikeGlxMeta(size=BIN, seconds=1.0, channels=385, rate=30000.0, sha1="ab" * 20, probes=1)
BY_CATGT = replace(META, sha1="", catgt=True, joined=(0, 0))


def run(
    *streams: str, folder: str = RAW, meta: Any = META, triggers: tuple[str, ...] = ("t0",)
) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    """Pairs of .bin and .meta by path, and the content of the .meta files."""
    stems = [f"{folder}/SC022_010121_g0_{trigger}.{stream}" for trigger in triggers for stream in streams]
    files = [FileEntry(f"{stem}.bin", BIN, OLD) for stem in stems]
    files += [FileEntry(f"{stem}.meta", 2000, OLD) for stem in stems]
    return {file.path: file for file in files}, {f"{stem}.meta": meta for stem in stems}


def checked(files: dict[str, FileEntry], metas: dict[str, Any], **more: Any) -> tuple[Finding, ...]:
    return findings(tuple(files.values()), metas, now=NOW, **more)


def test_a_complete_run_has_no_finding() -> None:
    files, metas = run("imec0.ap", "imec0.lf", "imec1.ap", "nidq", meta=replace(META, probes=2, nidq=True))
    assert checked(files, metas) == ()
    assert checked(*run("imec0.ap", folder=CATGT, meta=BY_CATGT, triggers=("tcat",))) == ()


def test_the_sample_rig_is_complete(tmp_path: Path) -> None:
    make_rig(tmp_path)
    conventions = load_conventions()
    for sample in SAMPLES:
        if sample.n_files:
            listing = list_files(
                local_directory_reader(tmp_path),
                sample.directory,
                conventions=conventions,
                kind=sample.data_set_type,
            )
            files = listing.manifest.files
            metas = {
                file.path: read_meta((tmp_path / file.path).read_bytes())
                for file in files
                if file.path.endswith(".meta")
            }
            assert metas or sample.data_set_type == "raw-video"
            assert findings(files, metas, now=NOW) == (), sample


NAME = "SC022_010121_g0_t0.imec0.ap"


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


@pytest.mark.parametrize(("directories", "blocks"), [(1, True), (2, False)])
def test_a_missing_probe_waits_unless_it_may_be_on_another_drive(directories: int, blocks: bool) -> None:
    meta = replace(META, probes=2, nidq=True, directories=directories)
    found = checked(*run("imec0.ap", meta=meta))
    assert [each.blocks for each in found] == [blocks, blocks]
    assert "1 of 2 probes are present (imec0)" in found[0].what
    assert "nidq stream is missing" in found[1].what


def test_catgt_need_not_copy_the_nidq_stream() -> None:
    found = checked(*run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=replace(BY_CATGT, nidq=True)))
    assert [each.blocks for each in found] == [False]


def test_probes_are_counted_by_their_whole_number() -> None:
    streams = [f"imec{number}.ap" for number in (2, 12, 1020)]
    assert checked(*run(*streams, meta=replace(META, probes=2))) == ()


def test_a_hole_in_the_triggers_waits_and_names_the_first() -> None:
    files, metas = run("imec0.ap", "imec0.lf", triggers=("t0", "t2", "t3"))
    extra, extra_metas = run("imec0.ap", triggers=("t4",))
    found = checked(files | extra, metas | extra_metas)
    assert [each.what for each in found if each.blocks] == [
        "trigger t1 of imec0.ap is missing, of t0 to t4",
        "trigger t1 and 1 more of imec0.lf is missing, of t0 to t4",
    ]
    far, far_metas = run("imec0.ap", triggers=("t0", "t999999999"))
    assert "t1 and 999999997 more" in checked(far, far_metas)[0].what


def test_catgt_3_is_working_until_its_last_file_exists() -> None:
    for command, extra in (("<CatGT -ap -xd=2,0,384,6,500>", ""), ("", "imec0.ap.xd_384_6_500.txt")):
        files, metas = run(
            "imec0.ap", folder=CATGT, triggers=("tcat",), meta=replace(BY_CATGT, command=command)
        )
        if extra:
            path = f"{CATGT}/SC022_010121_g0_tcat.{extra}"
            files[path] = FileEntry(path, 9, OLD)
        (found,) = checked(files, metas)
        assert (found.blocks, "no _fyi.txt" in found.what) == (True, True)
        path = f"{CATGT}/SC022_010121_g0_fyi.txt"
        assert checked(files | {path: FileEntry(path, 9, OLD)}, metas) == ()


@pytest.mark.parametrize(("age", "blocks"), [(600, True), (7 * 3600, False), (-3600, False)])
def test_a_bin_newer_than_its_meta_waits_but_not_for_ever(age: int, blocks: bool) -> None:
    files, metas = run("imec0.ap", folder=CATGT, triggers=("tcat",), meta=BY_CATGT)
    path = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap.bin"
    written = int(NOW.timestamp()) - age
    files[path] = replace(files[path], mtime=written)
    files[f"{path[:-4]}.meta"] = replace(files[f"{path[:-4]}.meta"], mtime=written - 100)
    (found,) = checked(files, metas)
    assert (found.path, found.blocks) == (path, blocks)
    fyi = f"{CATGT}/SC022_010121_g0_fyi.txt"
    assert checked(files | {fyi: FileEntry(fyi, 9, written + 1)}, metas) == ()


JOINED = replace(BY_CATGT, joined=(0, 799), lf_channels=384)


def catgt(*streams: str, meta: SpikeGlxMeta = JOINED) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    files, metas = run(*streams, folder=CATGT, triggers=("tcat",), meta=meta)
    path = f"{CATGT}/SC022_010121_g0_fyi.txt"
    return {**files, path: FileEntry(path, 9, OLD)}, metas


def expect(found: tuple[Finding, ...], expected: list[tuple[bool, str]]) -> None:
    assert len(found) == len(expected), found
    for each, (blocks, words) in zip(found, expected, strict=True):
        assert (each.blocks, words in each.what) == (blocks, True), each


@pytest.mark.parametrize(
    ("command", "probes", "expected"),
    [
        ("<CatGT -ap -prb=0,3:5 -dest=x>", (0, 3, 4, 5), []),
        ("<CatGT -ap -prb=0,3:5 -dest=x>", (0, 4), [(True, "lists imec3, imec5, but its output is missing")]),
        ("<CatGT -ap -dest=x -prb=0:1>", (0,), [(True, "lists imec1, but its output is missing")]),
        ("<CatGT -ap -prb=0:1 -prb_miss_ok>", (0,), [(False, "lists imec1, but its output is missing")]),
        ("<CatGT -ap -prb=0:1 -save=2,1,7,0:99>", (0, 7), []),
        ("<CatGT -ap -prb=x,1:,0>", (0,), []),
    ],
)
def test_every_probe_on_catgts_command_line_has_its_output(
    command: str, probes: tuple[int, ...], expected: list[tuple[bool, str]]
) -> None:
    meta = replace(JOINED, command=command, probes=len(probes))
    expect(checked(*catgt(*(f"imec{number}.ap" for number in probes), meta=meta)), expected)


def test_catgt_may_be_run_on_some_probes_only() -> None:
    meta = replace(JOINED, command="<CatGT -ap -prb=1>", probes=4)
    expect(checked(*catgt("imec1.ap", meta=meta)), [(False, "1 of 4 probes are present")])


@pytest.mark.parametrize(
    ("streams", "channels", "command", "expected"),
    [
        (("imec0.ap", "imec0.lf"), 384, "<CatGT -ap -lf>", []),
        (("imec0.ap",), 384, "<CatGT -ap -lf -prb=0>", [(True, "asks for imec0.lf, but it is missing")]),
        (("imec0.ap",), 384, "<CatGT -ap -prb=0 -lf>", [(True, "asks for imec0.lf, but it is missing")]),
        (("imec0.ap",), 384, "<CatGT -ap -lffilter=butter,12,300,1>", []),
        (("imec0.ap",), 0, "<CatGT -ap -lf>", []),
    ],
)
def test_lf_is_expected_if_catgts_command_line_lists_it_and_the_probe_has_it(
    streams: tuple[str, ...], channels: int, command: str, expected: list[tuple[bool, str]]
) -> None:
    meta = replace(JOINED, command=command, lf_channels=channels)
    expect(checked(*catgt(*streams, meta=meta)), expected)


@pytest.mark.parametrize(
    ("streams", "channels", "expected"),
    [
        (("imec0.ap", "imec0.lf"), 384, []),
        (("imec0.ap",), 384, [(False, "imec0.lf is missing: it was not saved")]),
        (("imec0.ap", "imec1.ap", "imec1.lf"), 384, [(True, "imec0.lf is missing, but that of another")]),
        (("imec0.ap",), 0, []),
        (("imec0.ap",), None, []),
    ],
)
def test_lf_is_expected_of_probes_that_have_it(
    streams: tuple[str, ...], channels: int | None, expected: list[tuple[bool, str]]
) -> None:
    probes = len({stream[:5] for stream in streams})
    meta = replace(META, lf_channels=channels, probes=probes)
    expect(checked(*run(*streams, triggers=("t0", "t1"), meta=meta)), expected)


def test_triggers_that_catgt_did_not_join_are_noted() -> None:
    files, metas = catgt("imec0.ap", "imec0.lf")
    metas[f"{CATGT}/SC022_010121_g0_tcat.imec0.lf.meta"] = replace(JOINED, joined=(0, 500))
    expect(checked(files, metas), [(False, "t0 to t500 and t0 to t799")] * 2)
    files, metas = catgt("imec0.ap", meta=replace(JOINED, joined=(0, 0)))
    raw, more = run("imec0.ap", folder=CATGT, triggers=("t0", "t1"))
    expect(checked(files | raw, metas | more), [(False, "joined t0 to t0, but t1 exists")])
    expect(checked(*catgt("imec0.ap", meta=replace(JOINED, joined=None))), [(False, "no catTVals")])


LINE = "[Thd 140 CPU 2 1/01/21 10:30:00.000] "


@pytest.mark.parametrize(
    ("text", "age", "expected"),
    [
        (f"{LINE}Command (active):\r\n{LINE}<CatGT -ap>\r\n{LINE}\r\n", 60, []),
        (
            f"{LINE}\n{LINE}<CatGT -ap>\n",
            60,
            [(True, "CatGT is still working: its log ends with '<CatGT -ap>'")],
        ),
        (f"{LINE}<CatGT -ap>\n", 7 * 3600, [(False, "CatGT was stopped before it finished")]),
        ("", 60, []),
    ],
)
def test_the_end_of_catgts_log_shows_whether_it_is_working(
    text: str, age: int, expected: list[tuple[bool, str]]
) -> None:
    path = f"{CATGT}/CatGT.log"
    files, metas = catgt("imec0.ap", "imec0.lf")
    files[path] = FileEntry(path, len(text), int(NOW.timestamp()) - age)
    found = checked(files, metas, catgt_logs={path: text})
    expect(found, expected)
    assert all(each.path == path for each in found)


def video(*numbers: tuple[str, int], size: int = 100) -> list[FileEntry]:
    folder = "SC022/01012021/video"
    return [
        FileEntry(f"{folder}/SC022_{camera}_{number:03}-0000.avi", size, OLD) for camera, number in numbers
    ]


def test_gaps_in_videos_are_noted_and_never_block() -> None:
    files = video(("side", 0), ("side", 2), ("side", 9), ("bottom", 0), ("bottom", 1)) + video(
        ("side", 1), size=0
    )
    found = findings(files, {}, now=NOW)
    assert not any(each.blocks for each in found)
    assert [each.what for each in found] == [
        "camera side: 3 videos, numbers 0 to 9 without 1, 3, 4, 5, 6 and 2 more",
        "unequal numbers of videos: bottom 2, side 3",
        "is empty: a gap in the videos",
    ]
    far = findings(video(("side", 0), ("side", 999_999_999)), {}, now=NOW)
    assert "999999993 more" in far[0].what


def test_maps_are_compared_with_the_videos() -> None:
    folder = "SC022/01012021/video"
    maps: dict[str, Any] = {
        f"{folder}/SC022_01012021_side.txt": read_trial_map("0\t1\n1\t2\n7\t8\n"),
        f"{folder}/SC022_01012021_bottom.txt": "line 1 is not file<TAB>trial",
    }
    files = video(("side", 0), ("side", 1), ("side", 2), ("bottom", 0), ("bottom", 1), ("bottom", 2))
    found = findings(files, {}, trial_maps=maps, now=NOW)
    assert not any(each.blocks for each in found)
    assert [each.what for each in found] == [
        "cannot be read as a map of files to trials: line 1 is not file<TAB>trial",
        "has no trial for videos of camera side: 2",
        "names videos of camera side that are missing: 7",
    ]


def test_other_files_give_no_finding() -> None:
    names = ("temp_wh.dat", "a.bin", "imec0_ks2/rez.mat", "notes.txt", "SC022_010121_g0_tcat.nidq.XA_1_2.txt")
    assert findings([FileEntry(f"{CATGT}/{name}", 0, OLD) for name in names], {}, now=NOW) == ()


def test_only_a_real_sha1_of_the_very_file_vouches() -> None:
    files, metas = run("imec0.ap", "nidq")
    nidq = f"{RAW}/SC022_010121_g0_t0.nidq"
    assert external_checksums(tuple(files.values()), metas) == {
        f"{RAW}/{NAME}.bin": ("SHA1", "ab" * 20),
        f"{nidq}.bin": ("SHA1", "ab" * 20),
    }
    metas[f"{nidq}.meta"] = BY_CATGT
    files[f"{RAW}/{NAME}.bin"] = replace(files[f"{RAW}/{NAME}.bin"], size=BIN - 770)
    assert external_checksums(tuple(files.values()), metas) == {}
