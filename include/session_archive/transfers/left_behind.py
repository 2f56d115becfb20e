"""What a transfer left at its destination although its data set is not recorded there. Pure: files in, words out."""

from __future__ import annotations

from dataclasses import dataclass

from session_archive.fixity.manifest import Manifest
from session_archive.transfers.submission import Outcome, Submission


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The promised files that lie at the destination now.

    whole : how many have the promised size
    other : how many have another size, such as a copy that was broken off
    """

    n_promised: int
    whole: int
    other: int

    @classmethod
    def of(cls, promised: Manifest, present: Manifest) -> LeftBehind:
        """Compare by name and size; a file that was not promised does not count.

        present : what the destination lists; it may list more
        """
        sizes = {file.path: file.size for file in present.files}
        listed = [sizes[file.path] == file.size for file in promised.files if file.path in sizes]
        return cls(len(promised.files), listed.count(True), listed.count(False))

    def __bool__(self) -> bool:
        """True when any promised file is there."""
        return bool(self.whole or self.other)

    @property
    def complete(self) -> bool:
        """True when every file is there; whether its content is right is another question."""
        return self.whole == self.n_promised > 0

    def words(self, submission: Submission, outcome: Outcome | None, *, path: str, seen: str = "") -> str:
        """What lies there, why, and what to do, for a person who cannot find the data set on any rig.

        path : of its folder at the destination
        seen : what a rig has of its subject and day instead; '' for nothing
        """
        broken = f", and {self.other} more with another size" if self.other else ""
        rig = f"On the rigs, {seen}. " if seen else ""
        ended = " ".join(filter(None, (outcome.status.value, outcome.detail))) if outcome else "not known"
        return (
            f"{self.whole} of {self.n_promised} promised files lie at {path}{broken}, and the catalog has none of "
            f"them: the transfer of run {submission.run_id} ended without a record, and no rig has the folder now. "
            "Put the folder back, and the next run sends what is missing; if it is lost, these copies may be the only "
            f"ones. {rig}How it ended: {ended}"
        )
