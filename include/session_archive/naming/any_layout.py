"""Reads folders by layouts that the conventions do not accept too, and what a name says of subject and day.

What is found so is never archived by itself: a person gives it to a session.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from session_archive.errors import NamingError
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading, data_set_folder
from session_archive.naming.recording_kind import KindReading
from session_archive.naming.session_folders import Layout, read_date, spelled
from session_archive.naming.session_name import DataSetName, SessionName


@dataclass(frozen=True, slots=True)
class FolderName:
    """What a folder's name says by any layout.

    why  : why the conventions do not accept its layout; '' for one that they accept
    gate : SpikeGLX's gate; above 0 it is a further gate of a run, and a data set of its own
    """

    data_set: DataSetName
    layout: str
    why: str = ""
    gate: int = 0


def read_by_any_layout(directory: str, conventions: Conventions) -> FolderName | None:
    """The data set whose files lie in `directory` by any layout, accepted ones first; None if none reads it."""
    if conventions.name_problem(directory):
        return None
    try:
        data_set, layout = conventions.parse(directory)
    except NamingError:
        return next(_by_other_layouts(directory, conventions), None)
    return FolderName(data_set, layout)


def leads_to_other_layout(path: str, conventions: Conventions) -> bool:
    """True for a folder on the way to a recording in a layout that is not accepted: of a day, or of a camera."""
    if conventions.name_problem(path):
        return False
    return any(
        not each.reading.complete
        and not each.reading.problem
        and (each.reading.date or each.reading.camera.lower() in conventions.cameras)
        for _, each in conventions.not_accepted(path)
    )


def recording_folder(directory: str, kind: str, conventions: Conventions) -> FolderReading | None:
    """A data set's directory as names inside it are compared with; None where nothing is known of them.

    In folders of the year 2018, one for each probe, other rules held for the names inside.
    """
    if accepted := data_set_folder(directory, kind, conventions):
        return accepted
    for _, each in conventions.not_accepted(directory):
        reading = each.reading
        if each.kind == kind and reading.complete and not reading.problem and reading.probe is None:
            assert reading.subject is not None and reading.date is not None
            session = SessionName(reading.subject, reading.date, reading.ident)
            return FolderReading(
                kind, each.layout, session, directory, True, camera=reading.camera, gate=reading.gate
            )
    return None


def days_in(text: str, conventions: Conventions) -> frozenset[dt.date]:
    """Every plausible day that a name or path may mean, in any spelling."""
    return frozenset(
        date
        for spelling in conventions.spellings
        for match in _digits(spelling).finditer(text)
        if (date := read_date(match[0], spelling)) and date >= conventions.earliest
    )


def names_subject(text: str, subject: str) -> bool:
    """True if the subject stands in a name or path, not within a longer word; upper and lower case do not matter."""
    return bool(
        subject
        and re.search(rf"(?<![A-Za-z0-9]){re.escape(subject)}(?![A-Za-z0-9])", text, re.IGNORECASE | re.ASCII)
    )


def kind_of_name(name: str, conventions: Conventions) -> str:
    """The kind of recording whose probes have such a name: `SC022_010121_g0_imec0`; '' for any other name."""
    anyone = SessionName("x", conventions.earliest)
    for kind in conventions.kinds.values():
        if any(form.read(name, anyone) for form in kind.probes):
            return kind.name
    return ""


@lru_cache(maxsize=64)
def _digits(spelling: str) -> re.Pattern[str]:
    """Digits that may be a day in this spelling, where no further digit stands next to them."""
    pattern = re.sub("[0-9]", "[0-9]", re.escape(spelled(dt.date(2000, 1, 1), spelling)))
    return re.compile(f"(?<![0-9]){pattern}(?![0-9])")


def _by_other_layouts(directory: str, conventions: Conventions) -> Iterator[FolderName]:
    for layout, each in conventions.not_accepted(directory):
        if each.reading.complete and not each.reading.problem:
            yield _folder_name(layout, each)


def _folder_name(layout: Layout, each: KindReading) -> FolderName:
    reading = each.reading
    assert reading.subject is not None and reading.date is not None
    # Several gates of a run are several data sets, and each has a name of its own.
    ident = reading.ident + (f"g{reading.gate}" if reading.gate else "")
    enable = f' (enable = ["{layout.id}"] accepts it)' if layout.accept == "opt-in" else ""
    data_set = DataSetName(each.kind, SessionName(reading.subject, reading.date, ident))
    return FolderName(data_set, layout.id, f"layout {layout.id}: {layout.why}{enable}", reading.gate)
