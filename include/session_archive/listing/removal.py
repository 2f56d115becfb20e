"""Removes files that a transfer of ours wrote, by their names: nothing is walked, and no link is followed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from printable_text import printable
from session_archive.errors import ListingError, NamingError
from session_archive.listing.local import opened_directory
from session_archive.naming.session_name import require_path

_STAYS = (errno.ENOTEMPTY, errno.EEXIST)


def remove_files(root: Path, folder: str, paths: Iterable[str]) -> list[str]:
    """Remove these files of a folder, then the folders that are empty now, and the folder itself.

    folder  : relative to the root
    paths   : relative to the root, all of them in the folder
    returns : every failure with its reason; what is gone already is none
    raises  : NamingError for a path outside of the folder; nothing is removed then
    """
    require_path(folder)
    paths = sorted(set(paths))
    for path in paths:
        require_path(path)
        if not path.startswith(f"{folder}/"):
            raise NamingError(f"{printable(path)!r} is not in {printable(folder)!r}: nothing was removed")
    folders = {folder}
    failed = []
    for path in paths:
        above, _, name = path.rpartition("/")
        failed += _attempt(root, above, name, lambda name, parent: os.unlink(name, dir_fd=parent))
        while above != folder:
            folders.add(above)
            above = above.rpartition("/")[0]
    # The deepest first.
    for each in sorted(folders, key=lambda path: (-path.count("/"), path)):
        above, _, name = each.rpartition("/")
        failed += _attempt(root, above, name, lambda name, parent: os.rmdir(name, dir_fd=parent))
    return failed


def _attempt(root: Path, folder: str, name: str, remove: Callable[[str, int], None]) -> list[str]:
    try:
        with opened_directory(root, folder) as descriptor:
            remove(name, descriptor)
    except FileNotFoundError:
        return []
    except (ListingError, OSError) as error:
        if isinstance(error, OSError) and error.errno in _STAYS:
            return []
        return [f"{root / folder / name}: {getattr(error, 'strerror', None) or error}"]
    return []
