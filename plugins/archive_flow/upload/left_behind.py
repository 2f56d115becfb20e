"""What of a data set lies in the archive, where its transfer did not end well."""

from __future__ import annotations

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.errors import MissingDirectoryError
from session_archive.fixity.manifest import Manifest
from session_archive.transfers.left_behind import LeftBehind


def left_behind(run: Run, work_item: WorkItem) -> LeftBehind:
    """List the archive, and count the files of the work item's manifest. Raises ListingError."""
    try:
        present = run.list_destination(work_item).manifest
    except MissingDirectoryError:
        present = Manifest(())
    return LeftBehind.of(run.catalog.ledger.manifest(work_item.manifest_id), present)
