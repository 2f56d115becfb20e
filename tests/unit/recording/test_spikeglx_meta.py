"""Every .meta is read, or refused with the key that is wrong; 0 is never a checksum."""

import datetime as dt
import os
from pathlib import Path

import pytest

from session_archive.recording.spikeglx_meta import MOST_BYTES, MetaError, SpikeGlxMeta, read_meta

SHA1 = "4CF43B58F11D8C53BC30735647B304F71719D44C"
COMPLETE = {
    "fileCreateTime": "2021-01-01T10:30:00",
    "fileSHA1": SHA1,
    "fileSizeBytes": "46200000",
    "fileTimeSecs": "2",
    "imSampRate": "30000",
    "nSavedChans": "385",
    "typeImEnabled": "2",
    "~imroTbl": "(0,384)(0 0 0 500 250 1)",
}


def text(**changes: str | None) -> bytes:
    pairs = {key: value for key, value in {**COMPLETE, **changes}.items() if value is not None}
    return "".join(f"{key}={value}\r\n" for key, value in pairs.items()).encode()


def test_a_finished_file_has_every_field() -> None:
    meta = read_meta(text())
    assert (meta.size, meta.seconds, meta.channels, meta.rate) == (46_200_000, 2, 385, 30000)
    assert (meta.sha1, meta.probes, meta.directories) == (SHA1.lower(), 2, 1)
    assert meta.started == dt.datetime(2021, 1, 1, 10, 30)
    assert (meta.recording, meta.contradiction, meta.catgt, meta.file_name) == (False, "", False, "")


def test_acquired_channels_and_joined_triggers_are_read() -> None:
    meta = read_meta(text(acqApLfSy="384,384,1", catTVals="0,799"))
    assert (meta.lf_channels, meta.joined) == (384, (0, 799))
    assert (read_meta(text()).lf_channels, read_meta(text()).joined) == (None, None)


@pytest.mark.parametrize("sha1", ["0", "", None, "0" * 40])
def test_no_sha1_proves_nothing(sha1: str | None) -> None:
    assert read_meta(text(fileSHA1=sha1)).sha1 == ""


def test_without_a_size_it_is_still_being_recorded() -> None:
    meta = read_meta(text(fileSizeBytes=None, fileTimeSecs=None, fileSHA1=None))
    assert (meta.recording, meta.contradiction) == (True, "")


def test_the_day_on_which_catgt_ran_is_not_the_day_of_the_recording() -> None:
    meta = read_meta(
        text(
            fileCreateTime="2020-02-24T07:36:27",
            fileCreateTime_original="2019-05-31T16:14:04",
            catTVals="0,799",
            fileSHA1="0",
        )
    )
    assert (meta.catgt, meta.started) == (True, dt.datetime(2019, 5, 31, 16, 14, 4))
    assert read_meta(text(catGTCmdline0="<CatGT -ap>")).started is None


def test_phase_3a_has_one_probe_and_its_excerpts_are_recognized() -> None:
    meta = read_meta(
        text(typeImEnabled=None, typeEnabled="imec,nidq", fileName="D:/a_g0_t0.exported.imec.ap.bin")
    )
    assert (meta.probes, meta.nidq, meta.boxes) == (1, 1, None)
    assert meta.file_name == "a_g0_t0.exported.imec.ap.bin"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fileSizeBytes": "46200002"}, "not a multiple of 770 bytes"),
        ({"fileTimeSecs": "2.0002"}, "2.0000 s of recording, but fileTimeSecs=2.0002"),
        ({"imSampRate": "25000"}, "2.4000 s of recording"),
    ],
)
def test_numbers_that_contradict_each_other_are_named(changes: dict[str, str], why: str) -> None:
    assert why in read_meta(text(**changes)).contradiction


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"overwritten", "line 1 is not key=value"),
        (text() + bytes(512), "contains zero bytes"),
        (text(nSavedChans=None), "no nSavedChans"),
        (text(nSavedChans="0"), "no nSavedChans"),
        (text(nSavedChans="٣٨٥"), "nSavedChans='٣٨٥' is not a whole number"),
        (text(imSampRate=None), "no sample rate"),
        (text(imSampRate="nan"), "imSampRate='nan' is not a number"),
        (text(fileSizeBytes="-1"), "fileSizeBytes='-1' is not a whole number"),
        (text(fileSHA1="ABC"), "is not a SHA-1"),
        (text(fileCreateTime="yesterday"), "fileCreateTime='yesterday' is not a time"),
        (text(catTVals="0,"), "catTVals='0,' is not a list of whole numbers"),
        (b"a=" + bytes([65]) * (1 << 22), "expected a text of at most"),
    ],
)
def test_a_text_that_is_not_a_meta_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(MetaError, match=why):
        read_meta(content)


