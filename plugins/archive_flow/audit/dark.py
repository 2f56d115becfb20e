"""What lies under a location and no replica names: how much it is, and how old; it is only listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.report import NAMED_AT_MOST, Lines
from printable_text import printable
from printable_text.amounts import counted, size
from session_archive.assess.dark import Dark
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, below
from session_archive.listing.walk import Listed, walk
from session_archive.settings.places import Place

#: Folders that are listed to add up one entry: what is larger is said to be at least so large.
_MOST_FOLDERS = 500


def dark_lines(run: Run, place: Place, entries: Sequence[Entry], *, now: dt.datetime) -> Lines:
    """A line for each, as far as there is room; only those that are named are listed inside.

    entries : named by their paths
    """
    named = tuple(_words(place, _add_up(run, place, entry), now=now) for entry in entries[:NAMED_AT_MOST])
    return Lines(named, len(entries))


def _add_up(run: Run, place: Place, entry: Entry) -> Dark:
    """Files, bytes and the newest time of an entry, with all below it; links are not followed."""
    if entry.kind != "dir":
        return Dark(entry.name, 1, entry.size, entry.mtime)
    n_files = n_bytes = newest = n_folders = 0
    whole = True

    def visit(folder: str, listed: Listed) -> list[str]:
        nonlocal n_files, n_bytes, newest, n_folders, whole
        n_folders += 1
        if isinstance(listed, ListingError):
            whole = False
            return []
        files = [each for each in listed if each.kind == "file"]
        n_files += len(files)
        n_bytes += sum(each.size for each in files)
        newest = max([newest, *(each.mtime for each in files)])
        inner = [below(folder, each.name) for each in listed if each.kind == "dir"]
        if n_folders + len(inner) > _MOST_FOLDERS:
            whole = whole and not inner
            return []
        return inner

    reader = globus_reader(run.hook_of(place.name), place, rate=run.rate)
    walk(reader, [entry.name], visit, concurrency=run.settings.globus.listings_at_once)
    return Dark(entry.name, n_files, n_bytes, newest, whole)


def _words(place: Place, dark: Dark, *, now: dt.datetime) -> str:
    least = "" if dark.whole else "at least "
    age = ""
    if dark.newest:
        days = max((now - dt.datetime.fromtimestamp(dark.newest, dt.UTC)).days, 0)
        age = f", the newest {counted(days, 'day')} old"
    what = f"{least}{counted(dark.n_files, 'file')}, {size(dark.n_bytes)}{age}"
    return f"{place.name}:{printable(dark.path)}: {what}"
