"""A night as it ended: what its summary said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Night:
    """One run of the upload that looked for everything; a run for one subject, or a dry run, is no night.

    began_at, ended_at : UTC
    problems  : why it failed, one line each; none if it succeeded
    text      : its summary
    states    : how many data sets it left in each state
    unclaimed : folders that no session of the lab's pipeline claimed
    n_new     : data sets that it archived
    """

    run_id: str
    began_at: dt.datetime
    ended_at: dt.datetime
    problems: tuple[str, ...] = ()
    text: str = ""
    states: Mapping[str, int] = field(default_factory=dict)
    unclaimed: int = 0
    n_new: int = 0

    @property
    def failed(self) -> bool:
        """A person must act."""
        return bool(self.problems)


@dataclass(frozen=True, slots=True)
class Nights:
    """What the nights of a time did."""

    n_nights: int = 0
    n_failed: int = 0
    n_new: int = 0


def is_late(ended_at: dt.datetime, *, after: dt.timedelta, now: dt.datetime) -> bool:
    """True if a night should have ended since then.

    ended_at : when the last night ended, or since when nights should run
    """
    return now - ended_at > after


def looks_for_everything(params: Mapping[str, object]) -> bool:
    """True if no param of a run restricts what it looks for, and it is no dry run."""
    return not any(params.get(name) for name in ("subjects", "dates", "kinds", "limit", "dry_run"))
