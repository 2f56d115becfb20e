"""Small files below the staging place: whole or not there, and nothing else is touched."""

import datetime as dt
import os
import pathlib
import uuid

import pytest

from session_archive.errors import NamingError, SettingsError
from session_archive.places import Staging
from session_archive.staging import StagingDisk, carry_path, fetched_path, listing_path


def disk(root: pathlib.Path) -> StagingDisk:
    return StagingDisk(Staging(name="staging", collection=uuid.UUID(int=1), directory="/", local_path=root))


def test_what_is_written_is_read_with_its_time_and_removed_with_its_empty_folders(tmp_path) -> None:
    staging, path = disk(tmp_path), carry_path("ephys", ".session-archive/raw-ephys/SC022/2021-01-01.json")
    beside = carry_path("ephys", "other")
    staging.write(path, b"one", mtime=5)
    staging.write(path, b"two", mtime=6)
    staging.write(beside, b"")
    written = tmp_path / path
    assert (staging.read(path), written.stat().st_mtime, written.stat().st_mode & 0o777) == (b"two", 6, 0o644)
    assert sorted(each.name for each in tmp_path.rglob("*") if each.is_file()) == ["2021-01-01.json", "other"]
    staging.remove(path)
    assert staging.read(path) is None
    assert sorted(each.name for each in (tmp_path / "carry/ephys").iterdir()) == ["other"]
    staging.remove(path)
    staging.remove(beside)
    assert list(tmp_path.iterdir()) == []


def test_all_of_one_key_is_removed_and_nothing_of_another(tmp_path) -> None:
    staging = disk(tmp_path)
    for key in ("one", "two"):
        staging.write(listing_path(key, "x"), b"")
        staging.write(fetched_path(key, "SC022/x.meta"), b"")
    assert staging.remove_all("one") == staging.remove_all("one") == []
    assert {each.relative_to(tmp_path).parts[1] for each in tmp_path.rglob("*") if each.is_file()} == {"two"}


def test_what_nobody_has_touched_for_long_is_found(tmp_path) -> None:
    staging = disk(tmp_path)
    assert staging.left_over(before=dt.datetime.now(dt.UTC)) == []
    for key in ("old", "early", "late", "new"):
        staging.write(listing_path(key, "x"), b"")
        staging.write(fetched_path(key, "x"), b"")
    staging.write(carry_path("ephys", "x"), b"")
    # Of "early" and "late" the one half is old, and the other not.
    for folder in ("listings/old", "fetched/old", "listings/early", "fetched/late", "carry/ephys"):
        os.utime(tmp_path / folder, (1_600_000_000, 1_600_000_000))
    assert staging.left_over(before=dt.datetime(2020, 9, 14, tzinfo=dt.UTC)) == ["old"]
    assert staging.left_over(before=dt.datetime(2020, 9, 13, tzinfo=dt.UTC)) == []


def test_no_path_leads_out_of_it_and_a_missing_place_is_named(tmp_path) -> None:
    for path in ("../x", "/x", "a/../../x"):
        with pytest.raises(NamingError):
            disk(tmp_path).write(path, b"")
    with pytest.raises(SettingsError, match=r"staging\.local_path: .*gone is no directory"):
        disk(tmp_path / "gone")
