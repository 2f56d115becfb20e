"""The files of a data set that people accepted, although nothing else proves them. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import Voucher
from session_archive.states.decisions import Decision


@dataclass(frozen=True, slots=True)
class Accepted:
    """The decisions of one kind on one manifest; empty where nobody accepted anything."""

    decisions: tuple[Decision, ...] = ()

    def __bool__(self) -> bool:
        """True when a person accepted anything."""
        return bool(self.decisions)

    def covers(self, path: str) -> bool:
        """True for a file that was accepted, by its own path or together with all others."""
        return any(decision.file in ("", path) for decision in self.decisions)

    @property
    def words(self) -> str:
        """Who, when and why, for a person."""
        return "; ".join(decision.words for decision in self.decisions)

    def vouch(self, manifest: Manifest) -> Manifest:
        """The manifest, in which a person vouches for accepted files that nothing else proves."""
        return Manifest.of(
            replace(file, vouched_by=str(Voucher.PERSON))
            if not file.vouched_by and self.covers(file.path)
            else file
            for file in manifest.files
        )


def same_without_times(accepted: Manifest, now: Manifest, *, decided_at: dt.datetime | None) -> bool:
    """Whether files that a person accepted are these, as far as a place that keeps no times can show it.

    An archive without times lists a data set with other times than the rig, and a decision names one of the listings. A
    file that was written since was not seen by the person.

    accepted, now : of the archive and of the rig, in any order; one of them has no time at all
    decided_at    : UTC
    """
    timeless = any(all(file.mtime == 0 for file in files.files) for files in (accepted, now))
    if decided_at is None or not timeless or not accepted.files:
        return False
    newest = max(file.mtime for file in (*accepted.files, *now.files))
    return _sizes(accepted) == _sizes(now) and newest <= decided_at.timestamp()


def _sizes(manifest: Manifest) -> dict[str, int]:
    return {file.path: file.size for file in manifest.files}
