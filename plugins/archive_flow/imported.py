"""DISCOVER: is there in the archive what another catalog told of? Raised where it is, refused where it is not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive_flow.run import Run
from archive_flow.work import Work
from session_archive.manifest import Manifest
from session_archive.readiness import Look

if TYPE_CHECKING:
    from session_archive.catalog.imports import Imported


def missing_folder(run: Run, told: Imported) -> str:
    """Why an imported data set without a folder is refused; '' while its root could not be listed."""
    if told.place in run.report.unlisted:
        return ""
    return f"{told.source} recorded {told.n_files} files of it, and the archive has no such folder"


def bear_out(run: Run, work: Work, found: Manifest) -> tuple[str, str]:
    """What is to be said of the other catalog's word, and why the data set is refused; '' for nothing.

    Only names can be compared: the predecessor kept no sizes.
    """
    told = run.catalog.imported_data_set(work.name.id)
    if told is None:
        return "", ""
    named = run.catalog.imported_files(work.name.id)
    missing = sorted(named - {file.path for file in found.files})
    if not missing:
        return f"all {len(named)} files that {told.source} recorded are there; it kept no sizes", ""
    # Remembered, so that a person who knows better can accept the files that are there.
    run.catalog.save_manifest(found)
    run.catalog.record_look(work.name.id, work.destination, Look.at(found, now=dt.datetime.now(dt.UTC)))
    return "", (
        f"{len(missing)} of {len(named)} files that {told.source} recorded are not in the archive: {missing[0]}"
    )
