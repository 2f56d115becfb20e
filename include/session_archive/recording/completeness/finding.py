"""What is missing or odd about the files of a data set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is missing or odd in a data set's files.

    path   : relative to the root; the folder if no single file is concerned
    what   : plain words
    blocks : True if the data set waits until it is fixed; else it is a fact of the recording, noted and sent along
    """

    path: str
    what: str
    blocks: bool = False

    def __str__(self) -> str:
        """`SC022/.../a.ap.bin: has no .meta beside it`."""
        return f"{self.path}: {self.what}"
