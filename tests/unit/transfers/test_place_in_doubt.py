"""When checksums that do not match put the place in doubt, not the recordings."""

import datetime as dt
import uuid

import pytest

from session_archive.transfers.place_in_doubt import (
    Blame,
    algorithms_in_doubt,
    blame,
    doubt,
    lacking,
    outdated,
    unable,
)

SETS = [uuid.UUID(int=number) for number in range(4)]
BEGUN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LATER, EARLIER = BEGUN + dt.timedelta(hours=1), BEGUN - dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("mismatching", "ever_matched", "doubted_at", "expected"),
    [
        (SETS[:3], False, None, Blame.PLACE),
        (SETS, False, None, Blame.PLACE),
        (SETS[:2], False, None, Blame.RECORDING),
        ([SETS[0]] * 3, False, None, Blame.RECORDING),
        (SETS, True, None, Blame.RECORDING),
        ([], False, None, Blame.RECORDING),
        # Found unable since this transfer began: one data set is enough, whatever matched before.
        (SETS[:1], True, LATER, Blame.PLACE_BEFORE),
        (SETS, False, LATER, Blame.PLACE_BEFORE),
        # The checksum that was in doubt then did not go along.
        (SETS[:1], False, EARLIER, Blame.RECORDING),
        (SETS[:3], False, EARLIER, Blame.PLACE),
    ],
)
def test_three_data_sets_and_never_a_match(mismatching, ever_matched, doubted_at, expected) -> None:
    found = blame(
        mismatching, ever_matched=ever_matched, not_supported=False, begun_at=BEGUN, doubted_at=doubted_at
    )
    assert found is expected


def test_what_the_service_says_itself_is_enough() -> None:
    for doubted_at, expected in ((None, Blame.PLACE), (EARLIER, Blame.PLACE), (LATER, Blame.PLACE_BEFORE)):
        found = blame([], ever_matched=True, not_supported=True, begun_at=BEGUN, doubted_at=doubted_at)
        assert found is expected


@pytest.mark.parametrize(
    ("detail", "sent", "expected"),
    [
        ("Checksum algorithm SHA1 is not supported", {"SHA1", "SHA256"}, {"SHA1"}),
        ("unsupported algorithm sha-256", {"SHA1", "SHA256"}, {"SHA256"}),
        ("unknown checksum md5", {"SHA1"}, {"MD5"}),
        ("unsupported checksum algorithm", {"SHA1"}, {"SHA1"}),
        ("unsupported checksum algorithm", set(), {"MD5"}),
        # An algorithm that nobody requested is none of ours.
        ("SHA512 checksum not supported", {"SHA1"}, {"SHA1"}),
    ],
)
def test_which_algorithms_a_place_does_not_support(detail: str, sent: set[str], expected: set[str]) -> None:
    assert algorithms_in_doubt(detail, sent) == expected


@pytest.mark.parametrize(
    ("begun_at", "doubted_at", "expected"),
    [
        (BEGUN, LATER, True),
        (BEGUN, BEGUN, False),
        (BEGUN, EARLIER, False),
        (None, LATER, False),
        (BEGUN, None, False),
    ],
)
def test_a_mismatch_is_outdated_by_what_is_found_later(begun_at, doubted_at, expected: bool) -> None:
    assert outdated(begun_at, doubted_at) is expected


def test_the_alarm_names_the_place_the_algorithm_and_the_number() -> None:
    words = doubt("archive-ephys", ["SHA256", "SHA1"])
    assert words.startswith(
        "archive-ephys: the SHA1 and SHA256 checksums of 3 or more data sets did not match"
    )
    assert "doctor --transfer" in words
    words = lacking("archive-ephys", ["SHA1"], "EXPIRED: SHA1 is unsupported")
    assert words.startswith("archive-ephys: its storage does not support SHA1 checksums")
    assert words.endswith("(EXPIRED: SHA1 is unsupported)")
    assert "SHA1 checksum did not match at archive-ephys" in unable("archive-ephys", ["SHA1"])
