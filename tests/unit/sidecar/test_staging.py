"""Small files below the staging place: whole or absent, and nothing else is touched."""

import datetime as dt
import os
import pathlib
import stat
import threading
import uuid

import pytest

from session_archive.errors import ListingError, NamingError, SettingsError
from session_archive.settings.places import Staging
from session_archive.sidecar.staging import MARK, StagingDisk, carry_path, fetched_path, listing_path

LONG_AGO = 1_600_000_000
SINCE = dt.datetime(2020, 9, 14, tzinfo=dt.UTC)


def disk(root: pathlib.Path) -> StagingDisk:
    return StagingDisk(
        Staging.model_validate(
            {"name": "staging", "collection": uuid.UUID(int=1), "directory": "/", "local_path": root}
        )
    )


def test_what_is_written_is_read_with_its_time_and_removed_with_its_empty_folders(tmp_path) -> None:
    staging, path = disk(tmp_path), carry_path("ephys", ".session-archive/raw-ephys/SC022/2021-01-01.json")
    other = carry_path("ephys", "other")
    staging.write(path, b"one", mtime=5)
    staging.write(path, b"two", mtime=6)
    staging.write(other, b"")
    written = tmp_path / path
    assert (staging.read(path), written.stat().st_mtime, written.stat().st_mode & 0o777) == (b"two", 6, 0o644)
    assert sorted(each.name for each in tmp_path.rglob("*") if each.is_file()) == ["2021-01-01.json", "other"]
    staging.remove(path)
    assert staging.read(path) is None
    assert sorted(each.name for each in (tmp_path / "carry/ephys").iterdir()) == ["other"]
    staging.remove(path)
    staging.remove(other)
    assert list(tmp_path.iterdir()) == []


def test_all_of_one_key_is_removed_and_nothing_of_another(tmp_path) -> None:
    staging = disk(tmp_path)
    for key in ("one", "two"):
        staging.write(listing_path(key, "x"), b"")
        staging.write(fetched_path(key, "SC022/x.meta"), b"")
    assert staging.remove_all("one") == staging.remove_all("one") == []
    assert {each.relative_to(tmp_path).parts[1] for each in tmp_path.rglob("x*")} == {"two"}


def test_what_nobody_has_touched_for_long_is_found(tmp_path) -> None:
    staging = disk(tmp_path)
    assert staging.stale_files(before=dt.datetime.now(dt.UTC)).names == ()
    for key in ("old", "early", "late", "new"):
        staging.write(listing_path(key, "x"), b"")
        staging.write(fetched_path(key, "x"), b"")
    staging.write(carry_path("ephys", "x"), b"")
    # Of "early" and "late" the one half is old, and the other not.
    for folder in ("listings/old", "fetched/old", "listings/early", "fetched/late", "carry/ephys"):
        os.utime(tmp_path / folder, (LONG_AGO, LONG_AGO))
    assert staging.stale_files(before=SINCE).names == ("old",)
    assert staging.stale_files(before=SINCE).skipped == ()
    assert staging.stale_files(before=dt.datetime(2020, 9, 13, tzinfo=dt.UTC)).names == ()


def test_a_folder_of_that_name_that_somebody_else_made_is_never_swept_and_named(tmp_path) -> None:
    staging = disk(tmp_path)
    theirs = tmp_path / "listings/thesis"
    theirs.mkdir(parents=True)
    os.utime(theirs, (LONG_AGO, LONG_AGO))
    staging.write(listing_path("ours", "x"), b"")
    found = staging.stale_files(before=SINCE)
    assert found.names == ()
    (why,) = found.skipped
    assert f"{tmp_path}/listings has no file {MARK}" in why
    assert why in staging.sweep("thesis")
    assert theirs.is_dir()
    # A person who knows that all of it is ours says so.
    (tmp_path / "listings" / MARK).touch()
    assert staging.stale_files(before=SINCE).names == ("thesis",)


