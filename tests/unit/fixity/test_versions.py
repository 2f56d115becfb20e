"""Which version of a file arrived, as the source and the times in the archive show it."""

import pytest

from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.versions import ROUNDING, SourceLook, version_doubts

T = 1_600_000_000
WRITTEN = T + 90_000


def files(**mtimes: int) -> Manifest:
    """Files of 10 bytes by name and time."""
    return Manifest.of(FileEntry(name, 10, mtime) for name, mtime in mtimes.items())


PROMISED = files(a=T, b=T + 7)


@pytest.mark.parametrize(
    ("in_archive", "not_shown", "skipped", "doubted"),
    [
        # The archive keeps times: they decide, whatever the source shows.
        (files(a=T, b=T + 7), "", "", ""),
        (files(a=T, b=T + 7), "ab", "", ""),
        (files(a=T + ROUNDING, b=T + 7 - ROUNDING), "ab", "", ""),
        (files(a=T + ROUNDING + 1, b=T + 7), "ab", "", "a"),
        (files(a=T, b=WRITTEN), "ab", "", "b"),
        # Written again, sent, and put back: the source shows the promised one again.
        (files(a=T, b=WRITTEN), "", "", "b"),
        # Skipped as identical, it keeps the time of the attempt that wrote it; then the source decides.
        (files(a=T, b=WRITTEN), "", "b", ""),
        (files(a=T, b=WRITTEN), "b", "b", "b"),
        # The archive keeps no times.
        (files(a=WRITTEN, b=WRITTEN), "", "", ""),
        (files(a=WRITTEN, b=WRITTEN), "b", "", "b"),
        (files(a=0, b=0), "ab", "", "ab"),
        # A missing file is what the comparison itself tells.
        (files(a=T), "ab", "", ""),
    ],
)
def test_the_files_that_may_have_arrived_in_another_version(
    in_archive: Manifest, not_shown: str, skipped: str, doubted: str
) -> None:
    doubts = version_doubts(PROMISED, in_archive=in_archive, not_shown=set(not_shown), skipped=set(skipped))
    assert set(doubts) == set(doubted)


def test_a_place_without_times_does_not_keep_them_because_the_source_has_none_either() -> None:
    promised = files(a=0, b=T)
    assert set(version_doubts(promised, in_archive=files(a=0, b=0), not_shown={"a", "b"}, skipped=set())) == {
        "a",
        "b",
    }
    assert not version_doubts(promised, in_archive=files(a=0, b=0), not_shown=set(), skipped=set())


def test_a_doubt_names_both_times() -> None:
    (why,) = version_doubts(
        PROMISED, in_archive=files(a=T, b=WRITTEN), not_shown={"a", "b"}, skipped=set()
    ).values()
    assert why == (
        "its copy is of 2020-09-14 13:26:40 UTC, promised was 2020-09-13 12:26:47 UTC: "
        "another version may have arrived"
    )


def test_a_change_at_the_source_is_a_file_with_another_time_or_size_never_one_that_is_gone_or_new() -> None:
    assert SourceLook(PROMISED).changes(PROMISED) == ()
    assert SourceLook(files(a=T, c=T)).changes(PROMISED) == ()
    assert [each.path for each in SourceLook(files(a=T + 1, b=T + 7)).changes(PROMISED)] == ["a"]
    larger = Manifest.of([FileEntry("b", 11, T + 7)])
    (change,) = SourceLook(larger).changes(PROMISED)
    assert change.detail == (
        "10 bytes of 2020-09-13 12:26:47 UTC promised, 11 bytes of 2020-09-13 12:26:47 UTC on the rig"
    )


def test_only_a_file_of_the_promised_size_and_time_is_shown_as_promised() -> None:
    now = Manifest.of([FileEntry("a", 10, T), FileEntry("b", 11, T + 7), FileEntry("c", 10, T)])
    assert SourceLook(now).not_shown(PROMISED) == {"b"}
    assert SourceLook(files(a=T + 1)).not_shown(PROMISED) == {"a", "b"}
    assert SourceLook(PROMISED).not_shown(PROMISED) == frozenset()


def test_what_could_not_be_compared_with_the_source_is_said() -> None:
    assert SourceLook(PROMISED).note(PROMISED) == ""
    assert SourceLook(files(b=T + 7)).note(PROMISED) == "no longer at the source: 1 of 2 files, the first: a"
    off = SourceLook(Manifest(()), ListingError("rig1 is switched off"))
    assert off.note(PROMISED) == "not compared with the source again: rig1 is switched off"
