"""A file's type by its name: the table of map-ephys, whole names first, case-blind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.naming.conventions import load_conventions
from session_archive.naming.file_types import NameTable, pattern_problem

conventions = load_conventions()


@pytest.mark.parametrize(
    ("name", "file_type"),
    [
        ("SC033_111219_g0_tcat.imec0.ap.bin", "ephys-raw-neuropixels-ap-bin"),
        ("SC033_111219_g0_TCAT.IMEC0.AP.BIN", "ephys-raw-neuropixels-ap-bin"),
        ("SC033_111219_g0_t799.imec0.ap.meta", "ephys-raw-neuropixels-ap-meta"),
        ("SC011_021619_g0_tcat.imec.ap.bin", "ephys-raw-neuropixels-ap-bin"),
        ("SC033_111219_g0_tcat.imec0.lf.bin", "ephys-raw-neuropixels-lf-bin"),
        ("SC033_111219_g0_tcat.imec0.lf.meta", "ephys-raw-neuropixels-lf-meta"),
        ("SC033_111219_g0_tcat.imec0.ap.SY_384_6_500.txt", "ephys-raw-neuropixels-sy"),
        ("SC033_111219_g0_tcat.nidq.bin", "ephys-raw-nidq"),
        ("SC033_111219_g0_tcat.nidq.XA_1_2.adj.txt", "ephys-raw-nidq"),
        ("SC022_030319_Imec3_bitcode.mat", "ephys-raw-matlab-misc"),
        ("rez.mat", "ephys-raw-ks2-results"),
        ("params.py", "ephys-raw-ks2-parameters"),
        ("cluster_KSLabel.tsv", "ephys-raw-ks2-cluster-labeling"),
        ("metrics.csv", "ephys-raw-ks2-cluster-metrics"),
        ("metrics_1.csv", "ephys-raw-unknown"),
        ("SC033_111219_g0_fyi.txt", "ephys-raw-unknown"),
        ("notes from Susu.docx", "ephys-raw-unknown"),
        ("x.ap.bin.extra", "ephys-raw-unknown"),
        ("ap.bin", "ephys-raw-unknown"),
        ("no-dot", "ephys-raw-unknown"),
    ],
)
def test_types_of_ephys_files(name, file_type):
    assert conventions.file_type("raw-ephys", f"SC033/catgt_SC033_111219_g0/x.ap.bin/{name}") == file_type


@pytest.mark.parametrize(
    ("name", "file_type"),
    [
        ("SC026_side_735-0000.avi", "tracking-video-trial"),
        ("SC026_side_735-0000.AVI", "tracking-video-trial"),
        ("SC030_bottom_face_12-0000.mp4", "tracking-video-trial"),
        ("dl41_side_998-0000_00.avi", "tracking-video-trial"),
        ("dl59_20181207_side.txt", "tracking-video-map"),
        ("SC030_103119_side.txt", "tracking-video-map"),
        ("calibration.mat", "tracking-video-unknown"),
        ("a_aaaaaaaa_notes.txt", "tracking-video-unknown"),
        ("SC026_side_735-0000.api", "tracking-video-unknown"),
    ],
)
def test_types_of_video_files(name, file_type):
    assert conventions.file_type("raw-video", f"SC026/08082019/video/{name}") == file_type


def test_the_table_has_each_type_of_map_ephys_once():
    names = [file_type.name for file_type in conventions.file_types]
    assert len(names) == len(set(names)) == 41
    assert max(map(len, names)) == 32
    assert {"unknown", "ephys-raw-unknown", "tracking-video-unknown"} <= set(names)


def test_the_table_describes_each_type_and_no_other():
    names = {file_type.name for file_type in conventions.file_types}
    assert conventions.descriptions.keys() == names
    assert all(conventions.descriptions.values())


def test_each_type_has_a_name_that_gets_it():
    for kind in conventions.kinds.values():
        for file_type in kind.file_types:
            for pattern in file_type.patterns:
                name = pattern.replace("[0-9]", "7").replace("*", "x")
                assert conventions.file_type(kind.name, name) == file_type.name, name


def test_the_most_exact_pattern_wins_in_any_order():
    patterns = [
        ("a?c.d.e", "wild"),
        ("*.e", "short"),
        ("*.d.e", "long"),
        ("abc.d.e", "exact"),
        ("a*", "last"),
    ]
    for ordered in (patterns, patterns[::-1]):
        table = NameTable(ordered)
        found = [table.find(name) for name in ("abc.d.e", "axc.d.e", "x.y.e", "abx", "zzz")]
        assert found == ["exact", "long", "short", "last", None]


@pytest.mark.parametrize(
    "name", [".DS_Store", "._x.ap.bin", "thumbs.db", "@eaDir", "x.bin.part", "x.TMP", "a~"]
)
def test_litter(name):
    assert conventions.litter(name)


@pytest.mark.parametrize("name", ["x.ap.bin", ".phy", ".hidden", "part", "tmp", "DS_Store"])
def test_names_that_are_not_litter(name):
    assert not conventions.litter(name)


def test_hidden_names_are_not_litter():
    assert conventions.hidden(".phy")
    assert not conventions.hidden("a.phy")


@given(st.text())
def test_every_name_has_a_type(name):
    known = {file_type.name for file_type in conventions.kinds["raw-ephys"].file_types}
    assert conventions.file_type("raw-ephys", name) in known


@pytest.mark.parametrize(
    ("pattern", "good"),
    [
        ("*.ap.bin", True),
        ("rez.mat", True),
        ("?", True),
        ("", False),
        ("a/b", False),
        ("a\\b", False),
        ("*", False),
    ],
)
def test_a_pattern_is_of_one_name(pattern: str, good: bool) -> None:
    assert (pattern_problem(pattern) == "") is good
