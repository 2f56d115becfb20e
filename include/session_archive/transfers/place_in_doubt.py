"""Is it the recordings whose checksums do not match, or the place that cannot compute them? Pure."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from session_archive.fixity.place_checksums import GLOBUS_DEFAULT

#: So many recordings are hardly damaged at the same time.
ENOUGH = 3


class Blame(Enum):
    """What a mismatch says."""

    #: The data set is refused.
    RECORDING = "recording"
    #: The place is in doubt: the data set waits, and one alarm is about the place.
    PLACE = "place"
    #: The place has been in doubt since this transfer began: the data set waits.
    PLACE_BEFORE = "place before"


@dataclass(frozen=True, slots=True)
class Mismatched:
    """A transfer to the place whose checksum did not match.

    at : UTC, when it ended
    """

    data_set_id: uuid.UUID
    run_id: str
    at: dt.datetime | None


def blame(
    mismatches: Collection[Mismatched],
    *,
    last_matched: dt.datetime | None,
    not_supported: bool,
    begun_at: dt.datetime | None,
    doubted_at: dt.datetime | None,
) -> Blame:
    """Whether a checksum that did not match is the recording's fault, or the place's.

    A storage may change: what matched before says nothing of it now. But others of the same night may match yet, so a
    place where any ever matched is in doubt only by mismatches of two runs.

    mismatches   : all at the place
    last_matched : when a checksum of the same algorithm last matched there, of a recording or of a trial
    not_supported : the service said so itself, of this transfer
    begun_at     : when the transfer began
    doubted_at   : when it was found that the place cannot compute the checksum; None if it was not
    """
    if outdated(begun_at, doubted_at):
        return Blame.PLACE_BEFORE
    since = [
        each
        for each in mismatches
        if last_matched is None or (each.at is not None and each.at > last_matched)
    ]
    runs = {each.run_id for each in since}
    enough = len({each.data_set_id for each in since}) >= ENOUGH and (last_matched is None or len(runs) > 1)
    return Blame.PLACE if not_supported or enough else Blame.RECORDING


def outdated(begun_at: dt.datetime | None, doubted_at: dt.datetime | None) -> bool:
    """Whether a checksum that did not match then is not sent any more; a new transfer shows more."""
    return begun_at is not None and doubted_at is not None and doubted_at > begun_at


def doubt(place: str, algorithms: Collection[str], *, last_matched: dt.datetime | None = None) -> str:
    """The alarm about a place, in one line."""
    names = " and ".join(sorted(algorithms))
    never = f"none since {last_matched:%Y-%m-%d %H:%M} UTC" if last_matched else "none ever matched"
    return (
        f"{place}: the {names} checksums of {ENOUGH} or more data sets did not match there, and {never}: its "
        "storage probably cannot compute them, and the recordings are not in doubt. The next run sends them without; "
        "`session-archive doctor --transfer` tries what the place can compute"
    )


def refused_words(detail: str, place: str) -> str:
    """Why a data set is refused whose checksum did not match, and how to find out whether it is the place."""
    return (
        f"{detail}. If the storage of {place} may have changed, `session-archive doctor --transfer --renew` tries what "
        "it computes now"
    )


def lacking(place: str, algorithms: Collection[str], detail: str) -> str:
    """The alarm about a place where a transfer was tried until its deadline for want of a checksum, in one line."""
    names = " and ".join(sorted(algorithms))
    return (
        f"{place}: its storage does not support {names} checksums: the next run sends its recordings without; "
        f"`session-archive doctor --transfer` tries what the place can compute ({detail})"
    )


def algorithms_in_doubt(detail: str, sent: Collection[str]) -> frozenset[str]:
    """The algorithms that a place does not support, by the service's words; all that were sent if it names none.

    sent : those of the checksums that went along; Globus compares all other files by its own
    """
    candidates = {*sent, GLOBUS_DEFAULT}
    words = detail.upper().replace("-", "")
    named = {algorithm for algorithm in candidates if re.search(rf"\b{algorithm}\b", words)}
    return frozenset(named or sent or candidates)


def unable(place: str, algorithms: Collection[str]) -> str:
    """Why a data set waits whose place is known by now to lack an algorithm."""
    names = " and ".join(sorted(algorithms))
    return (
        f"its {names} checksum did not match at {place}, whose storage cannot compute it, as was found since; the next "
        "run sends the files without"
    )
