"""The shape of conventions.toml, and what is checked when it is loaded."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from session_archive.errors import SettingsError
from session_archive.file_types import pattern_problem
from session_archive.layouts import Layout
from session_archive.names import SessionName
from session_archive.toml_file import problem_lines, read_toml, refuse

#: Days and idents that tell every two date spellings apart which could read each other's folders.
_PROBES = tuple(
    product(
        (dt.date(2015, 1, 2), dt.date(2011, 12, 10), dt.date(2021, 11, 12), dt.date(2028, 2, 29)), ("", "1")
    )
)
_EXAMPLE_DAY = dt.date(2021, 12, 31)


def _pattern(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(
            f"no regular expression ({error}); expected one such as '[A-Za-z0-9]{{1,16}}'"
        ) from None
    if groups:
        raise ValueError("holds a group '( )'; expected '(?: )', so that the layouts keep their own groups")
    return text


def _name_pattern(text: str) -> str:
    if wrong := pattern_problem(text):
        raise ValueError(wrong)
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
NamePattern = Annotated[str, AfterValidator(_name_pattern)]
#: At most 32 characters: the width of the column that users of the seed have.
TypeName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubjectTable(_Table):
    """What a subject's short name looks like."""

    pattern: Pattern
    example: str


class IdentTable(_Table):
    """What tells a day's further sessions apart."""

    pattern: Pattern


class DatesTable(_Table):
    """Days that can be right."""

    earliest: dt.date


class NamesTable(_Table):
    """Names that are no recordings."""

    litter: tuple[NamePattern, ...]
    hidden: tuple[NamePattern, ...]
    backups: tuple[NamePattern, ...]


class FileTypesTable(_Table):
    """What holds for the files of all kinds."""

    unknown: TypeName


class LayoutTable(_Table):
    """One accepted way of naming a data set's directory."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=32)]
    directory: str


class KindTable(_Table):
    """One kind of recording."""

    description: str
    layouts: Annotated[tuple[LayoutTable, ...], Field(min_length=1)]
    file_types: dict[TypeName, tuple[NamePattern, ...]] = {}
    unknown: TypeName | None = None

    @field_validator("file_types")
    @classmethod
    def _each_pattern_once(cls, types: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        times = Counter(pattern.lower() for patterns in types.values() for pattern in patterns)
        if twice := [pattern for pattern, count in times.items() if count > 1]:
            raise ValueError(f"{twice[0]!r} stands for two types; expected each pattern once")
        return types


class ConventionsFile(_Table):
    """The whole file."""

    subject: SubjectTable
    ident: IdentTable
    dates: DatesTable
    names: NamesTable
    file_types: FileTypesTable
    kinds: Annotated[dict[TypeName, KindTable], Field(min_length=1)]

    @property
    def example(self) -> SessionName:
        """A session for messages: the last day of a year, which a wrong spelling of years would misread."""
        return SessionName(self.subject.example, _EXAMPLE_DAY)

    def layouts(self, kind: str) -> tuple[Layout, ...]:
        """The layouts of a kind, the canonical one first."""
        return tuple(
            Layout(layout.id, layout.directory, self.subject.pattern, self.ident.pattern)
            for layout in self.kinds[kind].layouts
        )


def read_conventions(path: Path | None) -> ConventionsFile:
    """The packaged file with a lab's own read over it. Raises SettingsError, listing all problems."""
    with as_file(files("session_archive") / "conventions.toml") as packaged:
        told = read_toml(packaged, what="it is part of this package: install it again")
    source = path or Path("conventions.toml")
    if path is not None:
        own = read_toml(path, what="expected the conventions file that archive.toml names")
        kinds = own.get("kinds", {})
        told = {**told, **own, "kinds": {**told["kinds"], **kinds} if isinstance(kinds, dict) else kinds}
    try:
        conventions = ConventionsFile.model_validate(told)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(f"{source}: {line}" for line in problem_lines(ConventionsFile, error))
        ) from None
    refuse(source, list(_template_problems(conventions)) or _clashes(conventions))
    return conventions


def _template_problems(told: ConventionsFile) -> Iterator[str]:
    if not re.fullmatch(told.subject.pattern, told.subject.example):
        yield "subject.example: does not fit subject.pattern; expected a subject's name as the lab writes it"
    for kind in told.kinds:
        for number, layout in enumerate(told.layouts(kind)):
            if wrong := layout.problem():
                yield f"kinds.{kind}.layouts.{number}.directory: {wrong}"


def _clashes(told: ConventionsFile) -> list[str]:
    """Layouts that read what another one writes, or a folder above it: one path, one meaning."""
    layouts = [
        (f"kinds.{kind}.layouts.{layout.id}", layout) for kind in told.kinds for layout in told.layouts(kind)
    ]
    lines = [
        f"{name}: given {count} times; expected each id once"
        for name, count in Counter(name for name, _ in layouts).items()
        if count > 1
    ]
    for (name, layout), (other_name, other) in product(layouts, layouts):
        if layout is not other and (path := _read_by_both(layout, other, told.subject.example)):
            lines.append(
                f"{other_name}: also reads {path!r}, which {name} writes; expected one meaning for each path"
            )
    return lines


def _read_by_both(layout: Layout, other: Layout, subject: str) -> str:
    for day, ident in _PROBES:
        folders = layout.write(SessionName(subject, day, ident)).split("/")
        for depth in range(1, len(folders) + 1):
            path = "/".join(folders[:depth])
            reading = other.read(path)
            if reading is not None and reading.complete and not reading.problem:
                return path
    return ""
