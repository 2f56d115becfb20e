"""Rows of a verification: whole where a key needs it, cut where a person reads it."""

import datetime as dt
import uuid

import pytest

from session_archive.catalog.data_sets.rows import (
    MOST_DIFFERENCES,
    Check,
    data_set_row,
    difference_rows,
    file_row,
    replica_row,
    unproven_row,
    verification_row,
    video_row,
)
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.errors import RefusedError
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.storable import DIRECTORY_LENGTH, PATH_LENGTH
from session_archive.naming.session_name import DataSetName, path_id
from session_archive.recording.video_trials import VideoTrial
from session_archive.settings.places import Place

NAME = DataSetName.parse("raw-ephys/SC022/2021-01-02/1")
FILES = Manifest.of([FileEntry("SC022/a", 3, 0, "t", "ab", "MD5", "globus"), FileEntry("SC022/b", 4, 1)])
CHECK = Check(
    data_set=NAME,
    place=Place(name="ephys", collection=uuid.UUID(int=1), directory="/"),
    manifest=FILES,
    report=FixityReport(n_files=5, n_bytes=50),
    verdict="verified",
    method="globus",
    route="upload",
    submission_id=uuid.UUID(int=2),
    run_id="night",
    dag_id="upload_sessions",
)


def long_path(length: int) -> str:
    return "/".join(["x" * 99] * (length // 100 + 1))[:length].rstrip("/").ljust(length, "y")


def test_a_data_set_is_stored_by_its_name() -> None:
    row = data_set_row(NAME, "SC022/run")
    del row["recorded_at"]
    assert row == {
        "data_set_id": NAME.id,
        "data_set_type": "raw-ephys",
        "data_set_name": "raw-ephys/SC022/2021-01-02/1",
        "subject": "SC022",
        "session_date": dt.date(2021, 1, 2),
        "ident": "1",
        "directory": "SC022/run",
    }


def test_directories_that_do_not_fit_are_refused_and_never_cut() -> None:
    assert data_set_row(NAME, "x" * DIRECTORY_LENGTH)["directory"] == "x" * DIRECTORY_LENGTH
    with pytest.raises(RefusedError, match="raw-ephys/SC022/2021-01-02/1"):
        data_set_row(NAME, "x" * (DIRECTORY_LENGTH + 1))


def test_a_file_is_stored_whole_or_refused() -> None:
    assert file_row(FILES.files[0]) == {
        "path_id": path_id("SC022/a"),
        "file_path": "SC022/a",
        "file_type": "t",
        "file_size": 3,
        "file_mtime": dt.datetime(1970, 1, 1),
        "checksum": "ab",
        "checksum_algorithm": "MD5",
        "vouched_by": "globus",
    }
    path = long_path(PATH_LENGTH)
    assert file_row(FileEntry(path, 1, 0))["file_path"] == path
    with pytest.raises(RefusedError, match=r"y$"):
        file_row(FileEntry(path + "y", 1, 0))


@pytest.mark.parametrize("mtime", [2**63, -(2**63), 10**12])
def test_a_time_that_is_no_date_is_refused(mtime: int) -> None:
    with pytest.raises(RefusedError, match="SC022/a"):
        file_row(FileEntry("SC022/a", 1, mtime))
    assert file_row(FileEntry("SC022/a", 1, -1))["file_mtime"] == dt.datetime(1969, 12, 31, 23, 59, 59)


def test_a_replica_counts_its_files_and_bytes() -> None:
    row = replica_row(CHECK)
    del row["recorded_at"]
    assert row == {
        "manifest_id": FILES.id,
        "n_files": 2,
        "n_bytes": 7,
        "found_by": "upload",
        "dag_id": "upload_sessions",
        "run_id": "night",
    }
    unproven = unproven_row(FILES.files[1:])
    assert (unproven["n_files"], unproven["first_file"]) == (1, "SC022/b")


def test_a_verification_counts_what_was_compared_and_all_differences() -> None:
    row = verification_row(CHECK, uuid.UUID(int=3), n_differences=2000)
    del row["verified_at"]
    assert row == {
        "verification_id": uuid.UUID(int=3),
        "data_set_id": NAME.id,
        "data_set_name": str(NAME),
        "place": "ephys",
        "route": "upload",
        "submission_id": uuid.UUID(int=2),
        "manifest_id": FILES.id,
        "verdict": "verified",
        "method": "globus",
        "n_files": 5,
        "n_bytes": 50,
        "n_differences": 2000,
        "dag_id": "upload_sessions",
        "run_id": "night",
    }


def test_the_first_differences_are_stored_under_whole_keys() -> None:
    path = long_path(PATH_LENGTH + 1)
    some = [Difference(path, "size", "d" * (TEXT_LENGTH + 1))]
    (row,) = difference_rows(uuid.UUID(int=3), some)
    assert (row["path_id"], row["problem"]) == (path_id(path), "size")
    assert len(row["file_path"]) == PATH_LENGTH
    assert len(row["detail"]) == TEXT_LENGTH
    many = [Difference(f"a/{number}", "missing", "") for number in range(MOST_DIFFERENCES + 1)]
    rows = difference_rows(uuid.UUID(int=3), many)
    assert [row["file_path"] for row in rows] == [f"a/{number}" for number in range(1000)]


def test_a_video_is_stored_with_its_trial() -> None:
    assert video_row(VideoTrial("SC022/a.avi", "side", 13, None)) == {
        "path_id": path_id("SC022/a.avi"),
        "camera": "side",
        "file_number": 13,
        "trial": None,
    }
