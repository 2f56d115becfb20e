"""Who vouches for the content of each file of a data set. Pure: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from sys import intern

from session_archive.fixity.manifest import FileEntry, Manifest, written

#: (algorithm, lower-case hex); ('', '') for a file that Globus compared without reporting a digest.
Digest = tuple[str, str]
COMPARED: Digest = ("", "")


class Voucher(StrEnum):
    """What proves that the bytes at the destination are those of the source.

    SPIKEGLX        : the digest that SpikeGLX wrote into the `.meta` was also computed at the destination
    SOURCE          : the digest that we computed at the source was also computed at the destination
    READ            : we read the file at both ends
    GLOBUS          : Globus computed this digest at both ends
    GLOBUS_COMPARED : Globus compared both ends and skipped the file as identical; it then reports no digest
    PERSON          : a person accepted the file
    MANIFEST        : a sidecar manifest, which the archive's listing agrees with
    """

    SPIKEGLX = "spikeglx"
    SOURCE = "source"
    READ = "read"
    GLOBUS = "globus"
    GLOBUS_COMPARED = "globus-compared"
    PERSON = "person"
    MANIFEST = "manifest"


#: Nobody has compared the bytes of a file that has such a voucher, or none.
NOT_COMPARED = frozenset(("", Voucher.PERSON.value, Voucher.MANIFEST.value))

#: Who computed a digest at the source: SpikeGLX knows SHA-1 only, and we compute nothing weaker than SHA-256.
AT_SOURCE = {"SHA1": Voucher.SPIKEGLX, "SHA256": Voucher.SOURCE}


def acquired(source: Mapping[str, Digest]) -> dict[str, Digest]:
    """Of the digests known at the source, by path: those that the acquisition program wrote, not those that we read."""
    return {path: digest for path, digest in source.items() if AT_SOURCE.get(digest[0]) is Voucher.SPIKEGLX}


def compared_by_globus(
    *,
    items: Collection[str],
    digests: dict[str, Digest],
    n_transferred: int,
    n_skipped: int,
    verified: bool,
    sync_checksum: bool,
) -> dict[str, Digest]:
    """Path -> digest of the files of one finished transfer that Globus compared at both ends.

    items         : the paths that it was to move
    digests       : of the files that the service lists as transferred
    n_transferred : how many files it reports as transferred
    n_skipped     : how many files it reports as skipped, since they are identical
    verified      : it was posted with verify_checksum; else a digest was computed at one end only
    sync_checksum : it succeeded with sync level checksum: what it did not transfer, it skipped as identical
    """
    if not verified:
        return {}
    # A list shorter than the count is truncated: a file missing from it may have been transferred or skipped. And a
    # task that was found by its label may have had other items.
    if sync_checksum and len(digests) == n_transferred and n_transferred + n_skipped == len(items):
        return digests | {path: COMPARED for path in items if path not in digests}
    return digests


def with_vouchers(
    manifest: Manifest,
    *,
    source: Mapping[str, Digest],
    compared: Mapping[str, Digest],
    read: Mapping[str, Digest],
    doubted: Collection[str] = (),
) -> Manifest:
    """The files, each with its voucher and digest; a file that has one keeps it, and one without any proof has none.

    source   : path -> digest known at the source: SpikeGLX's own, or computed by us
    compared : path -> digest that Globus compared at both ends
    read     : path -> digest that we read at the destination, and that equals the source's
    doubted  : paths of files that may have arrived in another version: only a digest of the promised one proves them,
               not that Globus found both ends equal then
    """
    return Manifest.of(
        _vouched(
            file,
            source=source.get(file.path),
            compared=compared.get(file.path),
            read=read.get(file.path),
            doubted=file.path in doubted,
        )
        for file in manifest.files
    )


def _vouched(
    file: FileEntry,
    *,
    source: Digest | None,
    compared: Digest | None,
    read: Digest | None,
    doubted: bool,
) -> FileEntry:
    if file.vouched_by:
        return file
    at_destination = compared if compared and compared != COMPARED else read
    if at_destination and source and _equal(at_destination, source):
        return _with(file, at_destination, AT_SOURCE[at_destination[0].upper()])
    if doubted:
        compared = None
    if compared == COMPARED:
        return _with(file, COMPARED, Voucher.GLOBUS_COMPARED)
    if compared:
        return _with(file, compared, Voucher.GLOBUS)
    return _with(file, read, Voucher.READ) if read else file


def _equal(one: Digest, other: Digest) -> bool:
    return (one[0].upper(), one[1].lower()) == (other[0].upper(), other[1].lower())


def _with(file: FileEntry, digest: Digest, voucher: Voucher) -> FileEntry:
    algorithm, value = written(digest)
    return replace(file, checksum=value, checksum_algorithm=algorithm, vouched_by=intern(voucher.value))


def unvouched(manifest: Manifest) -> tuple[FileEntry, ...]:
    """The files that nothing vouches for, sorted by path."""
    return tuple(file for file in manifest.files if not file.vouched_by)


def all_compared(manifest: Manifest) -> bool:
    """Whether the bytes of both ends vouch for every file: not a person's word, nor names and sizes of a listing."""
    return not any(file.vouched_by in NOT_COMPARED for file in manifest.files)


def words(manifest: Manifest) -> str:
    """How many files by which voucher: `files by voucher: 2 globus, 4 spikeglx`."""
    counts = Counter(file.vouched_by or "none" for file in manifest.files)
    parts = [f"{count} {voucher}" for voucher, count in sorted(counts.items())]
    return f"files by voucher: {', '.join(parts)}" if parts else ""
