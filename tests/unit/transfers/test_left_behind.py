"""What a transfer left at its destination, by name and size."""

from __future__ import annotations

import uuid

import pytest

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.left_behind import LeftBehind
from session_archive.transfers.submission import End, Outcome, Submission


def files(**sizes: int) -> Manifest:
    return Manifest.of(FileEntry(name, size, 0) for name, size in sizes.items())


PROMISED = files(a=1, b=2, c=3)
SUBMISSION = Submission(
    submission_id=uuid.UUID(int=1),
    data_set_id=uuid.UUID(int=2),
    data_set="raw-ephys/SC022/2021-01-01",
    route="upload",
    source="rig",
    destination="archive",
    manifest_id="",
    items=("a", "b", "c"),
    resumes=False,
    label="",
    run_id="night 1",
)


@pytest.mark.parametrize(
    ("present", "whole", "other", "complete"),
    [
        (files(), 0, 0, False),
        (files(of_others=1), 0, 0, False),
        (files(a=1, b=1), 1, 1, False),
        (files(a=1, b=2, c=2), 2, 1, False),
        (files(a=1, b=2, c=3, of_others=1), 3, 0, True),
    ],
)
def test_files_count_by_name_and_size(present: Manifest, whole: int, other: int, complete: bool) -> None:
    left = LeftBehind.of(PROMISED, present)
    assert (left.whole, left.other, left.complete, bool(left)) == (
        whole,
        other,
        complete,
        bool(whole or other),
    )


def test_a_promise_of_nothing_is_never_complete() -> None:
    assert not LeftBehind.of(files(), files()).complete


def test_the_words_name_how_many_where_and_why() -> None:
    words = LeftBehind.of(PROMISED, files(a=1, b=1)).words(
        SUBMISSION, Outcome(End.FAILED, "quota"), path="archive:SC022"
    )
    assert words.startswith(
        "1 of 3 promised files lie at archive:SC022, and 1 more with another size, and the catalog"
    )
    assert "of run night 1" in words
    assert words.endswith("How it ended: FAILED quota")
    unknown = LeftBehind.of(PROMISED, files(a=1)).words(SUBMISSION, None, path="archive:SC022")
    assert "more with another size" not in unknown
    assert unknown.endswith("How it ended: not known")
