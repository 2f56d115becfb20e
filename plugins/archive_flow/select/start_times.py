"""When the recordings in folders began, by their own `.meta` files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from archive_flow.run.context import Run
from session_archive.errors import ListingError
from session_archive.listing import Problem, list_files, local_directory_reader, local_file_reader
from session_archive.recording.completeness import read_texts
from session_archive.recording.sessions import SourceFolder


def start_times(run: Run, folders: Iterable[SourceFolder]) -> dict[SourceFolder, dt.datetime]:
    """Folder -> the earliest start in its `.meta` files, rig-local; without folders that this worker cannot read."""
    if run.route != "upload":
        return {}
    starts = {}
    for source_folder in folders:
        root = run.settings.sources[source_folder.place].local_path
        if root is None:
            run.report.add_unread(source_folder.place)
            continue
        try:
            listing = list_files(
                local_directory_reader(root),
                source_folder.folder.directory,
                conventions=run.settings.conventions,
                kind=source_folder.folder.data_set.data_set_type,
            )
        except ListingError as error:
            run.report.leave_out(
                source_folder.place, [Problem(source_folder.folder.directories[0], str(error))]
            )
            continue
        metas = read_texts(local_file_reader(root), listing.manifest.files).metas.values()
        times = [meta.started for meta in metas if not isinstance(meta, str) and meta.started]
        if times:
            starts[source_folder] = min(times)
    return starts
