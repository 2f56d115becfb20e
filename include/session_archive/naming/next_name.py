"""Proposes the name of the next recording of a day, and checks whether a name is taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from printable_text import printable
from session_archive.errors import NamingError
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName, SessionName, session_number

#: The folder that CatGT and SpikeGLX make for a run: its name with a prefix and '_g0' (their manuals, "Output").
_RUN = re.compile(r"(?:catgt_)?(?P<run>.+)_g0")
#: What SpikeGLX removes from a run's name, and the blank, which CatGT does not accept.
_NOT_IN_RUNS = frozenset('/\\[]<>*":;,?|= ')


@dataclass(frozen=True, slots=True)
class Name:
    """The name of one kind of recording of a session.

    directory    : relative to the root of its place
    spikeglx_run : what to type as run name; SpikeGLX adds '_g0' itself. '' for other kinds
    """

    kind: str
    directory: str
    spikeglx_run: str


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """An existing recording of the same subject and day. where: 'rig1:SC022/catgt_SC022_010121_g0'."""

    ident: str
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class NamedSession:
    """The names of a session's recordings, and what a person should know before using them.

    taken : all existing recordings of the day, sorted
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
    All kinds of a session share its ident, so the next ident is one more than the highest of any kind.
    raises : NamingError for a subject or a kind that cannot be named like this
    """
    existing = tuple(sorted(set(taken)))
    numbers = {number for each in existing if (number := session_number(each.ident)) is not None}
    session = SessionName(subject, date, _ident(max(numbers, default=-1) + 1))
    names = _names(session, conventions, kinds)
    warnings = [*_gaps(numbers), *_words(existing), *_uneven(session, existing, conventions, kinds)]
    return NamedSession(session, names, existing, tuple(warnings))


def named_session(
    session: SessionName, taken: Iterable[Taken], *, conventions: Conventions, kinds: Collection[str]
) -> NamedSession:
    """The names of a session whose ident a person chose.

    raises : NamingError when the ident is impossible or taken
    """
    existing = tuple(sorted(set(taken)))
    number = session_number(session.ident)
    if number is None and session.ident.isdigit():
        raise NamingError(
            f"ident {session.ident!r} is not a session number as folders have it; expected none for the first session "
            "of the day, '1' for the second"
        )
    names = _names(session, conventions, kinds)
    # Windows, as on most rigs, takes 'Surface' and 'surface' for the same folder.
    if same := [each.where for each in existing if each.ident.casefold() == session.ident.casefold()]:
        proposed = next_session(session.subject, session.date, existing, conventions=conventions, kinds=kinds)
        ident = proposed.session.ident
        raise NamingError(
            f"the name of {session} is taken: {', '.join(map(printable, same))}; expected another ident, "
            + (f"the next is {ident!r}" if ident else "or none")
        )
    numbers = {known for each in existing if (known := session_number(each.ident)) is not None}
    warnings = list(_gaps(numbers | {number})) if number is not None else []
    if number is None:
        warnings.append(
            f"the word {session.ident!r} does not say which session of the day it is: the start in its .meta decides, "
            "or a person with `session-archive decide`; a number is safer"
        )
    return NamedSession(session, names, existing, tuple(warnings))


def taken_by(path: str, subject: str, date: dt.date, conventions: Conventions) -> Iterator[tuple[str, str]]:
    """Kind and ident of each recording of that subject and day that `path` names, or is on the way to.

    Layouts that are not accepted count too, such as a run as SpikeGLX writes it, and so do other capitals: all of them
    would clash with a new name.
    """
    for kind in conventions.kinds.values():
        for layout in (*kind.layouts, *kind.others):
            reading = layout.read_any_case(path)
            if reading is None or reading.date != date or not (reading.complete or layout in kind.layouts):
                continue
            if (reading.subject or "").casefold() == subject.casefold():
                yield kind.name, reading.ident


def leads_to(path: str, subject: str, date: dt.date, conventions: Conventions) -> bool:
    """True for a folder on the way to the subject's recordings of that day, by an accepted layout."""
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
    match = _RUN.fullmatch(directory.rpartition("/")[2])
    run = match["run"] if match else ""
    if bad := sorted(_NOT_IN_RUNS.intersection(run)):
        raise NamingError(
            f"{run!r} cannot be a run name: SpikeGLX and CatGT do not accept {bad[0]!r}; expected another ident"
        )
    return Name(kind, directory, run)


def _ident(number: int) -> str:
    return str(number) if number else ""


def _gaps(numbers: Collection[int]) -> Iterator[str]:
    for number in range(max(numbers, default=0)):
        if number not in numbers:
            name = f"ident {number}" if number else "the unnumbered one"
            yield f"session {number + 1} of the day ({name}) has no recording: is one misnamed or lost?"


def _words(taken: Iterable[Taken]) -> Iterator[str]:
    for each in taken:
        if session_number(each.ident) is None:
            yield f"{printable(each.where)} does not say which session of the day it is, and is not counted"


def _uneven(
    session: SessionName, taken: Iterable[Taken], conventions: Conventions, kinds: Collection[str]
) -> Iterator[str]:
    """Warnings about kinds that the last session does not have: the recording to name may belong to it."""
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
