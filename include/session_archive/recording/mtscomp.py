"""What the .ch beside a compressed recording says: mtscomp's list of chunks (its ReadMe, "File format")."""

from __future__ import annotations

import json
from dataclasses import dataclass

from session_archive.errors import ArchiveError

#: A chunk is a second; a recording of a day has 4 MB.
MOST_BYTES = 1 << 24

_SAMPLE = 2  # bytes: int16


class ChunksError(ArchiveError):
    """A text that is not a list of chunks; the message says why."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """One .ch file.

    compressed : size of the .cbin, bytes
    size       : of the recording that it was made from, bytes
    """

    compressed: int
    size: int


def read_chunks(content: bytes) -> Chunks:
    """Read the content of a .ch. Raises ChunksError with what is wrong."""
    if len(content) > MOST_BYTES:
        raise ChunksError(f"has more than {MOST_BYTES} bytes; expected a list of chunks")
    try:
        table = json.loads(content)
        compressed, samples = table["chunk_offsets"][-1], table["chunk_bounds"][-1]
        channels = table["n_channels"]
    except (ValueError, RecursionError):
        raise ChunksError("is not JSON; expected a list of chunks: was it copied completely?") from None
    except (KeyError, IndexError, TypeError):
        raise ChunksError("has no chunk_offsets, chunk_bounds and n_channels; expected all three") from None
    if not all(type(number) is int and number >= 0 for number in (compressed, samples, channels)):
        raise ChunksError("has a chunk_offsets, chunk_bounds or n_channels that is not a whole number")
    return Chunks(compressed, samples * channels * _SAMPLE)
