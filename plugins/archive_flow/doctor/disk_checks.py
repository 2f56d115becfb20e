"""Checks of this machine's disks: whether a place is the same folder as the collection's, and free space."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.errors import GlobusProviderError
from session_archive.doctor.check import Check, Checks
from session_archive.doctor.machine import space_check
from session_archive.doctor.same_folder import Likeness, folder_check, likeness
from session_archive.errors import ListingError
from session_archive.listing import Entry, ListDirectory, local_directory_reader
from session_archive.settings.load import Settings

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf

#: How many folders of a root are compared inside too, since two rigs may have the same subjects.
_FOLDERS_COMPARED = 3


def folder_checks(settings: Settings, hook_of: HookOf) -> Iterator[Check]:
    """For each place that this machine can read: whether its local path and its collection show the same folder."""
    rate = listing_rate(settings.globus.requests_per_second)
    for role, place in settings.places:
        if place.local_path is None:
            continue
        try:
            alike = _likeness(
                local_directory_reader(place.local_path), globus_reader(hook_of(place.name), place, rate=rate)
            )
        except (ListingError, GlobusProviderError) as error:
            yield Checks("place").failure(f"{role} {place.name} local_path", str(error))
            continue
        yield folder_check(f"{role} {place.name}", str(place.pure_local_path), alike)


def _likeness(local: ListDirectory, remote: ListDirectory) -> Likeness:
    """Compares the root, and the last folders by name that are on both sides."""
    alike, names = _compare(local, remote, "")
    for name in names[-_FOLDERS_COMPARED:]:
        alike += _compare(local, remote, name)[0]
    return alike


def _compare(local: ListDirectory, remote: ListDirectory, directory: str) -> tuple[Likeness, list[str]]:
    before, far, after = (list(read(directory)) for read in (local, remote, local))
    return (
        likeness(before=before, listed=far, after=after, directory=directory),
        sorted(_folders(before) & _folders(far) & _folders(after)),
    )


def _folders(entries: list[Entry]) -> set[str]:
    return {entry.name for entry in entries if entry.kind == "dir"}


def space_checks(settings: Settings) -> Iterator[Check]:
    """Free space of each place that this machine can read, and of Airflow's home, which keeps the logs."""
    home = Path(os.environ.get("AIRFLOW_HOME") or "~/airflow").expanduser()
    yield _space("Airflow's home", home)
    for role, place in settings.places:
        if place.local_path is not None:
            night = int(settings.limits.bytes_per_night) if role == "location" else 0
            yield _space(f"{role} {place.name}", place.local_path, night=night)


def _space(what: str, path: Path, *, night: int = 0) -> Check:
    disk = shutil.disk_usage(path)
    return space_check(what, str(path), free=disk.free, total=disk.total, night=night)
