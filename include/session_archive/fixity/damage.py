"""Damage: a file of an archived data set that is no longer as cataloged, since when at the earliest and the latest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that an audit found not to be as cataloged.

    problem  : 'missing', 'size' or 'checksum'
    detail   : both values, in words
    whole_at : UTC, when it was last seen as cataloged: the damage is not older
    found_at : UTC, when it was first seen: the damage is not younger
    """

    path: str
    problem: str
    detail: str
    whole_at: dt.datetime
    found_at: dt.datetime


def damage_words(place: str, damages: Sequence[Damage], *, n_files: int) -> str:
    """The reason of a damaged data set, naming the first file, both values, and since when.

    n_files : of the data set
    """
    first = damages[0]
    return (
        f"at {place}, {len(damages)} of {n_files} files are not as cataloged, the first: {first.path}: "
        f"{first.detail}; as cataloged on {_time(first.whole_at)}, found damaged on {_time(first.found_at)}"
    )


def _time(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
