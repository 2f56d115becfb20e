"""The log of a release script, read back."""

import uuid

import pytest

from session_archive.errors import ArchiveError
from session_archive.release.release_list import read_log


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not the log of a release script"),
        ("removed\tx\ty\n", "not the log of a release script"),
        ("session-archive release list\tx\n", "'x' is not the id of a list"),
        (
            f"session-archive release list\t{uuid.UUID(int=1)}\nrm -rf\n",
            "line 2: 'rm -rf'; expected 'removed'",
        ),
    ],
)
def test_another_file_is_no_log(text: str, words: str) -> None:
    with pytest.raises(ArchiveError, match=r"^my\.log") as caught:
        read_log(text, name="my.log")
    assert words in str(caught.value)
