"""The files of a data set that people accepted, although nothing else proves them. Pure."""

from __future__ import annotations

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
