"""Look before submit: what may be sent, given the files that exist at the destination."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from session_archive.errors import RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.kept_names import KeptNames, difference
from session_archive.transfers.attempt import Attempt, Trace, trace_of
from session_archive.transfers.names_apart import not_known_apart, unknown_words
from session_archive.transfers.submission import Promise

NOBODY_LOOKED = KeptNames()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file at the destination that must not be overwritten."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """What one transfer task will move.

    items     : absent at the destination, or begun there by a transfer of ours
    adopted   : existing, with content that the catalog or Globus proves, or that a person accepted
    conflicts : existing, and not ours
    resumes   : some items exist: Globus must compare checksums ("if a transfer fails, CHECKSUM must be
                used to restart it", Globus CLI manual, `--sync-level`)
    unproven  : written whole by a transfer of ours, but nothing vouches for the content
    listed    : the promised files that exist, as the destination lists them
    """

    items: tuple[FileEntry, ...]
    adopted: tuple[FileEntry, ...]
    conflicts: tuple[Conflict, ...]
    resumes: bool
    unproven: tuple[FileEntry, ...] = ()
    listed: tuple[FileEntry, ...] = ()

    @property
    def existing(self) -> tuple[FileEntry, ...]:
        """The items that exist, as the destination lists them: the only files that the transfer may replace."""
        items = {file.path for file in self.items}
        return tuple(file for file in self.listed if file.path in items)

    @property
    def n_bytes(self) -> int:
        """Of the items."""
        return sum(file.size for file in self.items)

    def promise(self, manifest_id: str) -> Promise:
        """What a transfer of this plan promises of a manifest."""
        paths = tuple(file.path for file in self.items)
        return Promise(manifest_id, paths, self.resumes, self.existing, self.n_bytes)

    def require_free(self) -> None:
        """Raise RefusedError, naming the first file in the way, unless nothing would be overwritten."""
        refuse(self.conflicts)

    def proving(self, paths: Collection[str]) -> TransferPlan:
        """The plan that also lets Globus compare these unproven files with the source and replace those that differ."""
        proofs = [file for file in self.unproven if file.path in paths]
        return replace(
            self,
            items=tuple(sorted((*self.items, *proofs))),
            resumes=self.resumes or bool(proofs),
            unproven=tuple(file for file in self.unproven if file.path not in paths),
        )


def refuse(conflicts: Sequence[Conflict], *, where: str = "") -> None:
    """Raise RefusedError, naming the first file in the way and keeping all of them; nothing without conflicts."""
    if not conflicts:
        return
    first, more = conflicts[0], len(conflicts) - 1
    raise RefusedError(
        f"{where}{first.path}: {first.why}" + (f" (and {more} more files)" if more else ""),
        files=tuple((conflict.path, conflict.why) for conflict in conflicts),
    )


def plan_transfer(
    *,
    promised: Manifest,
    present: Manifest,
    attempts: Sequence[Attempt] = (),
    proven: Mapping[str, FileEntry],
    accepted: Callable[[str], bool] = lambda path: False,
    kept: KeptNames = NOBODY_LOOKED,
) -> TransferPlan:
    """Decide file by file; Globus overwrites whatever an item names, so only a safe file becomes one.

    promised : the source's files
    present  : what the destination lists now
    attempts : our transfers to this destination that the service accepted, oldest first
    proven   : path -> the file as a verified record of this destination has it
    accepted : path -> whether the existing file, of the same size, is the promised one although nothing above says
               so: a person accepted it, or it was read
    kept     : which names the destination keeps apart; where nobody has looked, such names are not sent
    """
    one_name = _taken_for_one(promised, present, kept)
    listed = {file.path: file for file in present.files}
    items, adopted, unproven, resumes = [], [], [], False
    # First, since they explain the others: a place that takes two names for one has the content of only one of them.
    conflicts = [Conflict(path, one_name[path]) for path in sorted(one_name)]
    for file in promised.files:
        if file.path in one_name:
            continue
        existing = listed.get(file.path)
        if existing is None:
            items.append(file)
            continue
        match _trace(file, existing, attempts=attempts, proven=proven, accepted=accepted):
            case Trace.COMPARED:
                adopted.append(file)
            case Trace.PARTIAL:
                items.append(file)
                resumes = True
            case Trace.WHOLE:
                unproven.append(file)
            case Trace.NONE:
                conflicts.append(Conflict(file.path, _why(file, existing)))
    known = tuple(listed[file.path] for file in promised.files if file.path in listed)
    return TransferPlan(tuple(items), tuple(adopted), tuple(conflicts), resumes, tuple(unproven), known)


def _trace(
    file: FileEntry,
    existing: FileEntry,
    *,
    attempts: Sequence[Attempt],
    proven: Mapping[str, FileEntry],
    accepted: Callable[[str], bool],
) -> Trace:
    """What is known about an existing file; COMPARED also if the catalog or a person vouches for it."""
    if _same(file, proven.get(file.path)) and existing.size == file.size:
        return Trace.COMPARED
    # A proven file was finished: if it differs now, it is not ours to replace.
    trace = Trace.NONE if file.path in proven else trace_of(attempts, existing, source=file)[0]
    if trace in (Trace.NONE, Trace.WHOLE) and existing.size == file.size and accepted(file.path):
        return Trace.COMPARED
    return trace


def _same(file: FileEntry, known: FileEntry | None) -> bool:
    return known is not None and (known.size, known.mtime) == (file.size, file.mtime)


def _taken_for_one(promised: Manifest, present: Manifest, kept: KeptNames) -> dict[str, str]:
    """Path -> why it is not sent: Globus would write into the file of another name, if the place takes both for one."""
    listed = {file.path for file in present.files}
    paths = [file.path for file in promised.files]
    found = {path: why for path, why in kept.surely_one(paths).items() if path not in listed}
    unknown = not_known_apart(paths, kept, listed=listed)
    found |= {path: unknown_words(why, "the place") for path, why in unknown.items()}
    spellings = kept.spellings(listed)
    for path in (path for path in paths if path not in listed):
        if other := kept.perhaps_one(path, spellings):
            found.setdefault(path, _another_spelling(path, other))
    return found


def _another_spelling(path: str, other: str) -> str:
    return (
        f"the destination has {other!a}: {difference(path, other)}. Not sent, since one would replace the other unless "
        "the place keeps them apart; `session-archive doctor --transfer` sees whether it does"
    )


def _why(file: FileEntry, existing: FileEntry) -> str:
    both = f"{existing.size} bytes of {_utc(existing)}, at the source {file.size} bytes of {_utc(file)}"
    if file.size == existing.size:
        return f"already at the destination with the same size: {both}; content unproven, left as it is"
    return f"already at the destination with other content: {both}; left as it is"


def _utc(file: FileEntry) -> str:
    return f"{file.modified:%Y-%m-%d %H:%M:%S} UTC"
