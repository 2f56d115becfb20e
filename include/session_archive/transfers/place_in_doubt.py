"""Is it the recordings whose checksums do not match, or the place that cannot compute them? Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection

#: So many recordings are hardly damaged at the same time.
ENOUGH = 3


def place_in_doubt(mismatching: Collection[uuid.UUID], *, ever_matched: bool) -> bool:
    """Whether a place itself is in doubt, rather than each of the data sets.

    mismatching  : data sets whose checksums did not match there
    ever_matched : a checksum of the same algorithm has matched there, of a recording or of a trial
    """
    return len(set(mismatching)) >= ENOUGH and not ever_matched


def doubt(place: str, algorithms: Collection[str], n_data_sets: int) -> str:
    """The alarm about a place, in one line."""
    names = " and ".join(sorted(algorithms))
    return (
        f"{place}: the {names} checksums of {n_data_sets} data sets did not match there, and none ever matched: its "
        "storage probably cannot compute them, and the recordings are not in doubt. The next run sends them without; "
        "`session-archive doctor --transfer` tries what the place can compute"
    )
