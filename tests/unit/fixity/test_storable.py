"""What the catalog cannot store is refused, with every file."""

import pytest

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.storable import (
    DIRECTORY_LENGTH,
    PATH_LENGTH,
    is_storable,
    modification_time,
    require_storable,
)
from session_archive.naming.session_name import DataSetName

NAME = DataSetName.parse("raw-ephys/SC022/2021-01-02/1")
GOOD = FileEntry("SC022/a", 3, 0)


def test_all_files_that_cannot_be_stored_are_named_before_anything_is_sent() -> None:
    path = "x/" * (PATH_LENGTH // 2 - 1) + "xx"
    require_storable(NAME, "SC022", [GOOD, FileEntry(path, 1, 0)])
    wrong = [FileEntry(path + "y", 1, 0), FileEntry("SC022/late", 1, 10**12)]
    with pytest.raises(RefusedError, match=r"\(and 1 more files\): a path of 1025 .*y$") as refused:
        require_storable(NAME, "SC022", [GOOD, *wrong])
    assert [named for named, _ in refused.value.files] == [path + "y", "SC022/late"]
    with pytest.raises(RefusedError, match=r"its modification time .*: SC022/late$") as refused:
        require_storable(NAME, "SC022", wrong[1:])
    assert "more" not in str(refused.value)
    with pytest.raises(RefusedError, match="its directories take"):
        require_storable(NAME, "x" * (DIRECTORY_LENGTH + 1), [])


@pytest.mark.parametrize(("date", "beyond"), [(-62_135_596_800, -1), (253_402_300_799, 1)])
def test_the_first_and_the_last_date_can_be_stored(date: int, beyond: int) -> None:
    last, too_far = FileEntry("a", 1, date), FileEntry("a", 1, date + beyond)
    assert is_storable(last)
    assert modification_time(last)
    assert not is_storable(too_far)
    with pytest.raises(OverflowError):
        modification_time(too_far)
