"""The files that exist at a scratch place already, listed before anything is sent there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.attempts import accepted_attempts
from printable_text.amounts import size
from session_archive.errors import ListingError, MissingDirectoryError, RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing
from session_archive.listing.digests import ALGORITHMS, digest
from session_archive.naming.session_name import lines
from session_archive.settings.places import Place, overlap
from session_archive.transfers.destination_plan import TransferPlan
from session_archive.transfers.retrieval_plan import plan_retrieval

log = logging.getLogger(__name__)

#: Kinds of entry that must not be on the path to a data set, and why.
_IN_THE_WAY = {
    "link": "a symbolic link lies at the scratch place, and may lead out of it; remove the link",
    "file": "a file lies at the scratch place where a folder is needed; move the file away",
    "other": "a special file lies at the scratch place where a folder is needed; remove it",
}


@dataclass(slots=True)
class ScratchPlace:
    """A destination of retrievals; each folder above the data sets is listed only once."""

    run: Run
    place: Place
    _above: dict[str, dict[str, str]] = field(default_factory=dict)

    def plan(self, work_item: WorkItem, promised: Manifest) -> TransferPlan:
        """Which of the promised files may be sent. Raises ListingError when the place cannot be listed."""
        catalog = self.run.catalog
        in_the_way = self.links_above(work_item.directory)
        listing = Listing(Manifest(())) if in_the_way else self._listed(work_item)
        in_the_way |= {
            problem.path: f"at the scratch place: {problem.what}"
            for problem in listing.problems
            if not problem.doubtful
        }
        return plan_retrieval(
            promised=promised,
            present=listing.manifest,
            in_the_way=in_the_way,
            arrived=catalog.retrievals.arrived(work_item.name.id, self.place),
            attempts=accepted_attempts(self.run, work_item.name.id, work_item.destination),
            identical=partial(self._identical, {file.path: file for file in promised.files}),
            kept=catalog.place_names.of(self.place),
        )

    def _identical(self, promised: Mapping[str, FileEntry], path: str) -> bool:
        """Read a file that nothing vouches for; False where it cannot be read here, or the catalog has no checksum."""
        root, expected = self.place.local_path, promised[path]
        if root is None or expected.checksum_algorithm not in ALGORITHMS:
            return False
        try:
            read = digest(root, path, algorithm=expected.checksum_algorithm)
        except ListingError as error:
            log.warning("not read here: %s", error)
            return False
        return read is not None and read[1] == expected.checksum

    def _listed(self, work_item: WorkItem) -> Listing:
        try:
            return self.run.list_destination(work_item)
        except MissingDirectoryError:
            return Listing(Manifest(()))

    def links_above(self, directory: str) -> dict[str, str]:
        """Path -> why, for entries between the root and the data set that are not folders."""
        in_the_way: dict[str, str] = {}
        for top in lines(directory):
            parts = top.split("/")
            for depth, name in enumerate(parts):
                kind = self._entries("/".join(parts[:depth])).get(name, "")
                if kind in _IN_THE_WAY:
                    in_the_way["/".join(parts[: depth + 1])] = _IN_THE_WAY[kind]
                if kind != "dir":
                    break
        return in_the_way

    def _entries(self, directory: str) -> dict[str, str]:
        if directory not in self._above:
            read = globus_reader(self.run.hook_of(self.place.name), self.place, rate=self.run.rate)
            try:
                self._above[directory] = {entry.name: entry.kind for entry in read(directory)}
            except MissingDirectoryError:
                self._above[directory] = {}
        return self._above[directory]


def free_bytes(place: Place) -> int | None:
    """Free space at a place; None where it has no local path on this machine."""
    return None if place.local_path is None else shutil.disk_usage(place.local_path).free


def require_space(place: Place, n_bytes: int) -> None:
    """Raise RefusedError, with both numbers, where the free space is known and too small."""
    free = free_bytes(place)
    if free is not None and n_bytes > free:
        raise RefusedError(
            f"{place.name}: {size(n_bytes)} needed, {size(free)} free at {place.local_path}; nothing was "
            "transferred. Make room, or retrieve less"
        )


def require_no_overlap(run: Run, place: Place, *, others: Iterable[Place] = ()) -> None:
    """Raise RefusedError where the place is an upload source, or one is inside the other on the real disk.

    archive.toml is checked for this too, but only here can links and mounts be followed.

    others : places that it must not overlap either
    """
    for other in (*run.settings.sources.values(), *others):
        scratch_path, path = place.local_path, other.local_path
        nested = scratch_path and path and _nested(scratch_path, path)
        if overlap(place, other) or nested:
            what = "upload source" if other.name in run.settings.sources else "location"
            raise RefusedError(
                f"{place.name} overlaps the {what} {other.name}: files there could be overwritten; nothing was "
                "transferred. Name another directory in archive.toml"
            )


def _nested(one: Path, other: Path) -> bool:
    return _is_inside(one, other) or _is_inside(other, one)


def _is_inside(inner: Path, outer: Path) -> bool:
    """On the real disk: links are followed, and a mounted folder is the same as the folder itself."""
    real = inner.resolve()
    return any(folder.samefile(outer) for folder in (real, *real.parents))


def plan_at_submit(run: Run, work_item: WorkItem) -> TransferPlan:
    """The plan of one data set just before it is submitted: hours may have passed since select.

    Raises RefusedError as `require_no_overlap` and `require_space`, ListingError when the place cannot be listed.
    """
    place = run.destination(work_item)
    require_no_overlap(run, place)
    plan = ScratchPlace(run, place).plan(work_item, run.catalog.ledger.manifest(work_item.manifest_id))
    require_space(place, sum(file.size for file in plan.items))
    return plan