@pytest.mark.parametrize("folder", ["listings", "fetched"])
def test_a_link_is_not_followed_whatever_it_points_to(tmp_path, folder: str) -> None:
    place, archive = tmp_path / "staging", tmp_path / "archive"
    place.mkdir()
    (archive / "SC022").mkdir(parents=True)
    (archive / MARK).touch()
    (archive / "SC022/rec.bin").write_bytes(b"precious")
    os.utime(archive / "SC022", (LONG_AGO, LONG_AGO))
    staging = disk(place)
    (place / folder).symlink_to(archive)
    found = staging.stale_files(before=SINCE)
    assert found.names == ()
    assert "reached through a symbolic link" in found.skipped[0]
    assert staging.sweep("SC022")
    assert staging.remove_all("SC022")
    (place / folder).unlink()
    # Nor is one in the folder itself.
    staging.write(f"{folder}/ours/x", b"")
    (place / folder / "SC022").symlink_to(archive / "SC022")
    assert staging.sweep("SC022")
    assert staging.remove_all("SC022")
    assert (place / folder / "SC022").is_symlink()
    assert (archive / "SC022/rec.bin").read_bytes() == b"precious"


def test_a_swept_folder_takes_its_links_and_nothing_behind_them(tmp_path) -> None:
    place, archive = tmp_path / "staging", tmp_path / "archive"
    place.mkdir()
    archive.mkdir()
    (archive / "rec.bin").write_bytes(b"precious")
    staging = disk(place)
    staging.write(fetched_path("ours", "x"), b"")
    (place / "fetched/ours/inner").symlink_to(archive)
    assert staging.sweep("ours") == []
    assert [each.name for each in (place / "fetched").iterdir()] == [MARK]
    assert (archive / "rec.bin").read_bytes() == b"precious"


def test_no_link_leads_out_of_it(tmp_path) -> None:
    place, elsewhere = tmp_path / "staging", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    (elsewhere / "x").write_bytes(b"theirs")
    (place / "carry").symlink_to(elsewhere)
    (place / "link").symlink_to(elsewhere / "x")
    staging = disk(place)
    for act in (lambda: staging.write("carry/y", b""), lambda: staging.remove("carry/x")):
        with pytest.raises(SettingsError, match="reached through a symbolic link"):
            act()
    for path in ("carry/x", "link"):
        with pytest.raises(ListingError, match="symbolic link"):
            staging.read(path)
    # A link in a file's place is replaced itself.
    staging.write("link", b"ours")
    assert not (place / "link").is_symlink()
    assert [(each.name, each.read_bytes()) for each in elsewhere.iterdir()] == [("x", b"theirs")]


def test_a_pipe_in_a_files_place_holds_nobody_up(tmp_path) -> None:
    staging = disk(tmp_path)
    staging.write(listing_path("ours", "other"), b"")
    os.mkfifo(tmp_path / listing_path("ours", "x"))
    raised: list[BaseException] = []

    def read() -> None:
        try:
            staging.read(listing_path("ours", "x"))
        except ListingError as error:
            raised.append(error)

    # A thread of its own, so that one that hangs is a failure and not a run without an end.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(30)
    assert not reader.is_alive()
    assert "is not a regular file" in str(raised[0])
    assert staging.sweep("ours") == []


@pytest.mark.parametrize("mode", [0o755, 0o2775, 0o1777])
def test_who_may_write_into_the_place_may_write_where_files_are_fetched_to(tmp_path, mode: int) -> None:
    tmp_path.chmod(mode)
    for _ in range(2):
        disk(tmp_path).make_fetched()
    made = tmp_path / "fetched"
    assert stat.S_IMODE(made.stat().st_mode) == mode
    assert [each.name for each in made.iterdir()] == [MARK]


def test_what_waits_can_be_read_by_the_collections_login_under_a_strict_umask(tmp_path) -> None:
    before = os.umask(0o077)
    try:
        disk(tmp_path).write(carry_path("ephys", "SC022/x"), b"")
    finally:
        os.umask(before)
    for path in ("carry", "carry/ephys", "carry/ephys/SC022"):
        assert (tmp_path / path).stat().st_mode & 0o755 == 0o755


def test_no_path_leads_out_of_it_and_a_missing_place_is_named(tmp_path) -> None:
    for path in ("../x", "/x", "a/../../x"):
        with pytest.raises(NamingError):
            disk(tmp_path).write(path, b"")
    with pytest.raises(SettingsError, match=r"staging\.local_path: .*gone is not a directory"):
        disk(tmp_path / "gone")
