"""Which session of its day a folder is, as far as names and the number of sessions decide it."""

from __future__ import annotations

from collections.abc import Iterator

from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.session_name import session_number
from session_archive.naming.start_day import doubt_of_day
from session_archive.naming.surroundings import Context


def doubts_of_day(folder: FolderReading, *, conventions: Conventions, context: Context) -> Iterator[str]:
    """Why it is not certain which session is meant.

    source : the first session of a day has no ident, '1' is the second (map-ephys docs: Electrophysiology)
    """
    if context.both_spellings:
        yield f"{folder.session.date} exists twice, in two spellings of the date"
    if context.meta_date and (doubt := doubt_of_day(context.meta_date, named=folder.session.date)):
        yield doubt
    siblings = _siblings(folder, conventions, context)
    if folder.session.ident in siblings:
        yield f"another folder is read as {folder.session} as well"
    idents = [folder.session.ident, *siblings]
    yield from _doubts_of_ident(folder.session.ident, idents, context.catalog_sessions_that_day)


def _doubts_of_ident(ident: str, idents: list[str], n_sessions: int) -> Iterator[str]:
    number = session_number(ident)
    known = f"the lab's pipeline knows {n_sessions} session(s) of that day"
    if number is None:
        yield f"{ident!r} does not say which session of the day it is; the start in the .meta or a person decides"
    elif number and "" not in idents:
        yield f"session {number + 1} of the day by its number, but the first, unnumbered folder is missing"
    elif number >= n_sessions:
        yield f"session {number + 1} of the day by its number, but {known}"
    elif any((session_number(other) or 0) >= n_sessions for other in idents):
        yield f"{len(idents)} folders, but {known}"
    elif n_sessions > 1 and len(idents) == 1:
        yield f"one folder, but {known}: which one is it?"


def _siblings(folder: FolderReading, conventions: Conventions, context: Context) -> list[str]:
    """Idents of the other folders of this kind, subject and day."""
    parts = folder.directory.split("/")
    folders = {}
    for sibling in context.siblings:
        for level in range(len(parts)):
            path = "/".join([*parts[:level], sibling, *parts[level + 1 :]])
            for read in conventions.readings(path) if path != folder.directory else ():
                reading = read.reading
                same = (reading.subject, reading.date) == (folder.session.subject, folder.session.date)
                if read.kind == folder.kind and same:
                    folders[sibling] = reading.ident
    return list(folders.values())
