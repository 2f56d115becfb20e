"""How recordings are named, as data: reads data sets from paths, writes paths, and gives files their types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from printable_text import printable
from session_archive.errors import NamingError
from session_archive.naming.build_kind import build_kind
from session_archive.naming.conventions_file import read_conventions
from session_archive.naming.file_types import FileType, NameTable
from session_archive.naming.recording_kind import Convention, KindReading
from session_archive.naming.session_folders import Layout
from session_archive.naming.session_name import DataSetName, SessionName, path_problem


@dataclass(frozen=True)
class Conventions:
    """All kinds of recordings that the archive knows by name.

    kinds    : by name, e.g. 'raw-ephys'
    earliest : the first plausible day of a session, rig-local
    unknown  : type of files that no pattern matches, in kinds without an unknown type of their own
    cameras  : position of a camera, by the words that rigs use for it
    descriptions : of file types, by name
    spellings    : of days, in folders and in names inside
    """

    kinds: Mapping[str, Convention]
    earliest: dt.date
    unknown: str
    cameras: Mapping[str, str]
    descriptions: Mapping[str, str]
    spellings: tuple[str, ...]
    _litter: NameTable = field(repr=False, compare=False)
    _hidden: NameTable = field(repr=False, compare=False)
    _backups: NameTable = field(repr=False, compare=False)
    _scratch: NameTable = field(repr=False, compare=False)
    _elsewhere: NameTable = field(repr=False, compare=False)
    #: What `naming.inside.plain_names` keeps between the listings of many data sets.
    plain_names: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def file_types(self) -> tuple[FileType, ...]:
        """The types of all kinds and the general unknown one, each name once."""
        types = [
            FileType(self.unknown),
            *(known for kind in self.kinds.values() for known in kind.file_types),
        ]
        return tuple({known.name: known for known in types}.values())

    def named(self, names: Mapping[str, str]) -> Conventions:
        """The same conventions with renamed kinds; `names` maps a kind to its new name."""
        kinds = {
            kind: self.kinds[kind] for kind in self.kinds if kind not in {*names.keys(), *names.values()}
        }
        kinds |= {name: replace(self.kinds[kind], name=name) for kind, name in names.items()}
        return replace(self, kinds=kinds)

    def parse(self, directory: str) -> tuple[DataSetName, str]:
        """The data set whose files lie in `directory`, and the id of the layout that says so.

        Checks syntax and calendar only; `implausible` checks whether the day can be right.
        raises : NamingError, with what was expected; also when two layouts read it
        """
        if wrong := self.name_problem(directory):
            raise NamingError(f"{printable(directory)!r} {wrong}")
        return self.one_of(directory, self.readings(directory))

    def one_of(self, directory: str, readings: Iterable[KindReading]) -> tuple[DataSetName, str]:
        """As `parse`, of all readings of a directory whose name has no problem."""
        complete = [each for each in readings if each.reading.complete]
        good = [each for each in complete if not each.reading.problem]
        if len(good) > 1:
            read_by = " and ".join(f"{each.kind} ({each.layout})" for each in good)
            raise NamingError(f"{directory!r} is read by {read_by}; expected one reading: narrow a layout")
        if not good:
            raise NamingError(f"{directory!r}: {self.why_unread(directory, self.kinds)}")
        match = good[0]
        assert match.reading.subject is not None and match.reading.date is not None
        session = SessionName(match.reading.subject, match.reading.date, match.reading.ident)
        return DataSetName(match.kind, session), match.layout

    def directory(self, data_set: DataSetName) -> str:
        """Where the files of `data_set` lie by the kind's first layout; `parse` reads it back.

        raises : NamingError for an unknown kind, and for a name that does not fit the layout
        """
        kind = self.kind(data_set.data_set_type)
        directory = kind.layouts[0].write(data_set.session)
        try:
            read_back = self.parse(directory)[0] == data_set
        except NamingError:
            read_back = False
        if not read_back:
            raise NamingError(
                f"{data_set} cannot be written as {kind.layouts[0].template!r} and read back; "
                "expected a subject, a date and an ident that fit the layout"
            )
        return directory

    def file_type(self, kind: str, path: str) -> str:
        """The type of a file by the last part of its path: whole names before wildcards, case-insensitive.

        raises : NamingError for an unknown kind
        """
        return self.kind(kind).file_type(path.rpartition("/")[2])

    def litter(self, name: str) -> bool:
        """True for a name that systems and unfinished copies leave behind: left out without a report."""
        return self._litter.find(name) is not None

    def hidden(self, name: str) -> bool:
        """True for a name that is reported and never archived."""
        return self._hidden.find(name) is not None

    def scratch(self, name: str) -> bool:
        """True for a large file that can be regenerated: reported and not archived."""
        return self._scratch.find(name) is not None

    def backup(self, name: str) -> bool:
        """True for a name that says it is a copy of another file or folder."""
        return self._backups.find(name) is not None

    def elsewhere(self, name: str) -> str:
        """What a folder or file next to recordings is known to be, and why it is not archived; '' for most names."""
        return self._elsewhere.find(name) or ""

    def readings(self, path: str) -> Sequence[KindReading]:
        """Every layout that reads `path`, as a data set's directory or as a folder on the way to one."""
        return [each for kind in self.kinds.values() for each in kind.readings(path)]

    def not_accepted(self, path: str) -> Sequence[tuple[Layout, KindReading]]:
        """As `readings`, by the layouts that are not accepted, each with its layout."""
        return [
            (layout, KindReading(kind.name, layout.id, reading))
            for kind in self.kinds.values()
            for layout in kind.others
            if (reading := layout.read(path)) is not None
        ]

    def why_unread(self, path: str, kinds: Iterable[str]) -> str:
        """What is wrong with a path that no convention reads, and what was expected instead."""
        if wrong := self.name_problem(path):
            return wrong
        if passed_over := self.passed_over(path):
            return passed_over
        problems = [each.reading.problem for each in self.readings(path) if each.reading.problem]
        wrong = problems[0] if problems else self._unread(path)
        return f"{wrong}; expected e.g. {self.examples(kinds)}"

    def passed_over(self, path: str) -> str:
        """Why a folder is never entered by its own name or that of one above it; '' for most."""
        names = path.split("/")
        if any(self.litter(name) for name in names):
            return "the name is one of those that systems and unfinished copies leave (names.litter): not archived"
        return "hidden folder: not archived" if any(self.hidden(name) for name in names) else ""

    def _unread(self, path: str) -> str:
        for layout, each in self.not_accepted(path):
            if each.reading.complete and not each.reading.problem:
                enable = f' (enable = ["{layout.id}"] accepts it)' if layout.accept == "opt-in" else ""
                return f"layout {layout.id}: {layout.why}{enable}"
        if known := next((why for name in path.split("/") if (why := self._elsewhere.find(name))), ""):
            return known
        return next((wrong for _, wrong in self.in_other_case(path)), "no convention reads this name")

    def in_other_case(self, path: str) -> Iterator[tuple[KindReading, str]]:
        """Each accepted layout's reading of a whole path that it reads if case does not matter, and what is wrong."""
        for kind in self.kinds.values():
            for layout in kind.layouts:
                if (reading := layout.read_any_case(path)) and reading.complete:
                    wrong = f"upper and lower case differ from {layout.template}"
                    yield KindReading(kind.name, layout.id, reading), wrong

    def examples(self, kinds: Iterable[str]) -> str:
        """A directory of each of `kinds`, for messages."""
        return " or ".join(self.kinds[kind].example for kind in sorted(kinds))

    def implausible(self, session: SessionName, *, today: dt.date, earliest: dt.date | None = None) -> str:
        """Why the day of `session` cannot be right, '' when it can.

        earliest : replaces the conventions' own
        today    : rig-local; one day more is allowed, since rigs and workers may be in different time zones
        """
        first = earliest or self.earliest
        if session.date < first:
            return f"{session.date} is before {first}; expected a later day: is its date misread?"
        if session.date > today + dt.timedelta(days=1):
            return f"{session.date} is in the future; expected {today} or earlier: is its date misread?"
        return ""

    def kind(self, name: str) -> Convention:
        """The kind of that name. Raises NamingError when there is none."""
        if name not in self.kinds:
            known = ", ".join(sorted(self.kinds))
            raise NamingError(f"no convention is named {printable(name)!r}; expected one of: {known}")
        return self.kinds[name]

    def name_problem(self, path: str) -> str:
        """Why `path` cannot be a recording's in any layout; '' when it can."""
        if wrong := path_problem(path):
            return f"{wrong}; expected plain names"
        for name in path.split("/"):
            if name != name.strip():
                return "begins or ends with a blank; expected plain names"
            if self.backup(name):
                return "looks like a backup copy; expected the recording itself, copies are not archived"
        return ""


def load_conventions(path: Path | None = None) -> Conventions:
    """The packaged conventions, overridden by a lab's own file at `path`.

    raises : SettingsError, one line for each problem, with file and key
    """
    file = read_conventions(path)
    names = file.names
    litter, hidden, backups, scratch = (
        NameTable((pattern, pattern) for pattern in patterns)
        for patterns in (names.litter, names.hidden, names.backups, names.scratch)
    )
    return Conventions(
        kinds={name: build_kind(name, file) for name in file.kinds},
        earliest=file.dates.earliest,
        unknown=file.file_types.unknown,
        cameras={word.lower(): position for position, words in file.cameras.items() for word in words},
        descriptions=file.descriptions,
        spellings=file.spellings,
        _litter=litter,
        _hidden=hidden,
        _backups=backups,
        _scratch=scratch,
        _elsewhere=NameTable(file.elsewhere.items()),
    )
