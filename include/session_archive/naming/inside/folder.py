"""Finds the recording's folder that a path lies in, by accepted layouts and by those that are not accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from printable_text import printable
from session_archive import clock
from session_archive.naming.conventions import Conventions
from session_archive.naming.recording_kind import KindReading
from session_archive.naming.session_folders import NOT_A_DATE, read_date
from session_archive.naming.session_name import SessionName, path_problem
from session_archive.naming.surroundings import Assumptions

_HINTS = {"%d%m%y": "DDMMYY", "%y%m%d": "YYMMDD", "%d%m%Y": "DDMMYYYY"}


@dataclass(frozen=True, slots=True)
class FolderReading:
    """The folder of a recording, or one on the way to it.

    directory : the part of the path that was read
    complete  : True for the recording's folder, False for a folder on the way to it
    doubts    : why it may not be what its name says
    """

    kind: str
    layout: str
    session: SessionName
    directory: str
    complete: bool
    doubts: tuple[str, ...] = ()
    camera: str = ""
    probe: int | None = None
    gate: int = 0


def read_folder(path: str, *, conventions: Conventions, assumptions: Assumptions) -> FolderReading | str:
    """The recording's folder at the beginning of `path`; else why no folder in it is one."""
    if wrong := path_problem(path):
        return f"the path {wrong}"
    candidates = [
        candidate
        for candidate in _candidates(path, conventions)
        if not conventions.name_problem(candidate.directory)
    ]
    wrong_days = [_implausible(each.session, conventions, assumptions) for each in candidates]
    good = [each for each, wrong_day in zip(candidates, wrong_days, strict=True) if not wrong_day]
    if good:
        return _best(good)
    return wrong_days[0] if wrong_days else _why_none(path, conventions)


def data_set_folder(directory: str, kind: str, conventions: Conventions) -> FolderReading | None:
    """A data set's directory as an accepted layout of its kind reads it; None when none does."""
    readings = (each for each in conventions.kind(kind).readings(directory) if each.reading.complete)
    return next((folder for each in readings for folder in _reading(directory, each)), None)


def _candidates(path: str, conventions: Conventions) -> Iterator[FolderReading]:
    """Readings of the whole path and of all its beginnings: the most certain first, then the longest."""
    parts = path.split("/")
    beginnings = ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    yield from (each for start in beginnings for each in _accepted(start, conventions, complete=True))
    yield from _accepted(path, conventions, complete=False)
    yield from (each for start in beginnings for each in _not_accepted(start, conventions))
    yield from _without(parts, conventions)
    yield from (each for start in beginnings for each in _in_other_case(start, conventions))


def _accepted(directory: str, conventions: Conventions, *, complete: bool) -> Iterator[FolderReading]:
    for each in conventions.readings(directory):
        if each.reading.complete == complete:
            yield from _reading(directory, each)


def _not_accepted(directory: str, conventions: Conventions) -> Iterator[FolderReading]:
    for layout, each in conventions.not_accepted(directory):
        if each.reading.complete:
            yield from _reading(directory, each, f"layout {layout.id}: {layout.why}")


def _in_other_case(directory: str, conventions: Conventions) -> Iterator[FolderReading]:
    for each, wrong in conventions.in_other_case(directory):
        yield from _reading(directory, each, wrong)


def _without(parts: list[str], conventions: Conventions) -> Iterator[FolderReading]:
    """A recording's file one folder too high: `SC030/20191031/SC030_side_1-0000.avi`, without 'video'."""
    day = "/".join(parts[:-1])
    for each in conventions.readings(day):
        kind = conventions.kinds[each.kind]
        if not each.reading.complete and kind.file_type(parts[-1]) != kind.unknown:
            yield from _reading(day, each, f"outside the folder that layout {each.layout} expects for files")


def _reading(directory: str, read: KindReading, *doubts: str) -> Iterator[FolderReading]:
    reading = read.reading
    if reading.problem or reading.subject is None or reading.date is None:
        return
    session = SessionName(reading.subject, reading.date, reading.ident)
    yield FolderReading(
        read.kind,
        read.layout,
        session,
        directory,
        reading.complete,
        doubts,
        reading.camera,
        reading.probe,
        reading.gate,
    )


def _best(good: list[FolderReading]) -> FolderReading:
    first = good[0]
    others = [
        each for each in good[1:] if each.complete and not each.doubts and not first.doubts and first.complete
    ]
    if not others:
        return first
    read_by = ", ".join(f"{each.kind} ({each.layout}) {each.session}" for each in (first, *others))
    return FolderReading(
        first.kind, first.layout, first.session, first.directory, True, (f"read in two ways: {read_by}",)
    )


def _implausible(session: SessionName, conventions: Conventions, assumptions: Assumptions) -> str:
    return conventions.implausible(
        session,
        today=assumptions.today or clock.today(),
        earliest=assumptions.earliest_session_date,
    )


def _why_none(path: str, conventions: Conventions) -> str:
    parts = path.split("/")
    if len(parts) == 1 and conventions.readings(path) and not conventions.name_problem(path):
        return f"at most a subject's folder, not a recording; expected e.g. {conventions.examples(conventions.kinds)}"
    beginnings = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    words = [
        conventions.why_unread(start, conventions.kinds)
        for start in beginnings
        if start == path or all(each.reading.problem for each in conventions.readings(start))
    ]
    no_day = next((each for each in words if NOT_A_DATE in each), "")
    return printable(no_day + _hint(path) if no_day else words[-1])


def _hint(path: str) -> str:
    """The date in another spelling, as a hint; the archive itself never guesses a spelling."""
    for part in path.replace("/", "_").split("_"):
        for spelling, words in _HINTS.items():
            if (date := read_date(part, spelling)) and 2015 <= date.year <= clock.today().year:
                return f" (as {words} it would be {date}: rename it if it is)"
    return ""
