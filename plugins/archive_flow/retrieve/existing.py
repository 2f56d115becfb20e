"""What lies at a scratch place already, looked at before anything is sent there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from archive_flow.run.context import Run
from archive_flow.run.opening import globus_reader
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.attempts import accepted_attempts
from session_archive.errors import ListingError, NotThereError, RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing
from session_archive.listing.digests import ALGORITHMS, digest
from session_archive.naming.session_name import lines
from session_archive.settings.places import Place, overlap
from session_archive.transfers.destination_plan import TransferPlan
from session_archive.transfers.retrieval_plan import plan_retrieval

log = logging.getLogger(__name__)

#: What an entry on the way to a data set must not be.
_IN_THE_WAY = {
    "link": "a symbolic link lies at the scratch place, and may lead out of it; remove the link",
    "file": "a file lies at the scratch place where a folder is to be",
    "other": "neither a file nor a folder lies at the scratch place where a folder is to be",
}


@dataclass(slots=True)
class ScratchPlace:
    """A destination of retrievals, each folder above the data sets listed once."""

    run: Run
    place: Place
    _above: dict[str, dict[str, str]] = field(default_factory=dict)

    def plan(self, work_item: WorkItem, promised: Manifest) -> TransferPlan:
        """What may be sent of `promised`. Raises ListingError when the place cannot be listed."""
        catalog = self.run.catalog
        in_the_way = self._links_above(work_item.directory)
        listing = Listing(Manifest(())) if in_the_way else self._listed(work_item)
        in_the_way |= {problem.path: f"at the scratch place: {problem.what}" for problem in listing.problems}
        return plan_retrieval(
            promised=promised,
            present=listing.manifest,
            in_the_way=in_the_way,
            arrived=catalog.arrived(work_item.name.id, self.place),
            attempts=accepted_attempts(self.run, work_item.name.id, work_item.destination),
            identical=partial(self._identical, {file.path: file for file in promised.files}),
        )

    def _identical(self, promised: Mapping[str, FileEntry], path: str) -> bool:
        """Read a file that nobody vouches for; False where it cannot be read here, or the catalog has no checksum."""
        root, wanted = self.place.local_path, promised[path]
        if root is None or wanted.checksum_algorithm not in ALGORITHMS:
            return False
        try:
            read = digest(root, path, algorithm=wanted.checksum_algorithm)
        except ListingError as error:
            log.warning("not read here: %s", error)
            return False
        return read is not None and read[1] == wanted.checksum

    def _listed(self, work_item: WorkItem) -> Listing:
        try:
            return self.run.list_destination(work_item)
        except NotThereError:
            return Listing(Manifest(()))

    def _links_above(self, directory: str) -> dict[str, str]:
        """What is no folder on the way from the root to the data set, and why that is in the way."""
        found: dict[str, str] = {}
        for top in lines(directory):
            parts = top.split("/")
            for depth, name in enumerate(parts):
                kind = self._entries("/".join(parts[:depth])).get(name, "")
                if kind in _IN_THE_WAY:
                    found["/".join(parts[: depth + 1])] = _IN_THE_WAY[kind]
                if kind != "dir":
                    break
        return found

    def _entries(self, directory: str) -> dict[str, str]:
        if directory not in self._above:
            read = globus_reader(self.run.hook, self.place, rate=self.run.rate)
            try:
                self._above[directory] = {entry.name: entry.kind for entry in read(directory)}
            except NotThereError:
                self._above[directory] = {}
        return self._above[directory]


def free_bytes(place: Place) -> int | None:
    """How much may still be written there; None where this machine cannot see the place."""
    return None if place.local_path is None else shutil.disk_usage(place.local_path).free


def require_space(place: Place, n_bytes: int) -> None:
    """Raise RefusedError, with both numbers, where it is known that so much does not fit."""
    free = free_bytes(place)
    if free is not None and n_bytes > free:
        raise RefusedError(
            f"{place.name}: {n_bytes} bytes are to come, {free} are free at {place.local_path}; nothing was moved. "
            "Make room, or ask for less"
        )


def require_apart(run: Run, place: Place) -> None:
    """Raise RefusedError where the place is an upload source, or one lies in the other, as the disk really is.

    archive.toml is checked for this too; links and mounts are seen only here.
    """
    for source in run.settings.sources.values():
        here, there = place.local_path, source.local_path
        if overlap(place, source) or (here and there and (_lies_in(here, there) or _lies_in(there, here))):
            raise RefusedError(
                f"{place.name} overlaps the upload source {source.name}: what is retrieved could overwrite "
                "recordings; nothing was moved. Name another directory in archive.toml"
            )


def _lies_in(inner: Path, outer: Path) -> bool:
    """As the disk has them, whatever leads there: links are followed, and a mount of a folder is that folder."""
    real = inner.resolve()
    return any(folder.samefile(outer) for folder in (real, *real.parents))


def plan_at_submit(run: Run, work_item: WorkItem) -> TransferPlan:
    """The plan of one data set just before it is submitted: hours may have passed since select.

    Raises RefusedError as `require_apart` and `require_space`, ListingError when the place cannot be listed.
    """
    place = run.destination(work_item)
    require_apart(run, place)
    plan = ScratchPlace(run, place).plan(work_item, run.catalog.manifest(work_item.manifest_id))
    require_space(place, sum(file.size for file in plan.items))
    return plan
