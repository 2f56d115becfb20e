"""A data set's directory, by the paths of its files."""

import datetime as dt

import pytest

from session_archive.errors import NamingError
from session_archive.naming.conventions import load_conventions
from session_archive.naming.directory_of import directory_of
from session_archive.naming.session_name import DataSetName, SessionName

CONVENTIONS = load_conventions()
EPHYS = DataSetName("raw-ephys", SessionName("SC022", dt.date(2021, 1, 1)))
FOLDER = "SC022/catgt_SC022_010121_g0"


@pytest.mark.parametrize(
    "directory", [FOLDER, "SC022/catgt_SC022_20210101_2_g0", "SC022/01012021/video", "SC022/20210101_2/video"]
)
def test_every_layout_is_found_again_by_the_files_in_it(directory: str) -> None:
    name = CONVENTIONS.parse(directory)[0]
    paths = [f"{directory}/a.bin", f"{directory}/imec0/deep/b.bin"]
    assert directory_of(paths, name, conventions=CONVENTIONS) == directory


def test_several_folders_have_a_line_each() -> None:
    other = "SC022/catgt_SC022_20210101_g0"
    paths = [f"{folder}/imec0/a.bin" for folder in (FOLDER, other)]
    assert directory_of(paths, EPHYS, conventions=CONVENTIONS) == f"{FOLDER}\n{other}"


@pytest.mark.parametrize("path", ["SC022/catgt_SC022_010221_g0/a.bin", "elsewhere/a.bin", "a.bin"])
def test_a_file_elsewhere_is_an_error_that_names_its_folder(path: str) -> None:
    with pytest.raises(
        NamingError, match=r"is not read as a folder of raw-ephys/SC022/2021-01-01; expected e\.g\. "
    ):
        directory_of([f"{FOLDER}/a.bin", path], EPHYS, conventions=CONVENTIONS)
