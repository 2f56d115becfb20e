"""What is missing or odd about the files of a data set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that a look at a data set's files found.

    path   : relative to the root; the folder where it is no one file's
    what   : plain words
    blocks : True when the data set waits until it is mended; else it is a fact of the recording, noted and shipped
    """

    path: str
    what: str
    blocks: bool = False

    def __str__(self) -> str:
        """`SC022/.../a.ap.bin: no .meta beside it`."""
        return f"{self.path}: {self.what}"
