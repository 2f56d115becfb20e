"""Which names a place may take for one, and which it surely does."""

import unicodedata

import pytest

from session_archive.naming.kept_names import KEEPS_NONE, KeptNames, difference

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "v/s\u00e9ance.avi") for form in ("NFC", "NFD"))
NO_CASE, NO_NORMALISATION = KeptNames(case=False), KeptNames(normalisation=False)
KEEPS_ALL = KeptNames(case=True, normalisation=True)


@pytest.mark.parametrize(
    ("kept", "paths", "one"),
    [
        (NO_CASE, ["v/a.bin", "v/A.bin", "v/b.bin"], {"v/a.bin", "v/A.bin"}),
        (NO_CASE, ["v/a.bin", "w/A.bin"], set()),
        (NO_CASE, ["Probe/a.bin", "probe/b.bin", "c"], {"Probe/a.bin", "probe/b.bin"}),
        (NO_CASE, ["v/a.bin", "v/a.bin.meta"], set()),
        (NO_CASE, [COMPOSED, DECOMPOSED], set()),
        (NO_NORMALISATION, [COMPOSED, DECOMPOSED], {COMPOSED, DECOMPOSED}),
        (NO_NORMALISATION, ["v/a.bin", "v/A.bin"], set()),
        (NO_NORMALISATION, [COMPOSED, DECOMPOSED.upper()], set()),
        (KEEPS_NONE, [COMPOSED, DECOMPOSED], {COMPOSED, DECOMPOSED}),
        (KEEPS_NONE, [COMPOSED, DECOMPOSED.upper()], {COMPOSED, DECOMPOSED.upper()}),
        (KEEPS_ALL, ["v/a.bin", "v/A.bin", COMPOSED, DECOMPOSED], set()),
        (KeptNames(), ["v/a.bin", "v/A.bin", COMPOSED, DECOMPOSED], set()),
    ],
)
def test_every_path_that_a_place_is_known_to_take_for_another_one(
    kept: KeptNames, paths: list[str], one: set[str]
) -> None:
    found = kept.surely_one(paths)
    assert set(found) == one
    assert all(why.endswith(", and the place takes them for one") for why in found.values())


def test_a_folder_with_two_spellings_is_named_once_for_each_file_in_it() -> None:
    found = NO_CASE.surely_one(["P/x/a", "P/x/b", "p/x/c"])
    assert found["P/x/b"].startswith("P and p differ only in upper and lower case")
    assert found["p/x/c"].startswith("p and P differ")


@pytest.mark.parametrize(
    ("kept", "other", "expected"),
    [
        (KeptNames(), "v/A.bin", "v/A.bin"),
        (NO_CASE, "v/A.bin", "v/A.bin"),
        (KeptNames(case=True), "v/A.bin", ""),
        (KEEPS_ALL, "v/A.bin", ""),
        (KeptNames(), "v/a.bin", ""),
        (KeptNames(), "v/b.bin", ""),
    ],
)
def test_a_place_may_take_names_for_one_unless_it_is_known_to_keep_them(
    kept: KeptNames, other: str, expected: str
) -> None:
    assert kept.perhaps_one("v/a.bin", kept.spellings([other, "w/a.bin"])) == expected


def test_normalisation_counts_where_nobody_has_looked() -> None:
    for kept, expected in ((KeptNames(), DECOMPOSED), (KeptNames(normalisation=True), "")):
        assert kept.perhaps_one(COMPOSED, kept.spellings([DECOMPOSED])) == expected


def test_names_that_look_the_same_are_shown_with_their_characters() -> None:
    assert difference("a", "A") == "a and A differ only in upper and lower case"
    shown = difference(COMPOSED, DECOMPOSED)
    assert shown.endswith("differ only in Unicode normalisation")
    assert shown.isascii()
