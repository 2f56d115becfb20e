"""What trial transfers show about the checksums of a place. Pure: how each one ended in, answers and checks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from session_archive.doctor.check import Check, Checks
from session_archive.fixity.place_checksums import ALGORITHMS, ChecksumAnswer, PlaceChecksums
from session_archive.settings.places import Place

_MAKE = Checks("transfer")
_CATALOG = Checks("catalog")
#: Codes with which a storage that cannot compute a checksum was seen, or is expected, to answer.
_OF_STORAGE = frozenset({"ENDPOINT_ERROR", "INTERNAL_ERROR", "UNKNOWN", "VERIFY_CHECKSUM"})
#: The algorithm of SpikeGLX.
_ACQUISITION = "SHA1"


class Ended(StrEnum):
    """How a trial transfer ended."""

    ACCEPTED = "accepted"
    MISMATCH = "mismatch"
    FAULT = "fault"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial transfer.

    code  : the service's code of a fault; '' if there was none
    words : the service's words
    """

    ended: Ended
    code: str = ""
    words: str = ""

    @property
    def of_storage(self) -> bool:
        """True for a fault that shows that the checksum cannot be computed, not that a disk is full."""
        return self.ended is Ended.FAULT and (self.code in _OF_STORAGE or "checksum" in self.words.lower())


def judge_answer(*, right: Tried, wrong: Tried) -> tuple[bool, bool | None, str] | None:
    """Whether a place computes an algorithm, whether it notices a wrong checksum, and why; None if it did not answer.

    right, wrong : the file was sent along with its checksum, and with that of other bytes
    """
    noticed = {Ended.ACCEPTED: False, Ended.MISMATCH: True}.get(
        wrong.ended, True if wrong.of_storage else None
    )
    if right.ended is Ended.ACCEPTED:
        if noticed is False:
            return True, False, "a wrong checksum was accepted too"
        return (
            True,
            noticed,
            "a right checksum was accepted" + (", a wrong one was noticed" if noticed else ""),
        )
    if right.ended is Ended.MISMATCH:
        return False, noticed, "a right checksum did not match: it answers by another algorithm"
    if right.of_storage:
        return False, noticed, " ".join(f"{right.code}: {right.words}".split())
    return None


def to_try(place: Place, known: PlaceChecksums, *, renew: bool) -> tuple[str, ...]:
    """The algorithms that a place has to be tried with; all of them if its answers shall be renewed."""
    return tuple(
        algorithm
        for algorithm in ALGORITHMS
        if renew or (answer := known.answer(place.name, algorithm)) is None or not answer.complete
    )


def tried_check(place: str, plain: Tried, answers: Iterable[ChecksumAnswer], *, kept_in: str) -> Check:
    """What the trial of a place has shown, for a person.

    plain   : the transfer without any checksum, which has to work before anything else can be concluded
    kept_in : `<place>:<path>` where the trial files stay
    """
    subject, answers = f"{place} checksums", tuple(answers)
    stay = f"the trial files stay in {kept_in}"
    if plain.ended is not Ended.ACCEPTED:
        why = " ".join(filter(None, (plain.code, plain.words))) or "no answer"
        return _MAKE.warning(
            subject, f"not known: a transfer without any checksum did not arrive either ({why})", _AGAIN
        )
    if not answers:
        return _MAKE.warning(subject, f"not known: no trial transfer was answered in time; {stay}", _AGAIN)
    found = f"{words(answers)}; {stay}"
    if not any(answer.computes for answer in answers):
        return _MAKE.failure(subject, found, _NOTHING)
    if any(answer.computes and answer.notices is False for answer in answers):
        return _MAKE.warning(subject, found, "a checksum that goes along proves nothing there: none is sent")
    if any(answer.algorithm == _ACQUISITION and not answer.computes for answer in answers):
        return _MAKE.warning(subject, found, _BY_READING)
    return _MAKE.ok(subject, found)


def known_check(role: str, place: Place, known: PlaceChecksums) -> Check:
    """What the catalog knows about the checksums of a place, without a trial."""
    subject = f"checksums of {role} {place.name}"
    answers = [answer for name in ALGORITHMS if (answer := known.answer(place.name, name)) is not None]
    if not answers:
        return _CATALOG.ok(subject, "not known yet; `session-archive doctor --transfer` tries them")
    if doubted := [answer for answer in answers if answer.computes is None]:
        first = doubted[0]
        return _CATALOG.warning(
            subject, f"{words(answers)} (since {_date(first)}, {first.observed_by}: {first.detail})", _TRY
        )
    found = f"{words(answers)} (as of {_date(answers[0])}, {answers[0].observed_by})"
    if not any(answer.computes for answer in answers):
        return _CATALOG.warning(subject, found, _NOTHING)
    return _CATALOG.ok(subject, found)


def words(answers: Iterable[ChecksumAnswer]) -> str:
    """All answers in one line: 'computes MD5; cannot compute SHA1 (why)'."""
    answers = tuple(answers)
    parts: Mapping[str, list[ChecksumAnswer]] = {
        "computes": [each for each in answers if each.computes and each.notices is not False],
        "accepts any": [each for each in answers if each.computes and each.notices is False],
        "in doubt:": [each for each in answers if each.computes is None],
    }
    lines = [f"{what} {', '.join(each.algorithm for each in some)}" for what, some in parts.items() if some]
    unable = [each for each in answers if each.computes is False]
    lines += [f"cannot compute {each.algorithm} ({each.detail})" for each in unable]
    return "; ".join(lines)


def trial_folder(directory: str) -> str:
    """Where the small files of the checksums go, below the folder of the trial."""
    return f"{directory}/checksums"


def _date(answer: ChecksumAnswer) -> str:
    return f"{answer.observed_at or dt.datetime.min:%Y-%m-%d}"


_AGAIN = "run it again when the place is idle"
_TRY = "`session-archive doctor --transfer` tries it"
_NOTHING = "nothing can compare the bytes there: what is sent stays unverified, unless this machine can read both ends"
_BY_READING = (
    "nothing to do: SpikeGLX' checksums are compared by reading at the rig, the place by its own algorithm"
)
