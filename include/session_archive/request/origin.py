"""Which copy of a data set a retrieval reads first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from session_archive.fixity.damage import Damage


@dataclass(frozen=True, slots=True)
class Candidate:
    """One copy.

    revision : of its files in the catalog
    damages  : its files that audits found damaged
    """

    place: str
    verified: bool
    revision: int
    damages: tuple[Damage, ...] = ()


def in_order(candidates: Iterable[Candidate], *, locations: Sequence[str]) -> list[Candidate]:
    """Copies with the newest files first, then whole ones, then proven ones, then in the order of archive.toml.

    locations : of the data set's type
    """

    def rank(candidate: Candidate) -> tuple[int, int, bool, int]:
        place, damaged = candidate.place, len(candidate.damages)
        position = locations.index(place) if place in locations else len(locations)
        return -candidate.revision, damaged, not candidate.verified, position

    return sorted(candidates, key=rank)
