"""Stores a listing for the next task, so that a directory is listed only once."""

from __future__ import annotations

import json
import zlib
from dataclasses import astuple

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.data_set_listing import Listing
from session_archive.listing.entries import Problem
from session_archive.states.state import State


def pack_listing(listing: Listing | ListingError) -> bytes:
    """Compressed JSON; `unpack_listing` reads it."""
    if isinstance(listing, ListingError):
        content: dict[str, object] = {
            "error": str(listing),
            "missing": isinstance(listing, MissingDirectoryError),
        }
    else:
        content = {
            "files": [[file.path, file.size, file.mtime, file.file_type] for file in listing.manifest.files],
            "problems": [astuple(problem) for problem in listing.problems],
            "litter": listing.litter,
        }
    return zlib.compress(json.dumps(content).encode())


def unpack_listing(packed: bytes) -> Listing | ListingError:
    """Read what `pack_listing` wrote."""
    content = json.loads(zlib.decompress(packed))
    if "error" in content:
        return (MissingDirectoryError if content["missing"] else ListingError)(content["error"])
    return Listing(
        Manifest.of(FileEntry(*file) for file in content["files"]),
        # A run that was under way while the package was upgraded has no `other` in its listings.
        tuple(
            Problem(path, what, blocks, State(state), *other)
            for path, what, blocks, state, *other in content["problems"]
        ),
        tuple(content["litter"]),
    )
