"""What a place can compute is a property of its storage: what may be requested of it, and what may not. Pure.

The Transfer API does not say which checksums a storage computes, so each place is tried with small files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

#: Globus' own algorithm, where a transfer names none.
GLOBUS_DEFAULT = "MD5"
#: The algorithms that this package can compare: Globus' own first, then in the order in which they are preferred.
ALGORITHMS = (GLOBUS_DEFAULT, "SHA256", "SHA512", "SHA1")


@dataclass(frozen=True, slots=True)
class ChecksumAnswer:
    """What one place answered for one algorithm.

    place, collection : the place's name, and its collection when it was tried
    computes    : a right checksum was accepted there; None where that is in doubt
    notices     : a wrong checksum was noticed there; None where that was not tried, or not answered
    detail      : what happened, in words
    observed_by : a person's login, or the run
    observed_at : UTC
    """

    place: str
    collection: UUID
    algorithm: str
    computes: bool | None
    notices: bool | None = None
    detail: str = ""
    observed_by: str = ""
    observed_at: dt.datetime | None = None

    @property
    def complete(self) -> bool:
        """True where nothing is left to try."""
        return self.computes is False or (self.computes is True and self.notices is not None)


@dataclass(frozen=True, slots=True)
class PlaceChecksums:
    """The newest answers of some places, by place and algorithm; what is not known is requested as if it worked."""

    answers: Mapping[tuple[str, str], ChecksumAnswer] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Iterable[ChecksumAnswer], *, collections: Mapping[str, UUID]) -> PlaceChecksums:
        """The newest of these answers.

        answers     : oldest first
        collections : place -> its collection now; an answer of another collection no longer counts
        """
        return cls(
            {
                (each.place, each.algorithm): each
                for each in answers
                if collections.get(each.place) == each.collection
            }
        )

    def answer(self, place: str, algorithm: str) -> ChecksumAnswer | None:
        """The newest answer; None where the place was never tried."""
        return self.answers.get((place, algorithm.upper()))

    def may_compare(self, algorithm: str, places: Iterable[str]) -> bool:
        """Whether Globus may compare both ends by this algorithm."""
        known = [self.answer(place, algorithm) for place in places]
        return all(answer is None or answer.computes is True for answer in known)

    def may_expect(self, algorithm: str, places: Iterable[str]) -> bool:
        """Whether a checksum from elsewhere may go along: it would fail, or prove nothing, where the answer is no."""
        known = [self.answer(place, algorithm) for place in places]
        return all(
            answer is None or (answer.computes is True and answer.notices is not False) for answer in known
        )

    def request(self, checksum: str, algorithm: str, places: Iterable[str]) -> tuple[str, str]:
        """The checksum and the algorithm to send with a file, of those that are at hand.

        checksum  : from elsewhere; '' for none
        algorithm : of `checksum`, and of the comparison; '' for Globus' own
        """
        places = tuple(places)
        if checksum and self.may_expect(algorithm or GLOBUS_DEFAULT, places):
            return checksum, algorithm
        if algorithm and self.may_compare(algorithm, places):
            return "", algorithm
        return "", self.comparison(places) or ""

    def doubted_at(self, algorithms: Iterable[str], places: Iterable[str]) -> dt.datetime | None:
        """When the newest answer came that forbids one of these checksums; None where all of them are sent."""
        places = tuple(places)
        answers = (
            answer
            for algorithm in algorithms
            if not self.may_expect(algorithm, places)
            for place in places
            if (answer := self.answer(place, algorithm)) is not None
        )
        return max((answer.observed_at for answer in answers if answer.observed_at), default=None)

    def comparison(self, places: Iterable[str]) -> str | None:
        """The algorithm by which Globus compares both ends: '' for its own; None where there is none.

        Another one than Globus' own is used only where each place is known to compute it, or was never tried.
        """
        places = tuple(places)
        if self.may_compare(GLOBUS_DEFAULT, places):
            return ""
        tried = [place for place in places if any(name == place for name, _ in self.answers)]
        for algorithm in ALGORITHMS[1:]:
            known = all(self.answer(place, algorithm) is not None for place in tried)
            if known and self.may_compare(algorithm, places):
                return algorithm
        return None
