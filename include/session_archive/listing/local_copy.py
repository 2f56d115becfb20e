"""A data set as it lies on a disk of this machine: which of its files are there, by name and size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LocalCopy:
    """What is there of one data set.

    name    : of the data set
    root    : of the place, on this disk
    files   : that are there with the size that the catalog has; their content was compared when they were retrieved
    missing : the others, relative to the root
    """

    name: str
    root: Path
    files: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing has to be retrieved."""
        return bool(self.files) and not self.missing

    @property
    def directory(self) -> Path | None:
        """The folder that all of its files lie in; None where there are none."""
        return Path(os.path.commonpath([file.parent for file in self.files])) if self.files else None


def look_for(name: str, files: Iterable[tuple[str, int]], root: Path) -> LocalCopy:
    """Look for the files of a data set; a link is not one.

    files : path relative to the root, and size in bytes
    """
    here, missing = [], []
    for path, size in files:
        if _size_of(root / path) == size:
            here.append(root / path)
        else:
            missing.append(path)
    return LocalCopy(name, root, tuple(here), tuple(missing))


def _size_of(path: Path) -> int | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
