"""A listing as a file, for the task that goes on with it: a directory is listed once."""

from __future__ import annotations

import json
import zlib
from dataclasses import astuple

from session_archive.errors import ListingError, NotThereError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.entries import Problem
from session_archive.listing.files import Listing
from session_archive.states.state import State


def pack_listing(listing: Listing | ListingError) -> bytes:
    """Compressed JSON; `unpack_listing` reads it."""
    if isinstance(listing, ListingError):
        told: dict[str, object] = {"error": str(listing), "missing": isinstance(listing, NotThereError)}
    else:
        told = {
            "files": [[file.path, file.size, file.mtime, file.file_type] for file in listing.manifest.files],
            "problems": [astuple(problem) for problem in listing.problems],
            "litter": listing.litter,
        }
    return zlib.compress(json.dumps(told).encode())


def unpack_listing(packed: bytes) -> Listing | ListingError:
    """Read what `pack_listing` wrote."""
    told = json.loads(zlib.decompress(packed))
    if "error" in told:
        return (NotThereError if told["missing"] else ListingError)(told["error"])
    return Listing(
        Manifest.of(FileEntry(*file) for file in told["files"]),
        tuple(Problem(path, what, blocks, State(state)) for path, what, blocks, state in told["problems"]),
        tuple(told["litter"]),
    )
