"""Reads files where copies of them can be, now: only bytes that were just read are ever sent into the archive."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from session_archive.assess.repair import DamagedFile, Reading
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.digests import digest_of
from session_archive.naming.session_name import DataSetName
from session_archive.settings.places import Place

log = logging.getLogger(__name__)


def source_places(run: Run, name: DataSetName, *, damaged_at: str) -> list[Place]:
    """Where copies of a data set can be, in the order in which they are tried: rigs, other archives, scratch places."""
    settings = run.settings
    rigs = [
        rig for rig in settings.sources.values() if not rig.data_sets or name.data_set_type in rig.data_sets
    ]
    replicas = {place for each in run.catalog.data_sets(names=[name]) for place in each.locations}
    archives = [place for key, place in settings.locations.items() if key in replicas and key != damaged_at]
    roots = run.catalog.retrievals.places(name.id)
    scratch = [
        place
        for place in settings.scratch.values()
        if (place.name, place.collection, place.directory) in roots
    ]
    return [*rigs, *archives, *scratch]


def read_copies(run: Run, files: Iterable[DamagedFile], places: Sequence[Place]) -> Iterator[Reading]:
    """Read each file at one place after the other, until one has its cataloged digest."""
    for each in files:
        for place in places:
            reading = read_copy(run, place, each)
            log.info("%s:%s: %s", place.name, reading.path, reading.why or "as cataloged")
            yield reading
            if reading.good:
                break


def read_copy(run: Run, place: Place, damaged: DamagedFile) -> Reading:
    """Read one file at one place, and compare it with its cataloged digest."""
    assert damaged.digest is not None, "a file without a digest is refused before"
    path, (algorithm, expected) = damaged.file.path, damaged.digest
    try:
        listed = _listed(run, place, path)
    except ListingError as error:
        return Reading(path, place.name, str(error))
    if listed is None:
        return Reading(path, place.name, "it is not there")
    if listed.size != damaged.file.size:
        return Reading(path, place.name, f"{listed.size} bytes there, {damaged.file.size} bytes cataloged")
    value, why = digest_at(run, place, listed, algorithm)
    if not why and value != expected:
        why = f"{algorithm} {expected} cataloged, {value} read"
    return Reading(path, place.name, why, bring=_has_to_be_brought(run, place))


def digest_at(run: Run, place: Place, listed: FileEntry, algorithm: str) -> tuple[str, str]:
    """The digest of a file that Globus lists, read on this worker's disk; or '' and why it could not be read."""
    root = place.local_path
    if root is None:
        return "", "this worker cannot read it, since the place has no local_path here"
    # Reading takes hours, and the database ends a connection that is idle for so long.
    run.catalog.stay_connected()
    return digest_of(
        root, listed.path, algorithm=algorithm, is_meant=lambda version: version.is_as_listed(listed)
    )


def _has_to_be_brought(run: Run, place: Place) -> bool:
    """Whether this worker cannot read its files, and a retrieval can bring them to where it can."""
    scratch = run.settings.scratch
    unread = place.local_path is None and place.name not in scratch
    return unread and any(each.local_path is not None for each in scratch.values())


def _listed(run: Run, place: Place, path: str) -> FileEntry | None:
    """The file as Globus, which would send it, lists it. Raises ListingError."""
    folder, _, name = path.rpartition("/")
    for entry in globus_reader(run.hook_of(place.name), place, rate=run.rate)(folder):
        if entry.name == name and entry.kind == "file":
            return FileEntry(path, entry.size, entry.mtime)
    return None
