"""Names that a place may take for one: they differ only in upper and lower case, or in Unicode normalisation. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain


@dataclass(frozen=True, slots=True)
class KeptNames:
    """Whether a place keeps such names apart; None where nobody has looked.

    case          : `A.bin` and `a.bin`
    normalisation : an accented letter as one character, and as a letter with a combining accent
    """

    case: bool | None = None
    normalisation: bool | None = None

    def surely_one(self, paths: Iterable[str]) -> dict[str, str]:
        """Path -> why it cannot be kept, for each that the place is known to take for another one of `paths`."""
        return {path: f"{why}, and the place takes them for one" for path, why in self.alike(paths).items()}

    def alike(self, paths: Iterable[str]) -> dict[str, str]:
        """Path -> in what it differs from another one of `paths`, for each that the place is known to take for that."""
        case, normalisation = self.case is False, self.normalisation is False
        if not (case or normalisation):
            return {}
        other = _alike(paths, case=case, normalisation=normalisation)
        return {path: difference(*names) for path, names in other.items()}

    def perhaps_one(self, path: str, others: Spellings) -> str:
        """One of `others` that the place may take for `path`; '' if there is none.

        others : as `spellings` of this place gives them
        """
        return next((each for each in others.get(self._perhaps(path), ()) if each != path), "")

    def spellings(self, paths: Iterable[str]) -> Spellings:
        """The paths by what the place may take for one name."""
        found: Spellings = {}
        for path in paths:
            found.setdefault(self._perhaps(path), []).append(path)
        return found

    def _perhaps(self, path: str) -> str:
        return _fold(path, case=self.case is not True, normalisation=self.normalisation is not True)


#: A place that keeps no such names apart.
KEEPS_NONE = KeptNames(case=False, normalisation=False)

#: What paths have in common -> these paths.
Spellings = dict[str, list[str]]


def difference(one: str, other: str) -> str:
    """In what two names differ that look alike, to show."""
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        # Printed as they are, they look the same.
        return f"{one!a} and {other!a} differ only in Unicode normalisation"
    return f"{one} and {other} differ only in upper and lower case"


def _fold(path: str, *, case: bool, normalisation: bool) -> str:
    plain = unicodedata.normalize("NFC", path) if normalisation and not path.isascii() else path
    return plain.casefold() if case else plain


def _alike(paths: Iterable[str], *, case: bool, normalisation: bool) -> dict[str, tuple[str, str]]:
    """Path -> the part of it that has another spelling too, and that spelling; folders count as files do."""
    paths = list(paths)
    if _surely_apart(paths, case=case, normalisation=normalisation):
        return {}
    first: dict[str, str] = {}
    other: dict[str, str] = {}
    for part in dict.fromkeys(part for path in paths for part in _parts(path)):
        spelling = first.setdefault(_fold(part, case=case, normalisation=normalisation), part)
        if spelling != part:
            other[part] = spelling
            other.setdefault(spelling, part)
    found = {path: next((part for part in _parts(path) if part in other), "") for path in paths}
    return {path: (part, other[part]) for path, part in found.items() if part}


def _surely_apart(paths: Sequence[str], *, case: bool, normalisation: bool) -> bool:
    """True if no two parts are one name for the place, as of nearly all data sets; it keeps no text in memory."""
    folders: set[str] = set()
    for path in paths:
        if (folder := path.rpartition("/")[0]) not in folders:
            folders.update(_parts(folder))
    folders.discard("")
    if case and (not normalisation or all(map(str.isascii, paths))):
        fold: Callable[[str], str] = str.casefold
    else:
        fold = partial(_fold, case=case, normalisation=normalisation)
    # Equal texts have equal hashes; if two others have, a closer look decides.
    hashes = set(map(hash, map(fold, chain(paths, folders))))
    return len(hashes) == len(paths) + len(folders)


def _parts(path: str) -> Iterator[str]:
    """The path's folders from the top, then itself."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path
