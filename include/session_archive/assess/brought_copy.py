"""AUDIT: copies that a transfer brings to a scratch place, where the worker reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.digests import ALGORITHMS
from session_archive.listing.root_listing import FOLDER

#: Where each mapped group of an audit has a folder of its own, relative to the root of a scratch place.
COPIES = f"{FOLDER}/audit"


def folder_of(key: str) -> str:
    """The folder of one mapped group, relative to the root of a scratch place."""
    return f"{COPIES}/{key}"


def worth_bringing(cataloged: Manifest, found: Manifest) -> tuple[FileEntry, ...]:
    """The files whose content a reading can compare: with a cataloged checksum, and listed with the cataloged size.

    found : the files of the copy, as they are listed
    """
    sizes = {file.path: file.size for file in found.files}
    return tuple(
        file
        for file in cataloged.files
        if file.checksum and file.checksum_algorithm in ALGORITHMS and sizes.get(file.path) == file.size
    )


def as_brought(files: Iterable[FileEntry], key: str) -> Manifest:
    """The files as they lie in the folder of a mapped group."""
    return Manifest.of(replace(file, path=f"{folder_of(key)}/{file.path}") for file in files)


def in_archive(path: str, key: str) -> str:
    """The path in the archive of a file in that folder."""
    return path.removeprefix(f"{folder_of(key)}/")
