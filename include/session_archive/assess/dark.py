"""AUDIT: what lies under a location and belongs to no data set that the catalog has. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dark:
    """A folder or file under a location that no replica names.

    n_bytes : of all files in it, as far as they could be listed
    newest  : seconds UTC since 1970, of the newest file in it; 0 if it has none
    whole   : False if a part of it was not listed
    """

    path: str
    n_files: int
    n_bytes: int
    newest: int
    whole: bool = True


def known_paths(directories: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The folders of data sets, and all folders above them, the root as ''.

    directories : of the data sets, relative to the root
    """
    own = frozenset(directories)
    above: set[str] = {""}
    for directory in own:
        while directory := directory.rpartition("/")[0]:
            if directory in above:
                break
            above.add(directory)
    return own, frozenset(above)


def is_dark(path: str, *, own: Collection[str], above: Collection[str]) -> bool:
    """True for an entry of a folder above data sets that is neither one of them nor leads to one."""
    return path not in own and path not in above
