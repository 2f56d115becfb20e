"""The list of chunks beside a compressed recording."""

import json

import pytest

from session_archive.recording.mtscomp import MOST_BYTES, Chunks, ChunksError, read_chunks

WHOLE = {
    "version": "1.0",
    "n_channels": 385,
    "chunk_bounds": [0, 30000, 45000],
    "chunk_offsets": [0, 900, 1300],
}


def test_the_sizes_of_both_files_are_read() -> None:
    assert read_chunks(json.dumps(WHOLE).encode()) == Chunks(compressed=1300, size=45000 * 385 * 2)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is not JSON"),
        (json.dumps(WHOLE).encode()[:-1], "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "has no chunk_offsets"),
        (b"{}", "has no chunk_offsets"),
        (json.dumps({**WHOLE, "chunk_bounds": []}).encode(), "has no chunk_offsets"),
        (json.dumps({**WHOLE, "n_channels": "385"}).encode(), "is not a whole number"),
        (json.dumps({**WHOLE, "n_channels": True}).encode(), "is not a whole number"),
        (json.dumps({**WHOLE, "chunk_offsets": [-1]}).encode(), "is not a whole number"),
        (b" " * (MOST_BYTES + 1), "has more than"),
    ],
)
def test_another_text_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(ChunksError, match=why):
        read_chunks(content)
