"""When the recordings in folders began, by their own `.meta` files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive_flow.run.report import Notes, add_up, left_out
from session_archive.errors import ListingError
from session_archive.listing import Problem, list_files, local_directory_reader, local_file_reader
from session_archive.recording.completeness import read_texts
from session_archive.recording.sessions import SourceFolder

if TYPE_CHECKING:
    from archive_flow.run.context import Run


@dataclass(frozen=True, slots=True)
class StartTimes:
    """Folder -> the earliest start in its `.meta` files, rig-local; and notes of folders that could not be read."""

    started: Mapping[SourceFolder, dt.datetime] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)


def start_times(run: Run, folders: Iterable[SourceFolder]) -> StartTimes:
    """The start times in folders on the rigs, as far as this worker can read them."""
    read = [(folder, *_start(run, folder)) for folder in folders]
    return StartTimes(
        {folder: start for folder, start, _ in read if start is not None},
        add_up([notes for _, _, notes in read]),
    )


def _start(run: Run, source_folder: SourceFolder) -> tuple[dt.datetime | None, Notes]:
    root = run.settings.sources[source_folder.place].local_path
    if root is None:
        return None, Notes(unread=(source_folder.place,))
    folder = source_folder.folder
    try:
        listing = list_files(
            local_directory_reader(root),
            folder.directory,
            conventions=run.settings.conventions,
            kind=folder.data_set.data_set_type,
        )
    except ListingError as error:
        return None, left_out(source_folder.place, [Problem(folder.directories[0], str(error))])
    kind = run.settings.conventions.kind(folder.data_set.data_set_type)
    metas = read_texts(local_file_reader(root), listing.manifest.files, kind).metas.values()
    times = [meta.started for meta in metas if not isinstance(meta, str) and meta.started]
    return min(times, default=None), Notes()
