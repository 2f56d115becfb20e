"""A data set that is new by its name, and whose files are archived under another name."""

import datetime as dt

from session_archive.assess.moved import MOST_COMPARED, Twin, files_to_compare, find_twins, judge_moved
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.state import State

ARCHIVED = DataSetName("raw-video", SessionName("SC022", dt.date(2021, 1, 1)))
LATER = DataSetName("raw-video", SessionName("SC022", dt.date(2021, 1, 9)))
SINCE = dt.datetime(2021, 1, 2, 3, 0, tzinfo=dt.UTC)
FOLDER = "rig1:SC022/01022021/video"
NEW = FileEntry("SC022/01022021/video/a.avi", 9, 5)
OLD = FileEntry("SC022/01012021/video/a.avi", 9, 5)


def is_raw(name: str) -> bool:
    return name.endswith(".avi")


def test_the_largest_raw_files_are_compared_and_never_more_than_so_many() -> None:
    many = [FileEntry(f"v/{number:02}.avi", 100 + number, 5) for number in range(MOST_COMPARED + 3)]
    others = [FileEntry("v/empty.avi", 0, 5), FileEntry("v/map.txt", 9_000, 5)]
    largest = files_to_compare(Manifest.of([*many, *others]), is_raw)
    assert len(largest) == MOST_COMPARED
    assert {file.size for file in largest} == {103 + number for number in range(MOST_COMPARED)}
    assert files_to_compare(Manifest.of(others), is_raw) == ()


def test_a_twin_has_the_same_name_size_and_time() -> None:
    assert find_twins([NEW], [(ARCHIVED, OLD, SINCE)]) == (Twin(NEW.path, ARCHIVED, SINCE),)
    for other in (
        FileEntry("SC022/01012021/video/b.avi", 9, 5),
        FileEntry(OLD.path, 8, 5),
        FileEntry(OLD.path, 9, 6),
    ):
        assert find_twins([NEW], [(ARCHIVED, other, SINCE)]) == ()


def test_a_moved_data_set_waits_for_a_person_who_reads_what_it_looks_like() -> None:
    assert judge_moved((), folder=FOLDER) is None
    record = judge_moved((Twin(NEW.path, ARCHIVED, SINCE),), folder=FOLDER)
    assert record is not None
    assert record.state is State.AMBIGUOUS
    assert record.reason.startswith(
        f"looks like {ARCHIVED}, archived on 2021-01-02: {NEW.path} has the same name, size and time there; "
    )
    assert FOLDER in record.reason
    assert record.files == ((NEW.path, f"archived as {ARCHIVED}"),)
    twins = [Twin(path, name, SINCE) for path in ("a", "b", "c") for name in (ARCHIVED, LATER)]
    several = judge_moved(twins, folder=FOLDER)
    assert several is not None
    assert "a and 2 more of its largest files have the same name" in several.reason
