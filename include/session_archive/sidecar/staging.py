"""The staging place on this machine's disk: sidecars to be copied into the archive, small files fetched from it.

`carry/<location>/<path>` waits for its transfer. For the data sets of one task, `listings/<key>/` has what this
package wrote, and `fetched/<key>/` what Globus wrote, perhaps under another login. No link below the place is followed.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from session_archive.errors import MissingDirectoryError, SettingsError
from session_archive.listing.local import opened_directory, opened_file
from session_archive.naming.session_name import require_path
from session_archive.settings.places import Staging

_LISTINGS, _FETCHED = "listings", "fetched"
_OF_KEYS = (_LISTINGS, _FETCHED)

#: A file in each folder of keys that this package made. Without it nothing in the folder is ever swept.
MARK = ".made-by-session-archive"
_MARK_TEXT = b"session-archive made this folder, and removes from it what its own runs have left here.\n"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def carry_path(location: str, path: str) -> str:
    """Where a sidecar waits, relative to the staging place; `path` is its path in the archive."""
    return f"carry/{location}/{path}"


def fetched_path(key: str, path: str) -> str:
    """Where a file of the archive arrives, relative to the staging place."""
    return f"{_FETCHED}/{key}/{path}"


def listing_path(key: str, name: str) -> str:
    """Where a listing is kept, relative to the staging place."""
    return f"{_LISTINGS}/{key}/{name}"


@dataclass(frozen=True, slots=True)
class StaleFiles:
    """Entries of the staging place that nobody has touched for a long time.

    names   : in the folders that this package made and marked, sorted: keys, or anything else there
    skipped : why `listings` or `fetched` is never swept, a line for each
    """

    names: tuple[str, ...]
    skipped: tuple[str, ...]


class StagingDisk:
    """Writes and removes small files below the staging place; Globus reads and writes there too.

    raises : SettingsError, naming the directory, if this machine cannot write there, or a link is in the way
    """

    def __init__(self, staging: Staging) -> None:
        root = staging.local_path
        if root is None or not os.access(root, os.W_OK):
            raise SettingsError(
                f"staging.local_path: {staging.declared_local_path} is not a directory that this machine can read and "
                "write; every worker needs it, and the collection of [staging] must serve it"
            )
        self.root: Path = root

    def write(self, path: str, content: bytes, *, mtime: int | None = None) -> None:
        """Write a file, whole or not at all.

        path  : relative to the root
        mtime : whole seconds UTC since 1970; None for now
        """
        require_path(path)
        folder, _, name = path.rpartition("/")
        self._make(folder)
        with self._opened(folder) as descriptor:
            _write_whole(descriptor, name, content, mtime=mtime)

    def read(self, path: str) -> bytes | None:
        """A file that was written here; None if there is none. Raises ListingError if it is not a plain file."""
        require_path(path)
        try:
            with opened_file(self.root, path) as file:
                return file.read()
        except MissingDirectoryError:
            return None

    def remove(self, path: str) -> None:
        """Remove a file, and the folders above it that become empty."""
        require_path(path)
        folder, _, name = path.rpartition("/")
        with suppress(FileNotFoundError), self._opened(folder) as descriptor:
            os.unlink(name, dir_fd=descriptor)
        while folder and self._remove_empty(folder):
            folder = folder.rpartition("/")[0]

    def make_fetched(self) -> None:
        """Make the folder that Globus copies into if it is missing, so that it has the mark.

        Everybody who may write into the staging place may write there.
        """
        with self._opened("") as root:
            try:
                os.mkdir(_FETCHED, dir_fd=root)
            except FileExistsError:
                return
            with self._opened(_FETCHED) as made:
                shared = os.fstat(root)
                try:
                    os.fchown(made, -1, shared.st_gid)
                except PermissionError:
                    # If we are not in its group, only Globus can make it; then nothing in it is swept.
                    os.rmdir(_FETCHED, dir_fd=root)
                    return
                os.fchmod(made, stat.S_IMODE(shared.st_mode))
                _write_whole(made, MARK, _MARK_TEXT)

    def stale_files(self, *, before: dt.datetime) -> StaleFiles:
        """The entries that nobody has touched since a time: the task that should have removed them died."""
        touched: dict[str, float] = {}
        skipped: list[str] = []
        for folder in _OF_KEYS:
            try:
                with self._marked(folder) as descriptor:
                    for name, at in _touched(descriptor):
                        touched[name] = max(at, touched.get(name, 0.0))
            except FileNotFoundError:
                continue
            except (SettingsError, OSError) as error:
                skipped.append(str(error))
        old = (name for name, at in touched.items() if at < before.timestamp())
        return StaleFiles(tuple(sorted(old)), tuple(skipped))

    def sweep(self, key: str) -> list[str]:
        """Remove what is left of `key` in the folders that have the mark; returns every failure with its reason."""
        return self._remove_key(key, self._marked)

    def remove_all(self, key: str) -> list[str]:
        """Remove the listings and fetched files of the caller's own `key`; returns every failure with its reason."""
        return self._remove_key(key, self._opened)

    # --- folders, each opened from the one above it ---

    @contextmanager
    def _opened(self, folder: str) -> Iterator[int]:
        with ExitStack() as stack:
            try:
                descriptor = stack.enter_context(opened_directory(self.root, folder))
            except OSError as error:
                if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                    raise
                raise SettingsError(
                    f"{self.root / folder} is not a folder, or reached through a symbolic link, which is not followed "
                    "below staging.local_path; move it away"
                ) from None
            yield descriptor

    @contextmanager
    def _marked(self, folder: str) -> Iterator[int]:
        with self._opened(folder) as descriptor:
            try:
                marked = stat.S_ISREG(os.stat(MARK, dir_fd=descriptor, follow_symlinks=False).st_mode)
            except FileNotFoundError:
                marked = False
            if not marked:
                raise SettingsError(
                    f"{self.root / folder} has no file {MARK}, so this package may not have made it; if everything "
                    f"in it belongs to session-archive, `touch {self.root / folder / MARK}`"
                )
            yield descriptor

    def _make(self, folder: str) -> None:
        try:
            with self._opened(folder):
                return
        except FileNotFoundError:
            above, _, name = folder.rpartition("/")
        if above:
            self._make(above)
        with self._opened(above) as descriptor:
            try:
                os.mkdir(name, dir_fd=descriptor)
            except FileExistsError:
                return
        with self._opened(folder) as made:
            # The collection may serve it under another login.
            os.fchmod(made, stat.S_IMODE(os.fstat(made).st_mode) | 0o755)
            if folder in _OF_KEYS:
                _write_whole(made, MARK, _MARK_TEXT)

    def _remove_empty(self, folder: str) -> bool:
        """False if it is not empty."""
        above, _, name = folder.rpartition("/")
        try:
            with self._opened(above) as descriptor:
                os.rmdir(name, dir_fd=descriptor)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return False
            if error.errno != errno.ENOENT:
                raise
        return True

    def _remove_key(self, key: str, opened: Callable[[str], AbstractContextManager[int]]) -> list[str]:
        require_path(key)
        failed: list[str] = []

        def note(_: object, path: str, raised: tuple[type[BaseException], BaseException, object]) -> None:
            if not isinstance(raised[1], FileNotFoundError):
                failed.append(f"{path}: {raised[1]}")

        for folder in _OF_KEYS:
            try:
                with opened(folder) as descriptor:
                    shutil.rmtree(key, dir_fd=descriptor, onerror=note)
            except FileNotFoundError:
                continue
            except (SettingsError, OSError) as error:
                failed.append(str(error))
        return failed


def _write_whole(folder: int, name: str, content: bytes, *, mtime: int | None = None) -> None:
    unfinished = f"{uuid.uuid4().hex}.unfinished"
    try:
        with os.fdopen(os.open(unfinished, _NEW_FILE, 0o600, dir_fd=folder), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if mtime is not None:
                os.utime(file.fileno(), (mtime, mtime))
            # The collection may serve it under another login.
            os.fchmod(file.fileno(), 0o644)
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=folder)
        raise


def _touched(folder: int) -> Iterator[tuple[str, float]]:
    """The entries of a folder of keys with their mtimes; a link counts itself, not its target."""
    with os.scandir(folder) as entries:
        for each in entries:
            if each.name != MARK:
                with suppress(FileNotFoundError):
                    yield each.name, each.stat(follow_symlinks=False).st_mtime
