"""Asks the catalog whether the files of a data set are archived under another name."""

from __future__ import annotations

from archive_flow.run.context import Run
from session_archive.assess.moved import Twin, files_to_compare, find_twins
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName


def twins_of(run: Run, name: DataSetName, listed: Manifest) -> tuple[Twin, ...]:
    """Its largest raw files that another data set has in the archive, verified; one question to the catalog."""
    raw_files = files_to_compare(listed, run.settings.conventions.kind(name.data_set_type).raw)
    return find_twins(raw_files, run.catalog.archived_files.alike(raw_files, except_of=name))
