"""What is requested of the two places of a transfer about checksums: nothing that one of them cannot compute."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

from archive_flow.run.context import Run
from globus_provider.request import TransferItem
from session_archive.fixity.file_digest import agreed
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.place_checksums import PlaceChecksums


def known_checksums(run: Run, places: Iterable[str]) -> PlaceChecksums:
    """What these places of archive.toml have answered so far."""
    return run.catalog.place_checksums.known({name: run.place(name).collection for name in places})


def comparable(run: Run, places: Iterable[str]) -> bool:
    """Whether Globus can compare both ends of a transfer between these places, by any algorithm."""
    places = tuple(places)
    return known_checksums(run, places).comparison(places) is not None


def cataloged_algorithm(
    run: Run, data_set_id: uuid.UUID, files: Manifest, places: tuple[str, str]
) -> Callable[[str], str]:
    """Path -> the algorithm of a cataloged digest, so that the one that Globus reports can be compared; '' for none.

    It is the first that both places compute.
    """
    known = known_checksums(run, places)
    digests = agreed(run.catalog.file_digests.of(data_set_id), files)
    return lambda path: next((each for each in digests[path] if known.may_compare(each, places)), "")


def fitted(
    item: Callable[[str], TransferItem], known: PlaceChecksums, places: tuple[str, str]
) -> Callable[[str], TransferItem]:
    """The item of a path, with a checksum and an algorithm that both places can use."""

    def of(path: str) -> TransferItem:
        requested = item(path)
        checksum, algorithm = known.request(requested.external_checksum, requested.checksum_algorithm, places)
        if (checksum, algorithm) == (requested.external_checksum, requested.checksum_algorithm):
            return requested
        return replace(requested, external_checksum=checksum, checksum_algorithm=algorithm)

    return of
