"""Lists the sidecar manifests in the archive: once per subject, only for data sets that need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from archive_flow.run.report import Notes, add_up, left_out
from archive_flow.run.unlisted import could_not_list
from session_archive.errors import ListingError, NoAnswerError
from session_archive.listing import Problem
from session_archive.naming.session_name import DataSetName
from session_archive.sidecar.document import SidecarError, SidecarFile, parse_sidecar_path, sidecar_folder


@dataclass(frozen=True, slots=True)
class SidecarsPresent:
    """The sidecar manifests of data sets, by data set.

    unseen : data sets whose manifests are unknown, since the place did not answer
    notes  : files that are not manifests, and folders that could not be listed
    """

    sidecars: Mapping[DataSetName, list[SidecarFile]] = field(default_factory=dict)
    unseen: frozenset[DataSetName] = frozenset()
    notes: Notes = field(default_factory=Notes)


def sidecars_present(run: Run, location: str, data_sets: Iterable[DataSetName]) -> SidecarsPresent:
    """The sidecar manifests of these data sets; none without a staging place, where they are read."""
    if run.settings.staging is None:
        return SidecarsPresent()
    requested = set(data_sets)
    sidecars: dict[DataSetName, list[SidecarFile]] = {}
    silent: set[str] = set()
    notes: list[Notes] = []
    folders = sorted({sidecar_folder(name) for name in requested})
    for folder, files in list_folders(run, location, folders).items():
        if isinstance(files, NoAnswerError):
            silent.add(folder)
            notes.append(could_not_list(location, folder, files))
            continue
        if isinstance(files, ListingError):
            notes.append(left_out(location, [Problem(folder, f"its manifests are not read: {files}")]))
            continue
        for file in files:
            try:
                data_set, _ = parse_sidecar_path(file.path)
            except SidecarError as error:
                notes.append(left_out(location, [Problem(file.path, str(error))]))
                continue
            if data_set in requested:
                sidecars.setdefault(data_set, []).append((file.path, file.size))
    unseen = frozenset(name for name in requested if sidecar_folder(name) in silent)
    return SidecarsPresent(sidecars, unseen, add_up(notes))
