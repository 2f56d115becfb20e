"""What is requested of the two places of a transfer about checksums: nothing that one of them cannot compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archive_flow.run.context import Run
from globus_provider.request import TransferItem
from session_archive.fixity.place_checksums import PlaceChecksums


def known_checksums(run: Run, places: Iterable[str]) -> PlaceChecksums:
    """What these places of archive.toml have answered so far."""
    return run.catalog.place_checksums.known({name: run.place(name).collection for name in places})


def comparable(run: Run, places: Iterable[str]) -> bool:
    """Whether Globus can compare both ends of a transfer between these places, by any algorithm."""
    places = tuple(places)
    return known_checksums(run, places).comparison(places) is not None


def fitted(
    items: Iterable[TransferItem], known: PlaceChecksums, places: tuple[str, str]
) -> tuple[TransferItem, ...]:
    """The items, each with a checksum and an algorithm that both places can use."""
    return tuple(_fitted(item, known, places) for item in items)


def _fitted(item: TransferItem, known: PlaceChecksums, places: tuple[str, str]) -> TransferItem:
    checksum, algorithm = known.request(item.external_checksum, item.checksum_algorithm, places)
    if (checksum, algorithm) == (item.external_checksum, item.checksum_algorithm):
        return item
    return replace(item, external_checksum=checksum, checksum_algorithm=algorithm)
