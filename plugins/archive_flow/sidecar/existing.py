"""Lists the sidecar manifests in the archive: once per subject, only for data sets that need it."""

from __future__ import annotations

from collections.abc import Iterable

from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from session_archive.errors import ListingError, NoAnswerError
from session_archive.listing import Problem
from session_archive.naming.session_name import DataSetName
from session_archive.sidecar.document import SidecarError, parse_sidecar_path, sidecar_folder

#: Path of a manifest, relative to the root of its place, and its size in bytes.
SidecarFile = tuple[str, int]


def sidecars_present(
    run: Run, location: str, data_sets: Iterable[DataSetName]
) -> tuple[dict[DataSetName, list[SidecarFile]], frozenset[DataSetName]]:
    """The sidecar manifests of these data sets, by data set; none without a staging place, where they are read.

    Also returns the data sets whose manifests are unknown, since the place did not answer. Files that are not manifests
    are reported, and so are folders that cannot be listed.
    """
    if run.route != "discover" or run.settings.staging is None:
        return {}, frozenset()
    requested = set(data_sets)
    sidecars: dict[DataSetName, list[SidecarFile]] = {}
    silent: set[str] = set()
    folders = sorted({sidecar_folder(name) for name in requested})
    for folder, files in list_folders(run, location, folders).items():
        if isinstance(files, NoAnswerError):
            silent.add(folder)
            run.could_not_list(location, folder, files)
            continue
        if isinstance(files, ListingError):
            run.report.leave_out(location, [Problem(folder, f"its manifests are not read: {files}")])
            continue
        for file in files:
            try:
                data_set, _ = parse_sidecar_path(file.path)
            except SidecarError as error:
                run.report.leave_out(location, [Problem(file.path, str(error))])
                continue
            if data_set in requested:
                sidecars.setdefault(data_set, []).append((file.path, file.size))
    return sidecars, frozenset(name for name in requested if sidecar_folder(name) in silent)
