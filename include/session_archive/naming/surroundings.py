"""What is known of a path beside its name: who lies next to it, and what the lab's pipeline holds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _day(told: object) -> object:
    # `2021-01-01T10:00:00` is a day with its time, as a .meta file has it.
    return told[:10] if isinstance(told, str) else told


class Context(BaseModel):
    """What is known of one path; what is not told is the plain case: a non-empty file of a day's only session.

    dir                       : True for a directory, False for a file; None when its name must tell
    size                      : bytes
    siblings                  : names beside the session's folder, itself included or not
    catalog_sessions_that_day : of this subject, in the lab's pipeline
    meta_date                 : the day on which the recording started, by its .meta
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
    bin_absent: bool = False
    size_mismatch: bool = False
    both_spellings: bool = False


class Assumptions(BaseModel):
    """What holds for all paths; by default nothing is known of the lab's subjects.

    known_water_restrictions : the subjects of the lab's pipeline, exactly as it spells them; None: not asked
    today                    : rig-local; None: this machine's
    earliest_session_date    : None: what the conventions say
    default_context          : for paths without a context of their own; words are for people
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_water_restrictions: frozenset[str] | None = None
    today: dt.date | None = None
    earliest_session_date: dt.date | None = None
    default_context: Context | str = Context()

    @property
    def context(self) -> Context:
        """The context of a path that comes without one."""
        return self.default_context if isinstance(self.default_context, Context) else Context()
