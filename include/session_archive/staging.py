"""The staging place on this machine's disk: what is to be carried into the archive, and what was fetched from it.

`carry/<location>/<path>` waits for its transfer. Of the data sets of one task, `listings/<key>/` holds what this
package wrote, and `fetched/<key>/` what Globus did, perhaps under another login.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from pathlib import Path

from session_archive.errors import SettingsError
from session_archive.names import require_path
from session_archive.places import Staging

_OF_KEYS = ("listings", "fetched")


def carry_path(location: str, path: str) -> str:
    """Where a manifest waits, relative to the staging place; `path` is where it will lie in the archive."""
    return f"carry/{location}/{path}"


def fetched_path(key: str, path: str) -> str:
    """Where a file of the archive arrives, relative to the staging place."""
    return f"fetched/{key}/{path}"


def listing_path(key: str, name: str) -> str:
    """Where a listing is kept, relative to the staging place."""
    return f"listings/{key}/{name}"


class StagingDisk:
    """Writes and removes small files below the staging place; Globus reads and writes there too.

    raises : SettingsError, naming the directory, when this machine cannot write there
    """

    def __init__(self, staging: Staging) -> None:
        root = staging.local_path
        if root is None or not os.access(root, os.W_OK):
            raise SettingsError(
                f"staging.local_path: {staging.declared_local_path} is no directory that this machine can read and "
                "write; every worker needs it, and the collection of [staging] must serve it"
            )
        self.root: Path = root

    def write(self, path: str, content: bytes, *, mtime: int | None = None) -> None:
        """Write a file, whole or not at all.

        path  : relative to the root
        mtime : whole seconds UTC since 1970; None for now
        """
        require_path(path)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written = Path(file.name)
        if mtime is not None:
            os.utime(written, (mtime, mtime))
        # The collection may serve it under another login.
        written.chmod(0o644)
        written.replace(target)

    def read(self, path: str) -> bytes | None:
        """A file that was written here; None where there is none."""
        require_path(path)
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, path: str) -> None:
        """Remove a file, and the folders above it that are empty then."""
        require_path(path)
        target = self.root / path
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == self.root or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()

    def left_over(self, *, before: dt.datetime) -> list[str]:
        """Keys whose listings or files nobody has touched since an instant: the task that should remove them died."""
        folders = [
            each for name in _OF_KEYS if (self.root / name).is_dir() for each in (self.root / name).iterdir()
        ]
        touched: dict[str, float] = {}
        for folder in folders:
            touched[folder.name] = max(folder.stat().st_mtime, touched.get(folder.name, 0.0))
        return sorted(key for key, at in touched.items() if at < before.timestamp())

    def remove_all(self, key: str) -> list[str]:
        """Remove all listings and fetched files of `key`; returns what could not be removed, and why."""
        failed: list[str] = []

        def note(_: object, path: str, told: tuple[type[BaseException], BaseException, object]) -> None:
            if not isinstance(told[1], FileNotFoundError):
                failed.append(f"{path}: {told[1]}")

        for folder in _OF_KEYS:
            shutil.rmtree(self.root / folder / key, onerror=note)
        return failed
