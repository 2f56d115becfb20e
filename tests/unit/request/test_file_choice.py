"""Files by type, probe and camera; and what is no choice at all."""

import pytest

from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import DataSetName
from session_archive.request.file_choice import FileChoice

CONVENTIONS = load_conventions()
EPHYS, VIDEO = "SC022/catgt_SC022_080819_g0", "SC022/08082019/video"


def chosen(directory: str, names: list[str], **params) -> list[str]:
    """The names, relative to the directory, that a choice leaves."""
    kind = "raw-ephys" if directory == EPHYS else "raw-video"
    files = Manifest.of(
        FileEntry(f"{directory}/{name}", 1, 0, CONVENTIONS.file_type(kind, name)) for name in names
    )
    choice = FileChoice.from_params(params, conventions=CONVENTIONS)
    left = choice.of(
        files,
        data_set=DataSetName.parse(f"{kind}/SC022/2019-08-08"),
        directory=directory,
        conventions=CONVENTIONS,
    )
    return [file.path.removeprefix(f"{directory}/") for file in left.files]


RUN = [
    "SC022_080819_g0_imec0/SC022_080819_g0_tcat.imec0.ap.bin",
    "SC022_080819_g0_imec0/SC022_080819_g0_tcat.imec0.ap.meta",
    "SC022_080819_g0_imec0/imec0_ks2/spike_times.npy",
    "SC022_080819_g0_imec1/SC022_080819_g0_tcat.imec1.ap.bin",
    "SC022_080819_g0_t0.nidq.bin",
]
VIDEOS = ["SC022_08082019_side.txt", "SC022_bottom_face_000-0000.avi", "SC022_side_000-0000.avi"]


def test_a_probe_is_known_by_names_and_by_the_folders_above() -> None:
    assert chosen(EPHYS, RUN, probes=[0]) == RUN[:3]
    assert chosen(EPHYS, RUN, probes=[1]) == RUN[3:4]
    assert chosen(EPHYS, RUN, probes=[7]) == []


def test_the_only_probe_of_3a_has_no_number_and_is_0() -> None:
    only = ["SC022_080819_g0_t0.imec.ap.bin"]
    assert chosen(EPHYS, only, probes=[0]) == only
    assert chosen(EPHYS, only, probes=[1]) == []


def test_a_camera_is_known_by_its_position_or_by_the_rigs_word() -> None:
    assert chosen(VIDEO, VIDEOS, cameras=["side"]) == [VIDEOS[0], VIDEOS[2]]
    assert chosen(VIDEO, VIDEOS, cameras=["bottom"]) == [VIDEOS[1]]
    assert chosen(VIDEO, VIDEOS, cameras=["Bottom_Face"]) == [VIDEOS[1]]
    assert chosen(VIDEO, VIDEOS, cameras=["side_face"]) == []


def test_types_narrow_and_a_probe_and_a_camera_are_both_wanted() -> None:
    both = {"probes": [1], "cameras": ["side"]}
    assert chosen(EPHYS, RUN, **both) == [RUN[3]]
    assert chosen(VIDEO, VIDEOS, **both) == [VIDEOS[0], VIDEOS[2]]
    assert chosen(EPHYS, RUN, file_types=["ephys-raw-ks2-*", "*-ap-meta"]) == RUN[1:3]
    assert chosen(EPHYS, RUN, probes=[1], file_types=["ephys-raw-ks2-*"]) == []
    choice = FileChoice.from_params({**both, "file_types": ["*-meta"]}, conventions=CONVENTIONS)
    assert choice.words == (
        "only file types ephys-raw-neuropixels-ap-meta, ephys-raw-neuropixels-lf-meta; probes 1; cameras side"
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (
            {"file_types": ["*-ap-bin", "ap"]},
            "param file_types: no file type matches 'ap'; there are ephys-raw-",
        ),
        ({"cameras": ["tail"]}, "param cameras: no camera is called 'tail'; there are body, bottom, "),
    ],
)
def test_what_no_file_can_be_is_an_error(params: dict, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        FileChoice.from_params(params, conventions=CONVENTIONS)


@pytest.mark.parametrize(
    ("params", "chosen_something", "words"),
    [
        ({}, False, ""),
        ({"file_types": ["*-ap-bin"]}, True, "only file types ephys-raw-neuropixels-ap-bin"),
        ({"probes": ["10", 2]}, True, "only probes 2, 10"),
        ({"cameras": ["Side"]}, True, "only cameras side"),
    ],
)
def test_a_choice_of_any_sort_leaves_out_something(params: dict, chosen_something: bool, words: str) -> None:
    choice = FileChoice.from_params(params, conventions=CONVENTIONS)
    assert (bool(choice), choice.words) == (chosen_something, words)


def test_a_choice_by_type_needs_no_name_that_says_a_probe() -> None:
    assert chosen(EPHYS, ["a.ap.bin", "a.lf.bin"], file_types=["*-lf-bin"]) == ["a.lf.bin"]
    assert chosen(EPHYS, RUN) == RUN
