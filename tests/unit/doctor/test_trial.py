"""The copy of one file by `doctor --transfer`: which file, where to, and whether it arrived."""

import datetime as dt

import pytest

from session_archive.doctor.trial import Leg, answers_check, leg_check, smallest, trial_directory


def leg(arrived: int | None = 3, checksum: str = "MD5 ab", **digests: str) -> Leg:
    return Leg("rig:a", "archive:b", "t1", 3, arrived, checksum, digests)


@pytest.mark.parametrize(
    ("case", "grade", "words"),
    [
        (leg(here="MD5 ab"), "ok", "checksum MD5 ab, read and compared on this machine: here"),
        (leg(checksum="", here="MD5 ab"), "ok", "the service reported no checksum"),
        (leg(arrived=None), "failure", "archive:b is missing"),
        (leg(arrived=4), "failure", "4 bytes instead of 3"),
        (leg(here="MD5 ab", scratch="MD5 cd"), "failure", "reports MD5 ab, but scratch has MD5 cd"),
    ],
)
def test_a_leg_of_the_trial(case: Leg, grade: str, words: str):
    check = leg_check(case)
    assert check.grade == grade
    assert words in check.found


def test_the_smallest_file_that_is_not_empty_and_small_enough():
    assert smallest({"a": 0, "b": 7, "c": 5, "d": 5, "e": 20_000_000}) == "c"
    assert smallest({"a": 0, "e": 20_000_000}) is None
    assert [check.grade for check in answers_check(["task.x"])] == ["warning"]
    at = dt.datetime(2021, 1, 1, 3, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert trial_directory(at) == ".session-archive/doctor/20210101T010000Z"


def test_a_trial_takes_a_file_of_1_byte_up_to_16_megabytes() -> None:
    assert smallest({"a": 0, "b": 1, "c": 2}) == "b"
    assert smallest({"a": 16_000_001}) is None
    assert smallest({"a": 16_000_000}) == "a"


def test_only_what_was_read_and_reported_is_called_compared() -> None:
    assert "compared" not in leg_check(leg()).found
    assert "compared" not in leg_check(leg(checksum="", here="MD5 ab")).found
    assert "compared" in leg_check(leg(here="MD5 ab")).found
    assert [check.grade for check in answers_check([])] == ["ok"]
