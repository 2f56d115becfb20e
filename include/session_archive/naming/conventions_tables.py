"""The tables of conventions.toml, with the checks that concern a single entry."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from session_archive.naming.file_types import pattern_problem
from session_archive.naming.name_patterns import form_problem
from session_archive.naming.session_folders import spelling_problem


def _without(problem: Callable[[str], str]) -> AfterValidator:
    """A check of a text by a function that says what is wrong with it, '' for nothing."""

    def check(text: str) -> str:
        if wrong := problem(text):
            raise ValueError(wrong)
        return text

    return AfterValidator(check)


def _expression_problem(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        return f"not a regular expression ({error}); expected one such as '[A-Za-z0-9]{{1,16}}'"
    if groups:
        return "contains a group '( )'; expected '(?: )', since the layouts have groups of their own"
    return ""


Pattern = Annotated[str, _without(_expression_problem)]
NamePattern = Annotated[str, _without(pattern_problem)]
Spelling = Annotated[str, _without(spelling_problem)]
Form = Annotated[str, _without(form_problem)]
Why = Annotated[str, Field(min_length=1)]
LayoutId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=32)]
#: A word for a camera, as {camera} reads it.
Camera = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=32)]
#: At most 32 characters, the width of the column in map-ephys.
TypeName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]


class Table(BaseModel):
    """A table without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SubjectTable(Table):
    """What a subject's short name looks like."""

    pattern: Pattern
    example: str


class IdentTable(Table):
    """What distinguishes the further sessions of a day."""

    pattern: Pattern


class DatesTable(Table):
    """The first plausible day, and how names inside recordings spell a day, besides the layouts' own spellings."""

    earliest: dt.date
    spellings: tuple[Spelling, ...]


class NamesTable(Table):
    """Names that are not recordings."""

    litter: tuple[NamePattern, ...]
    hidden: tuple[NamePattern, ...]
    backups: tuple[NamePattern, ...]
    scratch: tuple[NamePattern, ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns."""
        return (*self.litter, *self.hidden, *self.scratch, *self.backups)


class FileTypesTable(Table):
    """What applies to the files of all kinds."""

    unknown: TypeName


class LayoutTable(Table):
    """One way of naming a data set's directory."""

    id: LayoutId
    directory: str
    accept: Literal["always", "opt-in", "never"] = "always"
    why: str = ""

    @model_validator(mode="after")
    def _why_not(self) -> LayoutTable:
        if self.accept != "always" and not self.why:
            raise ValueError(
                f"accept = '{self.accept}' without a reason; expected why = \"...\" for the report"
            )
        return self


class NameFormTable(Table):
    """A form of names inside a recording, and the verdict on a name of another recording."""

    form: Form
    foreign: Literal["reject", "ambiguous"]


class KindTable(Table):
    """One kind of recording."""

    description: str
    layouts: Annotated[tuple[LayoutTable, ...], Field(min_length=1)]
    file_types: dict[TypeName, tuple[NamePattern, ...]] = {}
    unknown: TypeName | None = None
    names: tuple[NameFormTable, ...] = ()
    probes: tuple[Form, ...] = ()
    recordings: tuple[NamePattern, ...] = ()
    raw: tuple[NamePattern, ...] | None = None
    doubtful: dict[NamePattern, Why] = {}
    refused: dict[NamePattern, Why] = {}

    @field_validator("layouts")
    @classmethod
    def _first_is_written(cls, layouts: tuple[LayoutTable, ...]) -> tuple[LayoutTable, ...]:
        if layouts[0].accept != "always":
            raise ValueError(
                "the first layout is the one that is written; expected accept = 'always', or no accept"
            )
        return layouts

    @field_validator("file_types")
    @classmethod
    def _each_pattern_once(cls, types: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        times = Counter(pattern.lower() for patterns in types.values() for pattern in patterns)
        if twice := [pattern for pattern, count in times.items() if count > 1]:
            raise ValueError(f"{twice[0]!r} stands for two types; expected each pattern once")
        return types
