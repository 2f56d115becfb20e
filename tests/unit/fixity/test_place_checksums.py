"""What may be requested of a place, by what it answered before."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from session_archive.fixity.place_checksums import ChecksumAnswer, PlaceChecksums

HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)
PLACES = {"archive": HERE, "scratch": THERE}


def answer(algorithm: str, computes: bool | None, notices: bool | None = None, *, place: str = "archive"):
    return ChecksumAnswer(place, PLACES[place], algorithm, computes, notices)


def known(*answers: ChecksumAnswer) -> PlaceChecksums:
    return PlaceChecksums.of(answers, collections=PLACES)


@pytest.mark.parametrize(
    ("computes", "notices", "may_compare", "may_expect"),
    [
        (True, True, True, True),
        # Who never noticed a wrong checksum may still be right when it compares both ends.
        (True, False, True, False),
        (True, None, True, True),
        (False, True, False, False),
        (False, None, False, False),
        (None, None, False, False),
    ],
)
def test_what_may_be_requested(computes, notices, may_compare: bool, may_expect: bool) -> None:
    answers = known(answer("SHA1", computes, notices))
    assert answers.may_compare("sha1", ["archive"]) is may_compare
    assert answers.may_expect("sha1", ["archive"]) is may_expect
    assert answers.may_expect("SHA256", ["archive"]), "it was never tried"


def test_both_ends_have_to_compute_it() -> None:
    answers = known(answer("SHA1", True, True), answer("SHA1", False, place="scratch"))
    assert answers.may_expect("SHA1", ["archive"])
    assert not answers.may_compare("SHA1", ["archive", "scratch"])
    assert not answers.may_expect("SHA1", ["scratch", "archive"])


def test_the_newest_answer_of_the_present_collection_counts() -> None:
    assert not known(answer("MD5", True), answer("MD5", False)).may_compare("MD5", ["archive"])
    assert known(answer("MD5", False), answer("MD5", True)).may_compare("MD5", ["archive"])
    moved = PlaceChecksums.of([answer("MD5", False)], collections={"archive": THERE})
    assert moved.answer("archive", "MD5") is None


def test_the_algorithm_by_which_globus_compares() -> None:
    none = [answer(algorithm, False) for algorithm in ("MD5", "SHA1", "SHA256", "SHA512")]
    both = ["archive", "scratch"]
    assert known().comparison(both) == ""
    assert known(answer("MD5", True)).comparison(both) == ""
    assert known(*none).comparison(["archive"]) is None
    assert known(*none).comparison(["scratch"]) == ""
    assert known(*none, answer("SHA512", True)).comparison(["archive"]) == "SHA512"
    assert known(*none, answer("SHA512", True), answer("SHA256", True)).comparison(both) == "SHA256"
    assert known(*none, answer("SHA1", True), answer("SHA1", False, place="scratch")).comparison(both) is None
    # An algorithm that was not tried at a place without MD5 is not taken for granted.
    assert known(answer("MD5", False)).comparison(["archive"]) is None


@pytest.mark.parametrize(
    ("computes", "notices", "complete"),
    [(True, True, True), (True, False, True), (True, None, False), (False, None, True), (None, None, False)],
)
def test_what_is_left_to_try(computes, notices, complete: bool) -> None:
    assert answer("SHA1", computes, notices).complete is complete


@pytest.mark.parametrize(
    ("answers", "checksum", "algorithm", "expected"),
    [
        ([], "ab", "SHA1", ("ab", "SHA1")),
        ([], "ab", "", ("ab", "")),
        ([], "", "", ("", "")),
        ([answer("SHA1", True, True)], "ab", "SHA1", ("ab", "SHA1")),
        ([answer("SHA1", False)], "ab", "SHA1", ("", "")),
        ([answer("SHA1", None)], "", "SHA1", ("", "")),
        # It compares both ends by SHA1, and its own digest is reported; but a checksum that goes along proves nothing.
        ([answer("SHA1", True, False)], "ab", "SHA1", ("", "SHA1")),
        ([answer("MD5", False), answer("SHA256", True)], "", "", ("", "SHA256")),
        ([answer("MD5", False), answer("SHA256", True)], "ab", "", ("", "SHA256")),
        ([answer("MD5", False), answer("SHA256", True), answer("SHA1", False)], "ab", "SHA1", ("", "SHA256")),
        ([answer(name, False) for name in ("MD5", "SHA1", "SHA256", "SHA512")], "ab", "SHA1", ("", "")),
    ],
)
def test_what_is_sent_with_a_file(answers, checksum: str, algorithm: str, expected: tuple[str, str]) -> None:
    assert known(*answers).request(checksum, algorithm, ["archive", "scratch"]) == expected


def test_since_when_a_checksum_is_not_sent() -> None:
    first, second = (dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2))
    sha1, sha256 = replace(answer("SHA1", False), observed_at=first), answer("SHA256", True, True)
    both = ["archive", "scratch"]
    assert known(sha1, sha256).doubted_at(["SHA1", "SHA256"], both) == first
    assert known(sha1, sha256).doubted_at(["SHA256", "MD5"], both) is None
    at_scratch = replace(answer("SHA1", None, place="scratch"), observed_at=second)
    assert known(sha1, at_scratch).doubted_at(["SHA1"], both) == second
    assert known(sha1, at_scratch).doubted_at(["SHA1"], ["archive"]) == first
    assert known().doubted_at(["SHA1"], both) is None
