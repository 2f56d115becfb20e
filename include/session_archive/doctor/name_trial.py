"""What small files with names that look alike show of a place. Pure: names listed in, what the place keeps out."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from session_archive.doctor.check import Check, Checks
from session_archive.naming.kept_names import KeptNames

#: Names that differ only in upper and lower case, and only in Unicode normalisation.
CASE = ("names-a", "names-A")
NORMALISATION = tuple(unicodedata.normalize(form, "names-\u00e9") for form in ("NFC", "NFD"))
NAMES = (*CASE, *NORMALISATION)

_MAKE = Checks("names")


def kept_names(listed: Collection[str]) -> KeptNames:
    """What the place keeps apart, after a file was copied to each of NAMES.

    listed : the names that it lists now
    """
    return KeptNames(case=_kept(CASE, listed), normalisation=_kept(NORMALISATION, listed))


def _kept(pair: tuple[str, ...], listed: Collection[str]) -> bool | None:
    """None where neither file is seen in any spelling: then nothing is known."""
    if all(name in listed for name in pair):
        return True
    seen = {_plain(name) for name in listed}
    return False if _plain(pair[0]) in seen else None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def names_check(place: str, kept: KeptNames, *, known: bool = False) -> Check:
    """What becomes of data sets with such names at this place.

    known : it was seen by an earlier trial
    """
    before = " (known already; --renew tries it again)" if known else ""
    words = {"upper and lower case": kept.case, "Unicode normalisation": kept.normalisation}
    if unseen := [what for what, known in words.items() if known is None]:
        return unknown_check(place, f"files whose names differ in {' and '.join(unseen)} did not arrive")
    if lost := [what for what, known in words.items() if not known]:
        return _MAKE.warning(
            place,
            f"takes names for one that differ only in {' and '.join(lost)}{before}",
            "a data set with such names is refused before anything of it is sent; rename its files then",
        )
    return _MAKE.ok(place, f"keeps names apart that differ only in case or Unicode normalisation{before}")


def unknown_check(place: str, why: str) -> Check:
    """Nothing is known of the place."""
    return _MAKE.warning(
        place,
        f"whether it keeps names apart that differ only in case or Unicode normalisation is not known: {why}",
        "a data set with such names waits until it is known; all others are sent",
    )
