"""What a place keeps apart, seen by the names that it lists after a trial."""

import pytest

from session_archive.doctor.name_trial import CASE, NAMES, NORMALISATION, kept_names, names_check
from session_archive.naming.kept_names import KeptNames

COMPOSED, DECOMPOSED = NORMALISATION


def test_the_trial_has_two_pairs_that_differ_only_in_one_thing() -> None:
    assert len(set(NAMES)) == 4
    assert CASE[0].casefold() == CASE[1].casefold()
    assert COMPOSED != DECOMPOSED


@pytest.mark.parametrize(
    ("listed", "kept", "grade", "words"),
    [
        (NAMES, KeptNames(case=True, normalisation=True), "ok", "keeps names apart"),
        (
            (CASE[0], *NORMALISATION),
            KeptNames(case=False, normalisation=True),
            "warning",
            "only in upper and",
        ),
        (
            (CASE[1], *NORMALISATION),
            KeptNames(case=False, normalisation=True),
            "warning",
            "only in upper and",
        ),
        ((*CASE, DECOMPOSED), KeptNames(case=True, normalisation=False), "warning", "only in Unicode"),
        (
            (CASE[0].upper(), COMPOSED),
            KeptNames(case=False, normalisation=False),
            "warning",
            "case and Unicode",
        ),
        ((*CASE,), KeptNames(case=True), "warning", "is not known: files whose names differ in Unicode"),
        ((), KeptNames(), "warning", "is not known"),
    ],
)
def test_what_is_listed_shows_what_is_kept(
    listed: tuple[str, ...], kept: KeptNames, grade: str, words: str
) -> None:
    assert kept_names(listed) == kept
    check = names_check("tape", kept)
    assert (check.subject, check.grade) == ("tape", grade)
    assert words in check.found
    assert bool(check.advice) == (grade == "warning")
