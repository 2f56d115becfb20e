"""Decides whether files may be recorded, and as which revision. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import unvouched
from session_archive.naming.session_name import DataSetName

VERIFIED, UNVERIFIED, FAILED = "verified", "unverified", "failed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the catalog knows of a data set.

    proven : True if a replica of it is verified
    """

    revision: int
    files: Manifest
    proven: bool


def require_verdict(verdict: str, replica: Manifest | None = None) -> None:
    """Raise ValueError for an unknown verdict, and for a verified replica with a file that has no voucher.

    A mistake of the caller must not make a data set verified.
    """
    if verdict not in (VERIFIED, UNVERIFIED, FAILED):
        raise ValueError(f"{verdict!r} is not a verdict; expected {VERIFIED}, {UNVERIFIED} or {FAILED}")
    if verdict == VERIFIED and replica is not None and (files := unvouched(replica)):
        raise ValueError(f"{files[0].path} has no voucher: a replica with such a file is not verified")


def revise(data_set: DataSetName, recorded: Recorded | None, listed: Manifest) -> int:
    """The revision of the `listed` files: the recorded one if nothing is new, else the next.

    Once a replica is verified, its files must not change: RefusedError names the first that differs or is missing.
    Files may be added, such as the results of spike sorting. Before that, a later listing may also show other files (a
    copy was under way) or more checksums.
    """
    if recorded is None:
        return 0
    difference = _first_difference(recorded.files, listed)
    if recorded.proven:
        known = {file.path for file in recorded.files.files}
        kept = Manifest.of(file for file in listed.files if file.path in known)
        if wrong := _first_difference(recorded.files, kept):
            raise RefusedError(f"{data_set} is archived with other files: {wrong}")
        return recorded.revision + 1 if difference else recorded.revision
    learned = difference or any(
        new.vouched_by and not old.vouched_by
        for old, new in zip(recorded.files.files, listed.files, strict=True)
    )
    return recorded.revision + 1 if learned else recorded.revision


def _first_difference(recorded: Manifest, listed: Manifest) -> str:
    """The first file in order of paths that is not the same, with both values; '' if all are."""
    old, new = ({file.path: file for file in manifest.files} for manifest in (recorded, listed))
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            return f"{path} is recorded, but no longer exists"
        if path not in old:
            return f"{path} exists, but is not recorded"
        if wrong := _contradiction(old[path], new[path]):
            return f"{path}: {wrong}"
    return ""


def _contradiction(old: FileEntry, new: FileEntry) -> str:
    if (old.size, old.mtime) != (new.size, new.mtime):
        return f"{_seen(old)} recorded, {_seen(new)} found"
    same_kind = old.checksum and old.checksum_algorithm.upper() == new.checksum_algorithm.upper()
    if same_kind and old.checksum.lower() != new.checksum.lower():
        return f"{old.checksum_algorithm} {old.checksum} recorded, {new.checksum} found"
    return ""


def _seen(file: FileEntry) -> str:
    return f"{file.size} bytes of {file.modified:%Y-%m-%d %H:%M:%S} UTC"
