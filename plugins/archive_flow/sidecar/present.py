"""Which data sets have a manifest beside them in the archive: asked for once a subject, of those that need it."""

from __future__ import annotations

from collections.abc import Iterable

from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from session_archive.errors import ListingError, NoAnswerError
from session_archive.listing import Problem
from session_archive.naming.session_name import DataSetName
from session_archive.sidecar.document import SidecarError, parse_sidecar_path, sidecar_folder

#: Path, relative to the root of its place, and bytes.
Found = tuple[str, int]


def manifests_beside(
    run: Run, location: str, data_sets: Iterable[DataSetName]
) -> tuple[dict[DataSetName, list[Found]], frozenset[DataSetName]]:
    """The manifests of these data sets, by data set; none without a staging place, where nobody could read them.

    Beside them, the data sets of which nobody knows: the place did not answer when it was asked for their manifests.
    What lies among them and is none is reported, and so is a folder that cannot be listed.
    """
    if run.route.origin != "archive" or run.settings.staging is None:
        return {}, frozenset()
    wanted = set(data_sets)
    found: dict[DataSetName, list[Found]] = {}
    silent: set[str] = set()
    folders = sorted({sidecar_folder(name) for name in wanted})
    for folder, files in list_folders(run, location, folders).items():
        if isinstance(files, NoAnswerError):
            silent.add(folder)
            run.could_not_list(location, folder, files)
            continue
        if isinstance(files, ListingError):
            run.report.leave_out(location, [Problem(folder, f"no manifest is read: {files}")])
            continue
        for file in files:
            try:
                data_set, _ = parse_sidecar_path(file.path)
            except SidecarError as error:
                run.report.leave_out(location, [Problem(file.path, str(error))])
                continue
            if data_set in wanted:
                found.setdefault(data_set, []).append((file.path, file.size))
    return found, frozenset(name for name in wanted if sidecar_folder(name) in silent)
