"""Reads plain names in a recording's folder fast: what is known of a name holds on the subject's other days too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.file import NameCheck, Within, compared_with, read_name
from session_archive.naming.name_cache import ShapeMemo, runs_in
from session_archive.naming.name_patterns import spelled_in_each
from session_archive.naming.session_name import plain_name

#: From so many names on, a cache of their shapes costs less than it saves.
_MANY = 50
#: Folders, and names of each, that are kept for other days: random names must not fill the memory.
_MOST_FOLDERS, _MOST_NAMES = 500, 200


class _Plain(NamedTuple):
    """A name that is archived and needs no further rule."""

    check: NameCheck
    file_type: str


class _Day(NamedTuple):
    """A spelling of a folder's own day.

    in_name : as it stands in a name, a number of its own
    sign    : what a kept name has instead; no plain name has a control character
    """

    text: str
    in_name: str
    sign: str


class _Kept:
    """What is kept of a subject's folders that differ only in the day.

    runs  : of digits, that names are compared with there; None if any digits matter
    names : as they are kept
    """

    __slots__ = ("names", "runs")

    def __init__(self, within: Within) -> None:
        of_kind, own = within.kind.distinguished, runs_in(within.words)
        self.runs = None if of_kind is None or own is None else of_kind | own
        self.names: dict[str, _Plain] = {}


class PlainNames:
    """The plain names in folders of one recording that say the same: nearly all names.

    A name is kept with a sign in place of the recording's own day, if nothing distinguishes the digits of that day.
    Names that differ only there are read alike, since each is compared with the day of its own folder.
    """

    def __init__(self, within: Within, conventions: Conventions) -> None:
        """Begin with what is known from other days."""
        self._within, self._conventions = within, conventions
        self._n_names = 0
        self._memo: ShapeMemo | None = None
        kept = _kept_for(within, conventions)
        self._days = _own_days(within, kept.runs)
        self._kept = kept.names if self._days else {}

    def types(self, n_names: int) -> Callable[[str], str]:
        """Gives so many more files their types by name; '' for a name that must go through all rules."""
        self._n_names += n_names
        if self._n_names < _MANY:
            return self._type
        if self._memo is None:
            self._memo = ShapeMemo(self._type, *compared_with(self._within, self._conventions))
        return self._memo

    def read(self, name: str) -> NameCheck | None:
        """How the name is read if it is archived; None for a name that must go through all rules."""
        plain = self._plain(name)
        return plain.check if plain else None

    def _type(self, name: str) -> str:
        plain = self._plain(name)
        return plain.file_type if plain else ""

    def _plain(self, name: str) -> _Plain | None:
        # No name has the sign of a day, so that what is kept of plain names is found for plain names only.
        if "\0" in name:
            return None
        kept_as = name
        for day, in_name, sign in self._days:
            if day in kept_as:
                kept_as = kept_as.replace(in_name, sign)
                if day in kept_as:
                    return self._read(name)
        if plain := self._kept.get(kept_as):
            return plain
        plain = self._read(name)
        if plain and len(self._kept) < _MOST_NAMES:
            self._kept[kept_as] = plain
        return plain

    def _read(self, name: str) -> _Plain | None:
        if not plain_name(name):
            return None
        check = read_name(name, self._within, self._conventions)
        return _Plain(check, self._within.kind.file_type(name)) if check.archived else None


def _own_days(within: Within, runs: frozenset[str] | None) -> tuple[_Day, ...]:
    """The folder's day in each spelling; () if something distinguishes its digits.

    runs : of digits, that names are compared with here; None if any digits matter
    """
    if within.folder is None or runs is None:
        return ()
    return _days(within.folder.session.date, within.kind.spellings, within.folder.gate, runs)


# A recording has several folders.
@lru_cache(maxsize=64)
def _days(date: dt.date, spellings: tuple[str, ...], gate: int, runs: frozenset[str]) -> tuple[_Day, ...]:
    texts = spelled_in_each(date, spellings)
    if any(text.isdigit() and int(text) == gate for text in texts):
        return ()
    if any(run in text for text in texts for run in runs):
        return ()
    # A day with signs inside is several numbers, each of which may mean something: such names are read each time.
    return tuple(
        _Day(day, f"_{day}_", f"_\0{n}_" if day.isdigit() else f"_{day}_") for n, day in enumerate(texts)
    )


def _kept_for(within: Within, conventions: Conventions) -> _Kept:
    """What is kept of such folders of the subject."""
    key = (within.kind.name, within.words, within.probe, within.folder and within.folder.gate)
    all_kept: dict[object, _Kept] = conventions.plain_names
    if (kept := all_kept.get(key)) is None:
        if len(all_kept) >= _MOST_FOLDERS:
            all_kept.clear()
        kept = all_kept[key] = _Kept(within)
    return kept
