"""Another catalog's record of a data set, compared with the archive by name."""

import pytest

from session_archive.assess.imported_record import NameComparison, compare_names
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import FileEntry, Manifest

LISTED = Manifest.of([FileEntry("SC022/a.bin", 10, 5), FileEntry("SC022/b.mat", 2, 5)])


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((), ()),
        (("SC022/a.bin",), ()),
        (("SC022/a.bin", "SC022/b.mat"), ()),
        (("SC022/z.bin", "SC022/c.bin", "SC022/a.bin"), ("SC022/c.bin", "SC022/z.bin")),
        (("SC022/A.bin",), ("SC022/A.bin",)),
    ],
)
def test_files_that_it_names_and_the_archive_does_not_list_are_missing(names, missing) -> None:
    record = compare_names(names, source="old", listed=LISTED)
    assert record == NameComparison("old", len(names), missing)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (NameComparison(), ""),
        (
            NameComparison("old at db", 3),
            "all 3 files that old at db recorded are in the archive; it kept no sizes",
        ),
        (
            NameComparison("old at db", 3, ("SC022/c.bin", "SC022/z.bin")),
            "2 of 3 files that old at db recorded are not in the archive: SC022/c.bin",
        ),
    ],
)
def test_the_words_name_the_first_missing_file(record: NameComparison, words: str) -> None:
    assert record.words == words


def test_each_missing_file_is_a_difference() -> None:
    report = NameComparison("old", 3, ("SC022/c.bin", "SC022/z.bin")).report(LISTED)
    why = "recorded by old, not in the archive"
    missing = (Difference("SC022/c.bin", "missing", why), Difference("SC022/z.bin", "missing", why))
    assert report == FixityReport(3, 12, missing)
