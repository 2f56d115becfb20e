"""What to call the next recording of a day, and whether a name is taken already."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from session_archive.errors import NamingError
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName, SessionName, printable, session_number

#: What CatGT and SpikeGLX put around a run's name to make a folder's (their manuals, "Output").
_RUN = re.compile(r"(?:catgt_)?(?P<run>.+)_g0")
#: What SpikeGLX takes out of a run's name, and the blank, which CatGT does not take.
_NOT_IN_RUNS = frozenset('/\\[]<>*":;,?|= ')


@dataclass(frozen=True, slots=True)
class Name:
    """What one kind of recording of a session is called.

    directory    : relative to the root of its place
    spikeglx_run : what to type as run name; SpikeGLX adds '_g0' itself. '' for a kind that is no SpikeGLX run
    """

    kind: str
    directory: str
    spikeglx_run: str


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """A recording of that subject and day which is there already. where: 'rig1:SC022/catgt_SC022_010121_g0'."""

    ident: str
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class NamedSession:
    """The names of a session's recordings, and what a person should know before using them.

    taken : of the whole day, sorted
    """

    session: SessionName
    names: tuple[Name, ...]
    taken: tuple[Taken, ...]
    warnings: tuple[str, ...]


def next_session(
    subject: str, date: dt.date, taken: Iterable[Taken], *, conventions: Conventions, kinds: Collection[str]
) -> NamedSession:
    """The names of the next session: the first of a day has no ident, '1' is the second.

    As in map-ephys docs, Electrophysiology.
    The kinds of one session share its ident, so it is the next after all that are taken, of whichever kind.
    raises : NamingError for a subject, or a kind, that cannot be named so
    """
    there = tuple(sorted(set(taken)))
    numbers = {number for each in there if (number := session_number(each.ident)) is not None}
    session = SessionName(subject, date, _ident(max(numbers, default=-1) + 1))
    names = _names(session, conventions, kinds)
    warnings = [*_gaps(numbers), *_words(there), *_uneven(session, there, conventions, kinds)]
    return NamedSession(session, names, there, tuple(warnings))


def named_session(
    session: SessionName, taken: Iterable[Taken], *, conventions: Conventions, kinds: Collection[str]
) -> NamedSession:
    """The names of a session with an ident of one's own choice.

    raises : NamingError where the ident is impossible or taken
    """
    there = tuple(sorted(set(taken)))
    number = session_number(session.ident)
    if number is None and session.ident.isdigit():
        raise NamingError(
            f"ident {session.ident!r} is no number as folders carry it; expected none for the first session of the "
            "day, '1' for the second"
        )
    names = _names(session, conventions, kinds)
    # As Windows has it: a rig's disk takes 'Surface' and 'surface' for one folder.
    if same := [each.where for each in there if each.ident.casefold() == session.ident.casefold()]:
        proposed = next_session(session.subject, session.date, there, conventions=conventions, kinds=kinds)
        ident = proposed.session.ident
        raise NamingError(
            f"the name of {session} is taken: {', '.join(map(printable, same))}; expected another ident, the next is "
            + (repr(ident) if ident else "none at all")
        )
    numbers = {known for each in there if (known := session_number(each.ident)) is not None}
    warnings = list(_gaps(numbers | {number})) if number is not None else []
    if number is None:
        warnings.append(
            f"the word {session.ident!r} does not say which session of the day it is: its .meta's start decides, or a "
            "person with `session-archive decide`; a number is surer"
        )
    return NamedSession(session, names, there, tuple(warnings))


def taken_by(path: str, subject: str, date: dt.date, conventions: Conventions) -> Iterator[tuple[str, str]]:
    """Kind and ident of each recording of that subject and day which the name `path` stands for, or begins.

    Also by layouts that are not accepted, such as a run as SpikeGLX writes it, and in upper or lower case: the name is
    taken all the same.
    """
    for kind in conventions.kinds.values():
        for layout in (*kind.layouts, *kind.others):
            reading = layout.read_any_case(path)
            if reading is None or reading.date != date or not (reading.complete or layout in kind.layouts):
                continue
            if (reading.subject or "").casefold() == subject.casefold():
                yield kind.name, reading.ident


def leads_to(path: str, subject: str, date: dt.date, conventions: Conventions) -> bool:
    """True for a folder on the way to that subject's recordings of that day, by an accepted layout."""
    readings = [
        reading
        for kind in conventions.kinds.values()
        for layout in kind.layouts
        if (reading := layout.read_any_case(path)) and not reading.complete and not reading.problem
    ]
    return any(
        (reading.subject or subject).casefold() == subject.casefold() and reading.date in (None, date)
        for reading in readings
    )


def _names(session: SessionName, conventions: Conventions, kinds: Collection[str]) -> tuple[Name, ...]:
    return tuple(_name(session, kind, conventions) for kind in kinds)


def _name(session: SessionName, kind: str, conventions: Conventions) -> Name:
    directory = conventions.directory(DataSetName(kind, session))
    found = _RUN.fullmatch(directory.rpartition("/")[2])
    run = found["run"] if found else ""
    if bad := sorted(_NOT_IN_RUNS.intersection(run)):
        raise NamingError(
            f"{run!r} is no run name: SpikeGLX and CatGT take no {bad[0]!r}; expected another ident"
        )
    return Name(kind, directory, run)


def _ident(number: int) -> str:
    return str(number) if number else ""


def _gaps(numbers: Collection[int]) -> Iterator[str]:
    for number in range(max(numbers, default=0)):
        if number not in numbers:
            name = f"ident {number}" if number else "the unnumbered one"
            yield f"no recording is there for session {number + 1} of the day ({name}): is one misnamed, or lost?"


def _words(taken: Iterable[Taken]) -> Iterator[str]:
    for each in taken:
        if session_number(each.ident) is None:
            yield f"{printable(each.where)} does not say which session of the day it is, and is not counted"


def _uneven(
    session: SessionName, taken: Iterable[Taken], conventions: Conventions, kinds: Collection[str]
) -> Iterator[str]:
    """The kinds that the last session lacks: the recording to name may be its."""
    number = session_number(session.ident)
    if not number:
        return
    last = SessionName(session.subject, session.date, _ident(number - 1))
    have = {each.kind for each in taken if each.ident == last.ident}
    for kind in kinds:
        if kind not in have:
            name = _name(last, kind, conventions)
            called = name.spikeglx_run or name.directory
            yield f"session {number} of the day has no {kind}: if yours belongs to it, its name is {called}"
