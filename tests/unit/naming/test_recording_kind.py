"""What a kind says about the names of files."""

import pytest

from session_archive.naming.conventions import load_conventions

CONVENTIONS = load_conventions()
EPHYS, VIDEO = CONVENTIONS.kind("raw-ephys"), CONVENTIONS.kind("raw-video")


@pytest.mark.parametrize(
    ("name", "file_type"),
    [
        ("a.ap.bin", "ephys-raw-neuropixels-ap-bin"),
        ("A.AP.BIN", "ephys-raw-neuropixels-ap-bin"),
        ("rez.mat", "ephys-raw-ks2-results"),
        ("other.mat", "ephys-raw-matlab-misc"),
        ("notes.txt", "ephys-raw-unknown"),
        ("", "ephys-raw-unknown"),
    ],
)
def test_a_file_has_the_type_of_the_most_exact_pattern(name: str, file_type: str) -> None:
    assert EPHYS.file_type(name) == file_type
    assert EPHYS.file_type(name) == file_type, "a name that was seen before has the same type"


def test_an_unknown_file_has_the_unknown_type_of_its_kind() -> None:
    assert VIDEO.file_type("notes.txt") == VIDEO.unknown == "tracking-video-unknown"
    assert [known.name for known in VIDEO.file_types][-1] == VIDEO.unknown


@pytest.mark.parametrize(("name", "recording"), [("a.bin", True), ("a.meta", False), ("a.cbin", True)])
def test_a_recording_must_not_be_empty(name: str, recording: bool) -> None:
    assert EPHYS.recording(name) is recording
    assert not VIDEO.recording(name)


@pytest.mark.parametrize(
    "name", ["a_g0_t0.imec0.ap.bin", "a.imec.lf.cbin", "x_t0.imec.bin", "a.nidq.bin", "a.obx0.obx.bin"]
)
def test_a_stream_of_spikeglx_is_a_recording_in_every_kind(name: str) -> None:
    assert EPHYS.recording(name) and VIDEO.recording(name)


@pytest.mark.parametrize(
    ("name", "of_ephys", "of_video"),
    [
        ("a.imec0.ap.meta", True, True),
        ("a.imec0.ap.ch", True, True),
        ("a.meta", True, False),
        ("a.bin", False, False),
        ("meta", False, False),
    ],
)
def test_a_companion_lies_beside_a_recording(name: str, of_ephys: bool, of_video: bool) -> None:
    assert (EPHYS.companion(name), VIDEO.companion(name)) == (of_ephys, of_video)


@pytest.mark.parametrize(
    ("name", "of_ephys", "of_video"),
    [
        ("SC022_010221_g0_t0.nidq.bin", True, False),
        ("SC022_010221_g0_t0.exported.imec0.ap.bin", False, False),
        ("SC022_010221_g0_tcat.imec0.ap.meta", False, False),
        ("SC022_side_13-0000.AVI", False, True),
        ("SC022_2021_01_02_side_13.mp4", False, True),
        ("SC022_01022021_side.txt", False, False),
    ],
)
def test_what_the_rig_recorded_is_no_text_or_excerpt(name: str, of_ephys: bool, of_video: bool) -> None:
    assert EPHYS.raw(name) is of_ephys
    assert VIDEO.raw(name) is of_video or "exported" in name


def test_a_file_that_is_no_recording_says_why() -> None:
    assert "excerpt" in EPHYS.doubt("a.exported.imec0.ap.bin")
    assert EPHYS.doubt("a.imec0.ap.bin") == VIDEO.doubt("a.exported.imec0.ap.bin") == ""
    assert "placeholder" in VIDEO.refusal("SC022_side_735-NNNN.avi")
    assert VIDEO.refusal("SC022_side_735-0000.avi") == EPHYS.refusal("SC022_side_735-NNNN.avi") == ""


@pytest.mark.parametrize(
    ("name", "remarkable"),
    [
        (".DS_Store", True),
        (".hidden", True),
        ("a.bak", True),
        ("temp_wh.dat", True),
        ("a.exported.b", True),
        ("SC022_side_735-NNNN.avi", False),
        ("a.ap.bin", False),
    ],
)
def test_few_names_need_all_the_rules(name: str, remarkable: bool) -> None:
    assert EPHYS.remarkable(name) is remarkable


def test_a_name_that_is_refused_is_remarkable() -> None:
    assert VIDEO.remarkable("SC022_side_735-NNNN.avi")


def test_all_patterns_are_those_of_types_and_of_remarkable_names() -> None:
    assert {"*.ap.bin", "*.exported*", ".*", "*.tmp", "*.bak", "temp_wh.dat"} <= set(EPHYS.patterns)
    assert "*-NNNN.*" in VIDEO.patterns
