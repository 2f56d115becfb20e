"""Lists single folders of the archive, such as those of sidecar manifests, in parallel; an absent one is empty."""

from __future__ import annotations

from collections.abc import Iterable

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.roots import require_root
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.walk import Listed, walk
from session_archive.naming.session_name import path_problem


def list_beside(run: Run, place: str, paths: Iterable[str]) -> list[FileEntry]:
    """Every regular file in the folders of these files, as the place lists them now. Raises ListingError."""
    folders = sorted({path.rpartition("/")[0] for path in paths})
    found: list[FileEntry] = []
    for files in list_folders(run, place, folders).values():
        if isinstance(files, ListingError):
            raise files
        found += files
    return found


def list_folders(run: Run, place: str, folders: Iterable[str]) -> dict[str, list[FileEntry] | ListingError]:
    """The regular files of each folder, none where it does not exist; or the error where it could not be listed.

    place   : name in archive.toml
    folders : relative to its root
    """
    folders = list(folders)
    try:
        require_root(run, run.place(place))
    except ListingError as error:
        return dict.fromkeys(folders, error)
    listings: dict[str, list[FileEntry] | ListingError] = {}

    def visit(folder: str, listed: Listed) -> list[str]:
        if isinstance(listed, ListingError):
            listings[folder] = [] if isinstance(listed, MissingDirectoryError) else listed
        else:
            listings[folder] = [
                FileEntry(f"{folder}/{entry.name}", entry.size, entry.mtime)
                for entry in listed
                if entry.kind == "file" and "/" not in entry.name and not path_problem(entry.name)
            ]
        return []

    reader = globus_reader(run.hook_of(place), run.place(place), rate=run.rate)
    walk(reader, folders, visit, concurrency=run.settings.globus.listings_at_once)
    return listings
