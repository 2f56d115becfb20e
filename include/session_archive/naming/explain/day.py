"""Which session of its day a folder is, as far as names and the number of sessions decide it."""

from __future__ import annotations

from collections.abc import Iterator

from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.start_day import doubt_of_day
from session_archive.naming.surroundings import Context
from session_archive.naming.which_session import doubt_of_idents


def doubts_of_day(folder: FolderReading, *, conventions: Conventions, context: Context) -> Iterator[str]:
    """Why it is not certain which session is meant.

    The idents are judged as at night (`which_session.py`): one folder that they do not settle leaves the day undecided.
    """
    if context.both_spellings:
        yield f"{folder.session.date} exists twice, in two spellings of the date"
    if context.meta_date and (doubt := doubt_of_day(context.meta_date, named=folder.session.date)):
        yield doubt
    idents = [folder.session.ident, *_siblings(folder, conventions, context)]
    if folder.session.ident in idents[1:]:
        yield f"another folder is read as {folder.session} as well"
    elif len(set(idents)) < len(idents):
        yield "two other folders of that day are read as one session"
    if doubt := doubt_of_idents(idents, n_sessions=context.catalog_sessions_that_day):
        yield doubt


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
