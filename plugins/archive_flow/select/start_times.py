"""When the recordings in folders began, as their own `.meta` files say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from archive_flow.run.context import Run
from session_archive.errors import ListingError
from session_archive.listing import Problem, list_files, local_directory_reader, local_file_reader
from session_archive.recording.completeness import read_texts
from session_archive.recording.sessions import SourceFolder


def started(run: Run, folders: Iterable[SourceFolder]) -> dict[SourceFolder, dt.datetime]:
    """Folder -> the earliest start among its `.meta` files, rig-local; without those that nobody here can read."""
    if run.route.origin != "source":
        return {}
    starts = {}
    for found in folders:
        root = run.settings.sources[found.place].local_path
        if root is None:
            run.report.add_unread(found.place)
            continue
        try:
            listing = list_files(
                local_directory_reader(root),
                found.folder.directory,
                conventions=run.settings.conventions,
                kind=found.folder.data_set.data_set_type,
            )
        except ListingError as error:
            run.report.leave_out(found.place, [Problem(found.folder.directories[0], str(error))])
            continue
        metas = read_texts(local_file_reader(root), listing.manifest.files).metas.values()
        told = [meta.started for meta in metas if not isinstance(meta, str) and meta.started]
        if told:
            starts[found] = min(told)
    return starts
