"""UPLOAD: which archived data sets of a rig that is listed through Globus are compared with it in this run. Pure.

A listing costs a request for each folder, so that each night takes a share, and each data set has its turn in time.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from session_archive.assess.verdict import Assessment, Record
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import State

#: The first run cannot know how much time has passed since the last share.
_NIGHT = dt.timedelta(days=1)
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class RigLook:
    """When an archived data set was last compared with its rig, and what came of it.

    settled : the rig had what the archive has. Else something is left to do: a person has to look at a change, files
              that came later are to be sent, or the folder could not be listed
    """

    looked_at: dt.datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class Recheck:
    """The data sets of one rig to be compared, each in its order.

    share     : the settled ones whose turn it is, the oldest look first
    unsettled : all that are not settled; they are compared in every run, until nothing is left to do
    """

    share: tuple[DataSetName, ...]
    unsettled: tuple[DataSetName, ...]


def due(
    archived: Mapping[DataSetName, dt.datetime | None],
    looks: Mapping[DataSetName, RigLook],
    *,
    now: dt.datetime,
    within: float,
) -> Recheck:
    """Divide the archived data sets of one rig evenly over `within`; a run after missed nights takes their share too.

    archived : each one that is on the rig -> when it was recorded, UTC; until its first look, that counts as one
    looks    : the newest of each, as far as there is one; a look in the future (a clock was wrong) does not count
    within   : each is compared once in so many seconds
    """
    past = {name: look for name, look in looks.items() if name in archived and look.looked_at <= now}
    unsettled = tuple(sorted(name for name, look in past.items() if not look.settled))
    settled_looks = [look.looked_at for look in past.values() if look.settled]
    elapsed = now - max(settled_looks) if settled_looks else _NIGHT
    rest = sorted(
        archived.keys() - set(unsettled),
        key=lambda name: (past[name].looked_at if name in past else archived[name] or _NEVER, name),
    )
    n_share = math.ceil(len(rest) * min(elapsed.total_seconds() / within, 1.0))
    return Recheck(tuple(rest[:n_share]), unsettled)


def is_settled(assessment: Assessment) -> bool:
    """Whether a comparison left nothing to do or to say."""
    return assessment == Record(State.ARCHIVED)
