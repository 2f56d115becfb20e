"""What is known about a path besides its name: the names next to it, and the sessions of the lab's pipeline."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _day(raw: object) -> object:
    # A .meta file has the day with its time: `2021-01-01T10:00:00`.
    return raw[:10] if isinstance(raw, str) else raw


class Context(BaseModel):
    """What is known about one path. Omitted fields take the common default: a non-empty file of a day's only session.

    dir                       : True for a directory, False for a file; None to go by its name
    size                      : bytes
    siblings                  : names next to the session's folder, with or without its own
    catalog_sessions_that_day : how many sessions of this subject and day the lab's pipeline has
    meta_date                 : the day on which the recording started, according to its .meta
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dir: bool | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    siblings: tuple[str, ...] = ()
    catalog_sessions_that_day: Annotated[int, Field(ge=0)] = 1
    meta_date: Annotated[dt.date, BeforeValidator(_day)] | None = None
    symlink: bool = False
    meta_incomplete: bool = False
    no_meta: bool = False
    no_ch: bool = False
    bin_absent: bool = False
    size_mismatch: bool = False
    both_spellings: bool = False


class Assumptions(BaseModel):
    """What is known about all paths; by default, nothing about the lab's subjects.

    known_water_restrictions : the subjects of the lab's pipeline, exactly as it spells them; None: not known
    today                    : rig-local; None: this machine's
    earliest_session_date    : None: the one of the conventions
    default_context          : for paths without a context of their own; a text is a comment for people
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_water_restrictions: frozenset[str] | None = None
    today: dt.date | None = None
    earliest_session_date: dt.date | None = None
    default_context: Context | str = Context()

    @property
    def context(self) -> Context:
        """The context of a path without one of its own."""
        return self.default_context if isinstance(self.default_context, Context) else Context()
