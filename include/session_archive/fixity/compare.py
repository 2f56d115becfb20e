"""Are these the bytes that were promised? Names, sizes and checksums compared; never times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest, written

Digest = tuple[str, str]
Digests = Mapping[str, Digest]
_NO_DIGESTS: Digests = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as promised.

    problem : 'missing', 'size' or 'checksum'
    detail  : both values, in words
    """

    path: str
    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class FixityReport:
    """The result of a comparison; without differences the data set is intact.

    extra : files at the destination that were not promised; reported, never removed
    """

    n_files: int
    n_bytes: int
    differences: tuple[Difference, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """True if every promised file is as promised, and at least one was promised."""
        return self.n_files > 0 and not self.differences

    @property
    def summary(self) -> str:
        """One line to show."""
        if not self.n_files:
            return "nothing was promised"
        if not self.differences:
            return f"{self.n_files} files as promised"
        first = self.differences[0]
        return (
            f"{len(self.differences)} of {self.n_files} files are not as promised; "
            f"the first: {first.path}: {first.detail}"
        )

    def with_differences(self, more: Collection[Difference]) -> FixityReport:
        """The report with differences that another look found: they replace what was compared at these paths."""
        paths = {difference.path for difference in more}
        kept = (difference for difference in self.differences if difference.path not in paths)
        return replace(self, differences=tuple(sorted((*kept, *more), key=lambda each: each.path)))

    def require_intact(self) -> None:
        """Raise RefusedError, naming the first difference, unless all files are as promised."""
        if not self.intact:
            raise RefusedError(self.summary)


def compare(
    *,
    promised: Manifest,
    found: Manifest,
    promised_digests: Digests = _NO_DIGESTS,
    found_digests: Digests = _NO_DIGESTS,
    known_as: str = "promised",
) -> FixityReport:
    """Compare what a place lists with what was promised.

    promised : the manifest that was committed before the transfer; n files
    found    : what the destination lists now; a checksum is compared only if both sides have one of the same algorithm
    known_as : 'promised' or 'cataloged', for the words
    promised_digests, found_digests : of files that have no checksum of their own, by path: (algorithm, hex)
    returns  : differences sorted by path; sizes in bytes
    """
    remaining = {file.path: file for file in found.files}
    differences = tuple(
        difference
        for file in promised.files
        if (
            difference := _difference(
                file,
                remaining.pop(file.path, None),
                promised_digest=promised_digests.get(file.path),
                found_digest=found_digests.get(file.path),
                known_as=known_as,
            )
        )
        is not None
    )
    return FixityReport(
        n_files=len(promised.files),
        n_bytes=promised.n_bytes,
        differences=differences,
        extra=tuple(sorted(remaining)),
    )


def _difference(
    promised: FileEntry,
    found: FileEntry | None,
    *,
    promised_digest: Digest | None,
    found_digest: Digest | None,
    known_as: str,
) -> Difference | None:
    if found is None:
        return Difference(promised.path, "missing", f"not there; {promised.size} bytes {known_as}")
    if found.size != promised.size:
        return Difference(promised.path, "size", f"{promised.size} bytes {known_as}, {found.size} found")
    algorithm, expected = _digest(promised, promised_digest)
    found_algorithm, value = _digest(found, found_digest)
    if expected and algorithm == found_algorithm and expected != value:
        return Difference(promised.path, "checksum", f"{algorithm} {expected} {known_as}, {value} found")
    return None


def _digest(file: FileEntry, known: Digest | None) -> Digest:
    """Its own checksum, else the one that is known of it."""
    return written((file.checksum_algorithm, file.checksum) if file.checksum or known is None else known)


def with_records(manifest: Manifest, recorded: Manifest) -> Manifest:
    """The manifest with the recorded checksums and vouchers of all files that have not changed."""
    known = {file.path: file for file in recorded.files if file.vouched_by}
    return Manifest.of(
        replace(
            file,
            checksum=known[file.path].checksum,
            checksum_algorithm=known[file.path].checksum_algorithm,
            vouched_by=known[file.path].vouched_by,
        )
        if file.path in known and (known[file.path].size, known[file.path].mtime) == (file.size, file.mtime)
        else file
        for file in manifest.files
    )


def came_later(*, archived: Manifest, found: Manifest) -> tuple[str, ...]:
    """Paths on the rig that the catalog does not know, sorted."""
    known = {file.path for file in archived.files}
    return tuple(file.path for file in found.files if file.path not in known)


def changed_since(
    *, archived: Manifest, found: Manifest, known_as: str = "archived"
) -> tuple[Difference, ...]:
    """Files that the catalog knows and that now have another size or time on the rig.

    A file that is gone from the rig does not count (rigs are cleaned up), nor does one that was added later.

    known_as : 'archived' or 'promised', for the words
    """
    now = {file.path: file for file in found.files}
    return tuple(
        Difference(file.path, "changed", f"{_as_of(file)} {known_as}, {_as_of(now[file.path])} on the rig")
        for file in archived.files
        if file.path in now and (now[file.path].size, now[file.path].mtime) != (file.size, file.mtime)
    )


def with_times_of(archived: Manifest, on_rig: Manifest) -> Manifest:
    """The archived files, in which a time that no place has ever shown is the rig's: it cannot be compared.

    A data set that was found in an archive without times, and accepted while no rig had it, is recorded without times.
    """
    times = {file.path: file.mtime for file in on_rig.files}
    return Manifest.of(
        file if file.mtime else replace(file, mtime=times.get(file.path, 0)) for file in archived.files
    )


def _as_of(file: FileEntry) -> str:
    return f"{file.size} bytes of {file.modified:%Y-%m-%d %H:%M:%S} UTC"
