"""When checksums that do not match put the place in doubt, not the recordings."""

import uuid

import pytest

from session_archive.transfers.place_in_doubt import doubt, place_in_doubt

SETS = [uuid.UUID(int=number) for number in range(4)]


@pytest.mark.parametrize(
    ("mismatching", "ever_matched", "expected"),
    [
        (SETS[:3], False, True),
        (SETS, False, True),
        (SETS[:2], False, False),
        ([SETS[0]] * 3, False, False),
        (SETS, True, False),
        ([], False, False),
    ],
)
def test_three_data_sets_and_never_a_match(mismatching, ever_matched: bool, expected: bool) -> None:
    assert place_in_doubt(mismatching, ever_matched=ever_matched) is expected


def test_the_alarm_names_the_place_the_algorithm_and_the_number() -> None:
    words = doubt("archive-ephys", ["SHA1", "SHA256"], 3)
    assert words.startswith("archive-ephys: the SHA1 and SHA256 checksums of 3 data sets did not match")
    assert "doctor --transfer" in words
