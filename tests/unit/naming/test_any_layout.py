"""A person may give any folder to a session that some layout reads; and a name is searched for its subject and day."""

import datetime as dt
from pathlib import Path

import pytest

from session_archive.naming.any_layout import (
    days_in,
    kind_of_name,
    leads_to_other_layout,
    names_subject,
    read_by_any_layout,
    recording_folder,
)
from session_archive.naming.conventions import load_conventions

CONVENTIONS = load_conventions()
DAY = dt.date(2021, 1, 1)


@pytest.mark.parametrize(
    ("directory", "data_set", "layout", "gate"),
    [
        ("SC022/catgt_SC022_010121_g0", "raw-ephys/SC022/2021-01-01", "E1", 0),
        ("SC022/SC022_010121_1_g0", "raw-ephys/SC022/2021-01-01/1", "E4", 0),
        ("SC022/catgt_SC022_010121_g1", "raw-ephys/SC022/2021-01-01/g1", "E1-gate", 1),
        ("SC022/catgt_SC022_20210101_1_g12", "raw-ephys/SC022/2021-01-01/1g12", "E2-gate", 12),
        ("SC022/SC022_010121_g3", "raw-ephys/SC022/2021-01-01/g3", "E4-gate", 3),
        ("SC022/20210101/2", "raw-ephys/SC022/2021-01-01", "E6", 0),
        ("side/SC022/2021_01_01", "raw-video/SC022/2021-01-01", "V4", 0),
    ],
)
def test_a_folder_is_read_by_any_layout(directory: str, data_set: str, layout: str, gate: int) -> None:
    read = read_by_any_layout(directory, CONVENTIONS)
    assert read is not None
    assert (str(read.data_set), read.layout, read.gate) == (data_set, layout, gate)
    assert bool(read.why) == (layout not in ("E1", "E2", "V1", "V2"))
    assert ("enable = " in read.why) == (layout in ("E4", "V4"))


@pytest.mark.parametrize(
    "directory",
    [
        "SC022",
        "SC022/notes",
        "SC022/catgt_SC022_010121_g1_old",
        "SC022/SC022_023121_g0",
        "../SC022_010121_g0",
        "",
    ],
)
def test_a_folder_that_no_layout_reads_has_no_name(directory: str) -> None:
    assert read_by_any_layout(directory, CONVENTIONS) is None


def test_gates_of_one_run_are_different_data_sets() -> None:
    runs = [f"SC022/catgt_SC022_010121_g{gate}" for gate in range(4)]
    read = [read_by_any_layout(each, CONVENTIONS) for each in runs]
    assert len({each.data_set.id for each in read if each}) == 4


def test_names_inside_a_further_gate_are_compared_with_their_folder() -> None:
    folder = recording_folder("SC022/catgt_SC022_010121_g2", "raw-ephys", CONVENTIONS)
    assert folder is not None
    assert (str(folder.session), folder.gate, folder.complete) == ("SC022 2021-01-01", 2, True)
    assert recording_folder("SC022/catgt_SC022_010121_g2", "raw-video", CONVENTIONS) is None
    assert recording_folder("SC022/20210101/2", "raw-ephys", CONVENTIONS) is None
    accepted = recording_folder("SC022/catgt_SC022_010121_g0", "raw-ephys", CONVENTIONS)
    assert accepted is not None and accepted.layout == "E1"


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("SC022/2021-01-01", True),
        ("side/SC022", True),
        ("SC022/notes", False),
        ("SC022/catgt_SC022_010121_g1", False),
        ("SC022", False),
    ],
)
def test_only_a_day_or_a_camera_leads_to_a_layout_that_is_not_accepted(path: str, leads: bool) -> None:
    assert leads_to_other_layout(path, CONVENTIONS) is leads


@pytest.mark.parametrize(
    "path",
    ["20210101/SC022", "SC022/SC022_010121_g0_imec0", "SC022/01012021/x", "SC022_2021_01_01", "a2021-01-01b"],
)
def test_a_day_is_found_in_any_spelling(path: str) -> None:
    assert DAY in days_in(path, CONVENTIONS)


@pytest.mark.parametrize(
    "path", ["SC022", "SC022/202101010", "SC022/0101211", "SC022/010112", "SC022/133121"]
)
def test_other_digits_are_no_day(path: str) -> None:
    assert days_in(path, CONVENTIONS) == frozenset()


def test_a_subject_is_a_word_of_its_own() -> None:
    assert all(names_subject(text, "SC022") for text in ("20210101/SC022", "catgt_sc022_x", "SC022"))
    assert not any(names_subject(text, "SC022") for text in ("SC0220", "xSC022", "SC02", ""))
    assert not names_subject("anything", "")


def test_a_probe_has_a_name_of_its_kind() -> None:
    assert kind_of_name("SC022_010121_g0_imec0", CONVENTIONS) == "raw-ephys"
    assert kind_of_name("notes", CONVENTIONS) == ""


def test_a_day_is_read_in_a_lab_s_own_spelling_even_if_no_kind_has_names(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        '[dates]\nspellings = ["%d.%m.%Y"]\n'
        '[kinds.raw-ephys]\ndescription = "runs"\n'
        '[[kinds.raw-ephys.layouts]]\nid = "E1"\ndirectory = "{subject}/{date:%m%d%y}[_{ident}]_g0"\n'
        '[kinds.raw-video]\ndescription = "videos"\n'
        '[[kinds.raw-video.layouts]]\nid = "V1"\ndirectory = "{subject}/{date:%Y%m%d}[_{ident}]/video"\n'
    )
    conventions = load_conventions(tmp_path / "own.toml")
    assert days_in("SC022/run of 01.02.2021", conventions) == {dt.date(2021, 2, 1)}
