"""The files that were on the rig and in the archive: a list, since the sample rig makes the same bytes again."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

#: The archive's location of each kind, relative to the archive; a path below it is as on the rig.
EPHYS = "4ElectrodeRig_Ephys/"


def list_files(folder: Path) -> list[str]:
    """One line for each file below a folder: SHA-256, mtime in seconds, path."""
    return sorted(
        (
            f"{_sha256(path)} {int(path.stat().st_mtime)} {path.relative_to(folder).as_posix()}"
            for path in folder.rglob("*")
            if path.is_file()
        ),
        key=lambda line: line.split(" ", 2)[2],
    )


def require_rig(rig: Path, lines: list[str]) -> None:
    """Raise AssertionError unless the rig has exactly the files that a kept catalog names."""
    if missing := sorted(set(lines) - set(list_files(rig))):
        raise AssertionError(
            f"the sample rig is not as the kept catalog knows it; the first file that differs: {missing[0]}. Let "
            "support/sample_rig.py make the recordings of old samples as before, and add new ones beside them"
        )


def fill_archive(archive: Path, rig: Path, lines: list[str]) -> None:
    """Copy the files that were in the archive from the rig."""
    for line in lines:
        digest, mtime, path = line.split(" ", 2)
        copy = archive / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(rig / path.removeprefix(EPHYS), copy)
        os.utime(copy, (int(mtime), int(mtime)))
        assert _sha256(copy) == digest, f"{path} differs from the file that was in the archive"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
