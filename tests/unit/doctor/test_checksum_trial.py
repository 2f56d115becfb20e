"""What the trial transfers of a place show about its checksums."""

from __future__ import annotations

import uuid

import pytest

from session_archive.doctor.checksum_trial import (
    Ended,
    Tried,
    judge_answer,
    known_check,
    to_try,
    tried_check,
    words,
)
from session_archive.fixity.place_checksums import ALGORITHMS, ChecksumAnswer, PlaceChecksums
from session_archive.settings.places import Place

COLLECTION = uuid.UUID(int=1)
PLACE = Place(name="archive", collection=COLLECTION, directory="/raw")
OK, MISMATCH, SILENT = Tried(Ended.ACCEPTED), Tried(Ended.MISMATCH), Tried(Ended.NO_ANSWER)
UNABLE = Tried(Ended.FAULT, "ENDPOINT_ERROR", "algorithm SHA1 is not supported")
FULL = Tried(Ended.FAULT, "NO_SPACE_LEFT", "no space left")


@pytest.mark.parametrize(
    ("right", "wrong", "computes", "notices"),
    [
        (OK, MISMATCH, True, True),
        (OK, OK, True, False),
        (OK, SILENT, True, None),
        (OK, FULL, True, None),
        (OK, UNABLE, True, True),
        (MISMATCH, MISMATCH, False, True),
        (UNABLE, UNABLE, False, True),
        (UNABLE, SILENT, False, None),
        (Tried(Ended.FAULT, "NEW_CODE", "Checksum type unknown"), SILENT, False, None),
    ],
)
def test_what_a_right_and_a_wrong_checksum_show(right: Tried, wrong: Tried, computes, notices) -> None:
    answer = judge_answer(right=right, wrong=wrong)
    assert answer is not None
    assert answer[:2] == (computes, notices)
    assert answer[2]


@pytest.mark.parametrize("right", [SILENT, FULL, Tried(Ended.FAULT, "PERMISSION_DENIED")])
def test_a_place_that_did_not_answer_is_not_judged(right: Tried) -> None:
    assert judge_answer(right=right, wrong=MISMATCH) is None


def answer(algorithm: str, computes: bool | None = True, notices: bool | None = True) -> ChecksumAnswer:
    return ChecksumAnswer("archive", COLLECTION, algorithm, computes, notices, "why", "ann")


def known(*answers: ChecksumAnswer) -> PlaceChecksums:
    return PlaceChecksums.of(answers, collections={"archive": COLLECTION})


def test_only_what_is_not_known_is_tried() -> None:
    assert to_try(PLACE, known(), renew=False) == ALGORITHMS
    some = known(answer("MD5"), answer("SHA1", computes=False), answer("SHA256", notices=None))
    assert to_try(PLACE, some, renew=False) == ("SHA256", "SHA512")
    assert to_try(PLACE, some, renew=True) == ALGORITHMS
    assert "MD5" in to_try(PLACE, known(answer("MD5", computes=None)), renew=False)


@pytest.mark.parametrize(
    ("plain", "answers", "grade", "phrase"),
    [
        (
            OK,
            [answer(name) for name in ALGORITHMS],
            "ok",
            "computes MD5, SHA256, SHA512, SHA1; the trial files",
        ),
        (OK, [answer("MD5"), answer("SHA1", computes=False)], "warning", "cannot compute SHA1 (why)"),
        (OK, [answer("MD5", notices=False), answer("SHA1")], "warning", "accepts any MD5"),
        (OK, [answer("MD5", computes=False)], "failure", "cannot compute MD5"),
        (OK, [], "warning", "no trial transfer was answered in time"),
        (FULL, [], "warning", "NO_SPACE_LEFT no space left"),
        (SILENT, [answer("MD5")], "warning", "(no answer)"),
    ],
)
def test_the_line_about_a_trial(plain: Tried, answers, grade: str, phrase: str) -> None:
    check = tried_check("archive", plain, answers, kept_in="archive:x")
    assert (check.grade, check.subject) == (grade, "archive checksums")
    assert phrase in check.found


@pytest.mark.parametrize(
    ("answers", "grade", "phrase"),
    [
        ([], "ok", "not known yet"),
        ([answer("MD5"), answer("SHA1", computes=False)], "ok", "computes MD5; cannot compute SHA1 (why)"),
        ([answer("MD5"), answer("SHA1", computes=None)], "warning", "computes MD5; in doubt: SHA1 (since"),
        ([answer("MD5", computes=False)], "warning", "cannot compute MD5"),
    ],
)
def test_the_line_about_what_is_known(answers, grade: str, phrase: str) -> None:
    check = known_check("location", PLACE, known(*answers))
    assert check.grade == grade
    assert phrase in check.found


def test_the_words_of_all_answers() -> None:
    assert words([]) == ""
    assert words([answer("SHA1", computes=None), answer("MD5")]) == "computes MD5; in doubt: SHA1"
