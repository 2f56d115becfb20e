"""One kind of recording: its folders, its files, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from session_archive.naming.belong_together import belong_together
from session_archive.naming.file_types import FileType, NameTable
from session_archive.naming.name_cache import ShapeMemo, runs_in
from session_archive.naming.name_patterns import NameForm
from session_archive.naming.session_folders import Layout, Reading


@dataclass(frozen=True)
class Convention:
    """How one kind of recording is laid out and what its files are.

    layouts    : accepted ways of naming a directory; the first is the one that is written
    others     : layouts that are read only to explain a folder: not enabled, or never accepted
    names      : forms of the names of files and folders inside; a name of another recording is foreign
    probes     : forms of names inside that say a probe
    file_types : the kind's types, its unknown type last
    example    : a directory that the first layout writes
    spellings  : of days in names inside
    """

    name: str
    description: str
    layouts: tuple[Layout, ...]
    file_types: tuple[FileType, ...]
    unknown: str
    example: str
    others: tuple[Layout, ...]
    names: tuple[NameForm, ...]
    probes: tuple[NameForm, ...]
    spellings: tuple[str, ...]
    _table: NameTable = field(repr=False, compare=False)
    _raw: NameTable = field(repr=False, compare=False)
    _recordings: NameTable = field(repr=False, compare=False)
    _doubtful: NameTable = field(repr=False, compare=False)
    _refused: NameTable = field(repr=False, compare=False)
    _remarkable: NameTable = field(repr=False, compare=False)
    _types: ShapeMemo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Create the cache of file types."""
        object.__setattr__(self, "_types", ShapeMemo(self._type, self._table.patterns))

    def file_type(self, name: str) -> str:
        """The type of a file by the last part of its path; the unknown type when no pattern fits."""
        return self._types(name)

    def _type(self, name: str) -> str:
        return self._table.find(name) or self.unknown

    def readings(self, path: str) -> Sequence[KindReading]:
        """Every accepted layout that reads `path`, as a data set's directory or as a folder on the way to one."""
        return [
            KindReading(self.name, layout.id, reading)
            for layout in self.layouts
            if (reading := layout.read(path)) is not None
        ]

    def spelling_of(self, layout: str) -> str:
        """How the layout with this id spells a day."""
        return next(each.spellings[0] for each in (*self.layouts, *self.others) if each.id == layout)

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns that names inside a recording of this kind are compared with."""
        return (*self._table.patterns, *self._remarkable.patterns)

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """All texts and patterns that names are compared with in every recording of this kind."""
        forms = (*self.names, *self.probes)
        # Neither a class of all digits nor a repeat count distinguishes digits.
        own = {re.sub(r"\{[0-9,]*\}|0-9", "", text) for form in forms for text in (form.subject, form.ident)}
        words = {word for form in forms for word in (form.form, *form.cameras)}
        return (*self.patterns, *own, *words)

    @cached_property
    def distinguished(self) -> frozenset[str] | None:
        """The runs of digits that these distinguish; None if they may distinguish any."""
        # Such a number may end inside a longer one, which may be a day.
        open_ended = any(
            re.search(r"\{(?:probe|gate)\}\*", form.form) for form in (*self.names, *self.probes)
        )
        return None if open_ended else runs_in(self.compared)

    def remarkable(self, name: str) -> bool:
        """True for the few names that look like litter, hidden, a copy, scratch, doubtful or refused."""
        return self._remarkable.find(name) is not None

    def recording(self, name: str) -> bool:
        """True for a file that must not be empty and must have what it needs beside it (belong_together.toml)."""
        return self._recordings.find(name) is not None

    def companion(self, name: str) -> bool:
        """True for a file that a recording may need beside it, such as its .meta."""
        stem, _, ending = name.rpartition(".")
        return (
            bool(stem)
            and ending.lower() in belong_together().companion_endings
            and any(self.recording(f"{stem}.{each}") for each in self._recorded_endings)
        )

    @cached_property
    def _recorded_endings(self) -> tuple[str, ...]:
        endings = (pattern.rpartition(".")[2] for pattern in self._recordings.patterns)
        return tuple(dict.fromkeys(endings))

    def raw(self, name: str) -> bool:
        """True for a file that the rig itself recorded: no map, text, result or excerpt."""
        return self._raw.find(name) is not None and not self.doubt(name)

    def doubt(self, name: str) -> str:
        """Why a file that looks like a recording is not one; '' for most."""
        return self._doubtful.find(name) or ""

    def refusal(self, name: str) -> str:
        """Why a file is never archived, wherever it lies; '' for most."""
        return self._refused.find(name) or ""


@dataclass(frozen=True, slots=True)
class KindReading:
    """What one layout of one kind reads in a path."""

    kind: str
    layout: str
    reading: Reading