def _real_files() -> list[Path]:
    """.meta files that SpikeGLX and CatGT wrote, in a folder that SPIKEGLX_META_FILES names."""
    shared = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("SPIKEGLX_META_FILES") or shared)
    return sorted(folder.rglob("*.meta")) if folder.is_dir() else []


@pytest.mark.skipif(not _real_files(), reason="no folder of real .meta files: set SPIKEGLX_META_FILES")
def test_real_files_of_all_versions_are_read() -> None:
    recording = []
    for path in _real_files():
        meta = read_meta(path.read_bytes())
        assert meta.started and meta.contradiction == "" and meta.probes, path
        exported = ".exported" in meta.file_name
        assert bool(meta.sha1) == (not meta.recording and not (meta.catgt and not exported)), path
        assert exported == (".exported" in path.name or "_exported" in path.name), path
        band = {"ap": 0, "lf": 1}.get(path.name.split(".")[-2])
        assert (meta.band, meta.device) in ((band, "imec"), (None, "nidq"), (0, "imec")), path
        recording += [path.name] if meta.recording else []
    assert all("while_acquiring" in name for name in recording)


def test_a_meta_is_not_by_catgt_or_an_excerpt_unless_it_says_so() -> None:
    meta = SpikeGlxMeta(size=770, seconds=1.0, channels=385, rate=1.0)
    assert (meta.nidq, meta.catgt, meta.file_name, meta.directories, meta.sha1) == (None, False, "", 1, "")
    assert MOST_BYTES == 4 << 20


@pytest.mark.parametrize(
    ("changes", "small"),
    [
        ({"fileTimeSecs": "2.0010"}, False),
        ({"fileTimeSecs": "2.5", "fileSizeBytes": "58905000"}, True),
        ({"fileTimeSecs": "2.5", "fileSizeBytes": "62000400"}, False),
        ({"fileSizeBytes": "46200002", "fileTimeSecs": "2.0000"}, True),
        ({"fileTimeSecs": "4200", "fileSizeBytes": str(385 * 2 * 126_000_900)}, True),
    ],
)
def test_rounding_and_a_cut_last_sample_explain_small_contradictions(
    changes: dict[str, str], small: bool
) -> None:
    meta = read_meta(text(**changes))
    assert meta.contradiction
    assert meta.small_contradiction == small


def test_the_counts_of_devices_and_the_saved_band_and_shanks_are_read() -> None:
    meta = read_meta(
        text(
            typeThis="imec",
            typeObEnabled="2",
            typeNiEnabled="0",
            snsApLfSy="0,384,1",
            **{"~snsGeomMap": "(NP2014,4,250,70)(0:27:0:1)(2:59:0:1)(2:59:15:1)"},
        )
    )
    assert (meta.device, meta.band, meta.shanks) == ("imec", 1, (0, 2))
    assert [meta.count(f"type{each}Enabled") for each in ("Im", "Ni", "Ob")] == [2, 0, 2]
    old = read_meta(text(**{"typeImEnabled": None, "~snsShankMap": "(1,2,480)(3:0:0:1)"}))
    assert (old.probes, old.nidq, old.boxes, old.band, old.shanks) == (None, None, None, None, (3,))


def test_a_meta_of_a_labs_own_recording_need_not_say_channels_and_rate() -> None:
    meta = read_meta(b"fileSizeBytes=10\nfileTimeSecs=3\n", of_stream=False)
    assert (meta.size, meta.contradiction, meta.small_contradiction) == (10, "", False)
