"""Is it the recordings whose checksums do not match, or the place that cannot compute them? Pure."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from enum import Enum

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


def blame(
    mismatching: Collection[uuid.UUID],
    *,
    ever_matched: bool,
    begun_at: dt.datetime | None,
    doubted_at: dt.datetime | None,
) -> Blame:
    """Whether a mismatch is the recording's, or the place's.

    mismatching  : data sets whose checksums did not match at the place
    ever_matched : a checksum of the same algorithm has matched there, of a recording or of a trial
    begun_at     : when the transfer began that did not match
    doubted_at   : when it was found that the place cannot compute the checksum; None if it was not
    """
    if outdated(begun_at, doubted_at):
        return Blame.PLACE_BEFORE
    return Blame.PLACE if len(set(mismatching)) >= ENOUGH and not ever_matched else Blame.RECORDING


def outdated(begun_at: dt.datetime | None, doubted_at: dt.datetime | None) -> bool:
    """Whether a checksum that did not match then is not sent any more; a new transfer shows more."""
    return begun_at is not None and doubted_at is not None and doubted_at > begun_at


def doubt(place: str, algorithms: Collection[str]) -> str:
    """The alarm about a place, in one line."""
    names = " and ".join(sorted(algorithms))
    return (
        f"{place}: the {names} checksums of {ENOUGH} or more data sets did not match there, and none ever matched: its "
        "storage probably cannot compute them, and the recordings are not in doubt. The next run sends them without; "
        "`session-archive doctor --transfer` tries what the place can compute"
    )


def unable(place: str, algorithms: Collection[str]) -> str:
    """Why a data set waits whose place is known by now to lack an algorithm."""
    names = " and ".join(sorted(algorithms))
    return (
        f"its {names} checksum did not match at {place}, whose storage cannot compute it, as was found since; the next "
        "run sends the files without"
    )
