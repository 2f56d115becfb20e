"""Which copy a retrieval reads first."""

import datetime as dt

from session_archive.fixity.damage import Damage
from session_archive.request.origin import Candidate, in_order

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
CUT = Damage(path="a.bin", problem="size", detail="2 bytes, 1 found", whole_at=NOW, found_at=NOW)


def order(*candidates: Candidate) -> list[str]:
    return [each.place for each in in_order(candidates, locations=("tape", "cloud"))]


def test_the_order_of_archive_toml_decides_among_equals() -> None:
    assert order(
        Candidate("cloud", verified=True, revision=0), Candidate("tape", verified=True, revision=0)
    ) == [
        "tape",
        "cloud",
    ]
    assert order(
        Candidate("old", verified=True, revision=0), Candidate("cloud", verified=True, revision=0)
    ) == [
        "cloud",
        "old",
    ]


def test_a_whole_copy_comes_before_a_damaged_one_and_a_proven_one_before_others() -> None:
    damaged = Candidate("tape", verified=True, revision=0, damages=(CUT,))
    assert order(damaged, Candidate("cloud", verified=True, revision=0)) == ["cloud", "tape"]
    assert order(damaged, Candidate("cloud", verified=False, revision=0)) == ["cloud", "tape"]
    assert order(
        Candidate("tape", verified=False, revision=0), Candidate("cloud", verified=True, revision=0)
    ) == [
        "cloud",
        "tape",
    ]


def test_a_copy_with_the_files_that_came_later_comes_first() -> None:
    assert order(
        Candidate("tape", verified=True, revision=0), Candidate("cloud", verified=True, revision=1)
    ) == [
        "cloud",
        "tape",
    ]
