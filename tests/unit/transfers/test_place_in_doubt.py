"""When checksums that do not match put the place in doubt, not the recordings."""

import datetime as dt
import uuid

import pytest

from session_archive.transfers.place_in_doubt import (
    Blame,
    Mismatched,
    algorithms_in_doubt,
    blame,
    doubt,
    lacking,
    outdated,
    refused_words,
    unable,
)

SETS = [uuid.UUID(int=number) for number in range(4)]
BEGUN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LATER, EARLIER = BEGUN + dt.timedelta(hours=1), BEGUN - dt.timedelta(hours=1)


def mismatches(*of: int, at: dt.datetime | None = BEGUN, nights: int = 1) -> list[Mismatched]:
    """One of each data set; the last nights - 1 of them in nights of their own."""
    first = len(of) - nights + 1
    return [
        Mismatched(SETS[number], run_id=f"night {max(0, order - first + 1)}", at=at)
        for order, number in enumerate(of)
    ]


@pytest.mark.parametrize(
    ("found", "last_matched", "doubted_at", "expected"),
    [
        (mismatches(0, 1, 2), None, None, Blame.PLACE),
        (mismatches(0, 1, 2, 3), None, None, Blame.PLACE),
        (mismatches(0, 1), None, None, Blame.RECORDING),
        (mismatches(0, 0, 0, nights=2), None, None, Blame.RECORDING),
        (mismatches(0, 1, 2, 3, nights=2), LATER, None, Blame.RECORDING),
        # They were compared in the same transfer as one that matched.
        (mismatches(0, 1, 2, nights=2), BEGUN, None, Blame.RECORDING),
        ([], None, None, Blame.RECORDING),
        # It matched once, and not any more: others of the same night may match yet.
        (mismatches(0, 1, 2, nights=2), EARLIER, None, Blame.PLACE),
        (mismatches(0, 1, 2), EARLIER, None, Blame.RECORDING),
        (mismatches(0, 1, nights=2), EARLIER, None, Blame.RECORDING),
        (mismatches(0, 1, 2, at=None, nights=2), EARLIER, None, Blame.RECORDING),
        # Found unable since this transfer began: one data set is enough, whatever matched before.
        (mismatches(0), EARLIER, LATER, Blame.PLACE_BEFORE),
        (mismatches(0, 1, 2), None, LATER, Blame.PLACE_BEFORE),
        # The checksum that was in doubt then did not go along.
        (mismatches(0), None, EARLIER, Blame.RECORDING),
        (mismatches(0, 1, 2), None, EARLIER, Blame.PLACE),
    ],
)
def test_three_data_sets_and_no_match_since(
    found: list[Mismatched],
    last_matched: dt.datetime | None,
    doubted_at: dt.datetime | None,
    expected: Blame,
) -> None:
    judged = blame(
        found, last_matched=last_matched, not_supported=False, begun_at=BEGUN, doubted_at=doubted_at
    )
    assert judged is expected


def test_what_the_service_says_itself_is_enough() -> None:
    for doubted_at, expected in ((None, Blame.PLACE), (EARLIER, Blame.PLACE), (LATER, Blame.PLACE_BEFORE)):
        found = blame([], last_matched=LATER, not_supported=True, begun_at=BEGUN, doubted_at=doubted_at)
        assert found is expected


def test_a_refusal_says_how_to_find_out_whether_it_is_the_place() -> None:
    words = refused_words("EXTERNAL_CHECKSUM_MISMATCH: a.bin", "archive-ephys")
    assert words.startswith("EXTERNAL_CHECKSUM_MISMATCH: a.bin")
    assert "storage of archive-ephys" in words
    assert "`session-archive doctor --transfer --renew`" in words


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
    assert words.count("none ever matched") == 1
    words = doubt("archive-ephys", ["SHA1"], last_matched=BEGUN)
    assert "none since 2026-01-01" in words and "none ever matched" not in words
    words = lacking("archive-ephys", ["SHA1"], "EXPIRED: SHA1 is unsupported")
    assert words.startswith("archive-ephys: its storage does not support SHA1 checksums")
    assert words.endswith("(EXPIRED: SHA1 is unsupported)")
    assert "SHA1 checksum did not match at archive-ephys" in unable("archive-ephys", ["SHA1"])
