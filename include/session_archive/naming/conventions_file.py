"""Reads conventions.toml, overridden by a lab's own file, and checks that the tables fit together."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from session_archive.naming.conventions_tables import (
    Camera,
    DatesTable,
    FileTypesTable,
    IdentTable,
    KindTable,
    LayoutId,
    NamePattern,
    NamesTable,
    SubjectTable,
    Table,
    TypeName,
    Why,
)
from session_archive.naming.session_folders import Layout
from session_archive.naming.session_name import SessionName
from session_archive.toml_file import read_toml, refuse, validated

#: Days and idents that reveal any two date spellings which could read each other's folders.
_PROBES = tuple(
    product(
        (dt.date(2015, 1, 2), dt.date(2011, 12, 10), dt.date(2021, 11, 12), dt.date(2028, 2, 29)), ("", "1")
    )
)
_EXAMPLE_DAY = dt.date(2021, 12, 31)


class ConventionsFile(Table):
    """The whole file."""

    subject: SubjectTable
    ident: IdentTable
    dates: DatesTable
    names: NamesTable
    file_types: FileTypesTable
    enable: tuple[LayoutId, ...]
    cameras: dict[Camera, tuple[Camera, ...]]
    elsewhere: dict[NamePattern, Why]
    descriptions: dict[TypeName, Why]
    kinds: Annotated[dict[TypeName, KindTable], Field(min_length=1)]

    @property
    def example(self) -> SessionName:
        """A session for messages, on the last day of a year: a wrong spelling of years would show there."""
        return SessionName(self.subject.example, _EXAMPLE_DAY)

    @property
    def spellings(self) -> tuple[str, ...]:
        """How days are spelled: by the layouts of all kinds, accepted or not, and as `dates` adds."""
        layouts = (layout for kind in self.kinds for layout in self.layouts(kind))
        return tuple(
            dict.fromkeys((*self.dates.spellings, *(each for layout in layouts for each in layout.spellings)))
        )

    def layouts(self, kind: str) -> tuple[Layout, ...]:
        """All layouts of a kind, accepted or not, the canonical one first."""
        return tuple(
            Layout(
                layout.id,
                layout.directory,
                self.subject.pattern,
                self.ident.pattern,
                layout.accept,
                layout.why,
            )
            for layout in self.kinds[kind].layouts
        )

    def accepted(self, layout: Layout) -> bool:
        """True for a layout that is always read, or that the lab enables."""
        return layout.accept == "always" or (layout.accept == "opt-in" and layout.id in self.enable)


def read_conventions(path: Path | None) -> ConventionsFile:
    """The packaged file, overridden by a lab's own. Raises SettingsError, listing all problems."""
    with as_file(files("session_archive") / "conventions.toml") as packaged:
        raw = read_toml(packaged, what="it is part of this package: install it again")
    source = path or Path("conventions.toml")
    if path is not None:
        own = read_toml(path, what="expected the conventions file that archive.toml names")
        raw = _over(raw, own)
    conventions = validated(ConventionsFile, raw, source=source)
    refuse(source, list(_template_problems(conventions)) or _clashes(conventions))
    return conventions


def _over(packaged: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The packaged file, overridden by a lab's file key by key in each table; omitted keys stay."""
    tables = {
        key: {**table, **own[key]}
        for key, table in packaged.items()
        if isinstance(table, dict) and isinstance(own.get(key), dict)
    }
    return {**packaged, **own, **tables}


def _template_problems(file: ConventionsFile) -> Iterator[str]:
    if not re.fullmatch(file.subject.pattern, file.subject.example):
        yield "subject.example: does not fit subject.pattern; expected a subject's name as the lab writes it"
    for kind in file.kinds:
        for number, layout in enumerate(file.layouts(kind)):
            if wrong := layout.problem():
                yield f"kinds.{kind}.layouts.{number}.directory: {wrong}"
    optional = sorted(
        {each.id for kind in file.kinds for each in file.layouts(kind) if each.accept == "opt-in"}
    )
    for layout_id in file.enable:
        if layout_id not in optional:
            yield f"enable: no opt-in layout is named {layout_id!r}; expected some of: {', '.join(optional)}"
    times = Counter(word for words in file.cameras.values() for word in words)
    for word in (word for word, count in times.items() if count > 1):
        yield f"cameras: {word!r} stands for two positions; expected each word once"


def _clashes(file: ConventionsFile) -> list[str]:
    """Problems of layouts that read a directory which another layout writes, or a folder above it."""
    every = [
        (f"kinds.{kind}.layouts.{layout.id}", layout) for kind in file.kinds for layout in file.layouts(kind)
    ]
    layouts = [(name, layout) for name, layout in every if file.accepted(layout)]
    lines = [
        f"{name}: defined {count} times; expected each id once"
        for name, count in Counter(name for name, _ in every).items()
        if count > 1
    ]
    for (name, layout), (other_name, other) in product(layouts, layouts):
        if layout is not other and (path := _read_by_both(layout, other, file.subject.example)):
            lines.append(
                f"{other_name}: also reads {path!r}, which {name} writes; expected one meaning for each path"
            )
    return lines


def _read_by_both(layout: Layout, other: Layout, subject: str) -> str:
    for day, ident in _PROBES:
        if layout.needs_ident and not ident:
            continue
        folders = layout.write(SessionName(subject, day, ident)).split("/")
        for depth in range(1, len(folders) + 1):
            path = "/".join(folders[:depth])
            reading = other.read(path)
            if reading is not None and reading.complete and not reading.problem:
                return path
    return ""
