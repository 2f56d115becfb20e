"""Every stream of every generation of probe, with each of its parts missing: never complete without a word about it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.unit.recording.completeness.samples import CATGT, EPHYS, NOW, OLD, RAW, UNCHECKED

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness import Finding, Texts, findings
from session_archive.recording.completeness.fyi import Fyi
from session_archive.recording.spikeglx_meta import SpikeGlxMeta


@dataclass(frozen=True)
class Generation:
    """The streams of a run with two probes where it can have two, and what its .meta files say of them."""

    name: str
    streams: tuple[str, ...]
    lf_channels: int
    counts: dict[str, int]
    requested: str


GENERATIONS = (
    Generation("3A", ("imec.ap", "imec.lf", "nidq"), 384, {"probes": 1, "nidq": 1}, "-ni -ap -lf -prb_3A"),
    Generation(
        "NP 1.0",
        ("imec0.ap", "imec0.lf", "imec1.ap", "imec1.lf", "nidq", "obx0.obx"),
        384,
        {"probes": 2, "nidq": 1, "boxes": 1},
        "-ni -ob -obx=0 -ap -lf -prb=0:1",
    ),
    Generation(
        "NP 2.0",
        ("imec0.ap", "imec1.ap", "nidq", "obx0.obx", "obx1.obx"),
        0,
        {"probes": 2, "nidq": 1, "boxes": 2},
        "-ni -ob -obx=0:1 -ap -prb=0:1",
    ),
    Generation(
        "separate shanks",
        ("imec0.ap", "imec1.ap", "imec1010.ap", "imec1011.ap", "nidq"),
        0,
        {"probes": 1014, "nidq": 1, "boxes": 0},
        "-ni -ap -prb=0:1 -sepShanks=1,1010,1011,-1,-1",
    ),
)
#: What CatGT extracted.
EVENTS = "SC022_010121_g0_tcat.nidq.xd_8_3_0p5.txt"
ENDINGS = {"bin": ("bin", "meta"), "cbin": ("cbin", "meta", "ch")}


def _record(generation: Generation, stream: str) -> bool:
    """Whether SpikeGLX wrote only the .meta, since each shank has a file."""
    return stream == "imec1.ap" and generation.name == "separate shanks"


def run(generation: Generation, *, catgt: bool, packed: str) -> tuple[dict[str, FileEntry], dict[str, Any]]:
    """All files of a run, each stream with a size and a SHA-1 of its own."""
    folder, trigger = (CATGT, "tcat") if catgt else (RAW, "t0")
    files, metas = {}, {}
    for number, stream in enumerate(generation.streams, 1):
        if catgt and _record(generation, stream):
            continue
        stem = f"{folder}/SC022_010121_g0_{trigger}.{stream}"
        for ending in ENDINGS[packed] if not _record(generation, stream) else ("meta",):
            files[f"{stem}.{ending}"] = FileEntry(f"{stem}.{ending}", 770 * number, OLD)
        band = {"ap": 0, "lf": 1}.get(stream.rpartition(".")[2])
        metas[f"{stem}.meta"] = SpikeGlxMeta(
            size=770 * number,
            seconds=None,
            channels=385,
            rate=30000.0,
            sha1="" if catgt else f"{number:040}",
            started=dt.datetime(2021, 1, 1, 10),
            band=band,
            lf_channels=None if band is None else generation.lf_channels,
            shanks=(0, 1) if stream == "imec1.ap" else (),
            catgt=catgt,
            joined=(0, 0) if catgt else None,
            command=f"<CatGT -run=SC022_010121 {generation.requested} -xd=0,0,-1,3,0.5>" if catgt else "",
            **generation.counts,  # type: ignore[arg-type]  # each is a count of devices
        )
    if catgt:
        for name in ("fyi.txt", "ct_offsets.txt", "tcat.nidq.xd_8_3_0p5.txt"):
            path = f"{folder}/SC022_010121_g0_{name}"
            files[path] = FileEntry(path, 9, OLD)
    return files, metas


def notes(files: dict[str, FileEntry], metas: dict[str, Any]) -> list[Finding]:
    """All findings of rules that had something to look at."""
    read = {path: meta for path, meta in metas.items() if path in files}
    shanks = any(meta.probes == 1014 for meta in metas.values())
    fyi = Fyi(("imec0", "imec1010", "imec1011") if shanks else (), (EVENTS,))
    fyis = {path: fyi for path in files if path.endswith("_fyi.txt")}
    found = findings(tuple(files.values()), Texts(read, fyis=fyis), kind=EPHYS, now=NOW)
    return [
        each
        for each in found
        if not any(words in each.what for words in UNCHECKED)
        # What SpikeGLX leaves of a probe with a file for each shank.
        and not (each.path.endswith("t0.imec1.ap.meta") and each.what == "has no .bin beside it")
    ]


def cases() -> Iterator[Any]:
    for generation in GENERATIONS:
        for catgt in (False, True):
            for packed in ENDINGS:
                for stream in generation.streams:
                    if _record(generation, stream):
                        continue
                    for part in (*ENDINGS[packed], "all"):
                        name = f"{generation.name}, {'CatGT' if catgt else 'raw'}, {packed}: {stream} {part}"
                        yield pytest.param(generation, catgt, packed, stream, part, id=name)


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda each: each.name)
@pytest.mark.parametrize("packed", ENDINGS)
@pytest.mark.parametrize("catgt", [False, True])
def test_a_whole_run_is_complete(generation: Generation, packed: str, catgt: bool) -> None:
    assert notes(*run(generation, catgt=catgt, packed=packed)) == []


@pytest.mark.parametrize(("generation", "catgt", "packed", "stream", "part"), list(cases()))
def test_each_part_of_each_stream_is_missed(
    generation: Generation, catgt: bool, packed: str, stream: str, part: str
) -> None:
    files, metas = run(generation, catgt=catgt, packed=packed)
    gone = [path for path in files if f".{stream}." in path and part in ("all", path.rpartition(".")[2])]
    gone = [path for path in gone if not path.endswith(".txt")]
    assert gone
    for path in gone:
        del files[path]
    found = notes(files, metas)
    assert found, "nothing says that it is missing"
    # CatGT leaves only a .meta of a stream that it did not change, as it may be for those that are no probe's; and the
    # only LF band of a run may never have been saved.
    unchanged = catgt and part in ("bin", "cbin") and "imec" not in stream
    may_be = unchanged or (part == "all" and not catgt and stream == "imec.lf")
    if not may_be:
        assert any(each.blocks for each in found), found
    if part != "all":
        stem = gone[0].rpartition(".")[0]
        assert any(each.path.startswith(stem) for each in found), found


def test_the_shanks_of_a_probe_stand_for_it_and_its_own_meta_is_their_record() -> None:
    (generation,) = [each for each in GENERATIONS if each.name == "separate shanks"]
    files, metas = run(generation, catgt=False, packed="bin")
    record = next(path for path in files if path.endswith("imec1.ap.meta"))
    without = {path: file for path, file in files.items() if path != record}
    assert {(each.blocks, "itself is missing" in each.what) for each in notes(without, metas)} == {
        (False, True)
    }
    for path in [path for path in files if ".imec1" in path]:
        del files[path]
    (found,) = [each for each in notes(files, metas) if each.blocks]
    assert "1 of 2 probes are present (imec0); its .meta says typeImEnabled=1014" in found.what


def test_a_onebox_is_missed_as_a_nidq_stream_is() -> None:
    meta = SpikeGlxMeta(
        size=770, seconds=None, channels=385, rate=1.0, probes=1, nidq=0, boxes=1, lf_channels=0
    )
    stem = f"{RAW}/SC022_010121_g0_t0.imec0.ap"
    files = {f"{stem}.{ending}": FileEntry(f"{stem}.{ending}", 770, OLD) for ending in ("bin", "meta")}
    (found,) = notes(files, {f"{stem}.meta": meta})
    assert (found.blocks, found.what) == (
        True,
        "0 of 1 OneBoxes are present (none); its .meta says typeObEnabled=1",
    )
    assert notes(files, {f"{stem}.meta": replace(meta, boxes=0)}) == []


@pytest.mark.parametrize(
    ("command", "boxes", "blocks"),
    [
        ("-ap -prb=0", 1, False),
        ("-ap -prb=0 -ob", 1, True),
        ("-ap -prb=0 -ob -obx=0", 1, True),
        ("-ap -prb=0 -ob -obx=0 -prb_miss_ok", 1, False),
    ],
)
def test_a_onebox_is_missed_where_catgt_was_asked_for_it(command: str, boxes: int, blocks: bool) -> None:
    meta = SpikeGlxMeta(size=770, seconds=None, channels=385, rate=1.0, probes=1, boxes=boxes, catgt=True)
    stem = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap"
    files = {f"{stem}.{ending}": FileEntry(f"{stem}.{ending}", 770, OLD) for ending in ("bin", "meta")}
    for name in ("SC022_010121_g0_fyi.txt", "SC022_010121_g0_ct_offsets.txt", EVENTS):
        files[f"{CATGT}/{name}"] = FileEntry(f"{CATGT}/{name}", 9, OLD)
    found = notes(files, {f"{stem}.meta": replace(meta, joined=(0, 0), command=f"<CatGT {command}>")})
    assert any("OneBoxes" in each.what or "obx0" in each.what for each in found)
    assert any(each.blocks for each in found) == blocks, found


def test_two_national_instruments_devices_are_one_stream() -> None:
    meta = SpikeGlxMeta(size=770, seconds=None, channels=385, rate=1.0, nidq=2)
    stem = f"{RAW}/SC022_010121_g0_t0.nidq"
    files = {f"{stem}.{ending}": FileEntry(f"{stem}.{ending}", 770, OLD) for ending in ("bin", "meta")}
    assert notes(files, {f"{stem}.meta": meta}) == []


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("-xd=2,0,384,6,500", "imec0.ap.xd_384_6_500"),
        ("-xd=2,0,-1,6,0", "imec0.ap.xd_384_6_0"),
        ("-xid=0,0,8,3,0.5,0.1", "nidq.xid_8_3_0p5"),
        ("-xa=1,0,3,2.5,3.0,25", "obx0.obx.xa_3_25"),
        ("-xia=0,0,3,2.5,3.0,25", "nidq.xia_3_25"),
        ("-bf=0,0,8,0,4,5", "nidq.bft_8_0_4"),
        ("-SY=0,384,6,500", "imec0.SY_384_6_500"),
        ("-SY=0,384,6,500", "imec0.ap.SY_384_6_500"),
        ("-iSY=0,384,6,500", "imec0.ap.iSY_384_6_500"),
        ("-XA=0,1.2,3.1,10", "nidq.XA_0_10"),
        ("-XD=8,3,500", "nidq.XD_8_3_500"),
        ("-iXA=0,1.2,3.1,10", "nidq.iXA_0_10"),
        ("-iXD=8,3,500", "nidq.iXD_8_3_500"),
        ("-BF=8,0,4", "nidq.BFT_8_0_4"),
    ],
)
def test_each_text_that_catgt_was_to_extract_is_missed(option: str, text: str) -> None:
    meta = SpikeGlxMeta(
        size=770, seconds=None, channels=385, rate=1.0, catgt=True, joined=(0, 0), command=f"<CatGT {option}>"
    )
    stem = f"{CATGT}/SC022_010121_g0_tcat"
    files = {
        f"{stem}.imec0.ap.{ending}": FileEntry(f"{stem}.imec0.ap.{ending}", 770, OLD)
        for ending in ("bin", "meta")
    }
    metas = {f"{stem}.imec0.ap.meta": meta}
    lacking = [each for each in notes(files, metas) if "command line asks for" in each.what]
    assert lacking and all(each.blocks for each in lacking)
    texts = {f"{stem}.{text}.txt", f"{stem}.{text}.txt".replace(".bft", ".bfv").replace(".BFT", ".BFV")}
    written = files | {path: FileEntry(path, 9, OLD) for path in texts}
    assert not [each for each in notes(written, metas) if "command line asks for" in each.what]
    empty = files | {path: FileEntry(path, 0, OLD) for path in texts}
    assert {each.blocks for each in notes(empty, metas) if "is empty" in each.what} == {False}


def test_every_option_of_the_table_has_a_case() -> None:
    options = {each.option for each in belong_together().extractions}
    assert options == {
        "-xd",
        "-xid",
        "-xa",
        "-xia",
        "-bf",
        "-SY",
        "-iSY",
        "-XA",
        "-iXA",
        "-XD",
        "-iXD",
        "-BF",
    }


@pytest.mark.parametrize(
    ("options", "blocks"),
    [
        ("-xd=2,0,384,6,500", True),
        ("-xd=2,0,385,6,500", None),
        ("-xd=2,0,-1,6,500", True),
        ("-SY=0,385,6,500", None),
        ("-xd=2,0,384,6,500 -prb_miss_ok", False),
    ],
)
def test_a_text_that_catgt_passes_over_is_not_missed(options: str, blocks: bool | None) -> None:
    meta = SpikeGlxMeta(
        size=770,
        seconds=None,
        channels=385,
        rate=1.0,
        catgt=True,
        joined=(0, 0),
        command=f"<CatGT {options}>",
    )
    stem = f"{CATGT}/SC022_010121_g0_tcat.imec0.ap"
    files = {f"{stem}.{ending}": FileEntry(f"{stem}.{ending}", 770, OLD) for ending in ("bin", "meta")}
    found = notes(files, {f"{stem}.meta": meta})
    assert [each.blocks for each in found if "asks for" in each.what] == [blocks] * (blocks is not None)
