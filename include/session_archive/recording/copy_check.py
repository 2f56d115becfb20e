"""Is what lies in the archive the whole recording? Only what can be proven against it counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import Manifest
from session_archive.recording.completeness import Finding
from session_archive.recording.readiness import Observation


@dataclass(frozen=True, slots=True)
class OnTheRig:
    """How a data set looked on its rig when a run looked last.

    files : None where the catalog kept only how many there were
    """

    look: Observation
    files: Manifest | None = None

    @property
    def when(self) -> str:
        """For a person."""
        return f"{self.look.looked_at:%Y-%m-%d %H:%M} UTC"


def lacks(found: Manifest, *, findings: Sequence[Finding], rig: OnTheRig | None) -> str:
    """Why a copy is not whole, in words; '' where nothing says so.

    findings : of the completeness rules, over what the archive lists
    rig      : None where no run has seen it there
    """
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        return f"{blocking[0]}{more}"
    if rig is None or rig.look.manifest_id == found.id:
        return ""
    if rig.files is not None:
        report = compare(promised=rig.files, found=found)
        return f"on the rig as of {rig.when}: {report.summary}" if report.differences else ""
    fewer = len(found.files) < rig.look.n_files or found.n_bytes < rig.look.n_bytes
    return (
        f"{len(found.files)} files, {found.n_bytes} bytes; the rig had {rig.look.n_files} files, "
        f"{rig.look.n_bytes} bytes on {rig.when}"
        if fewer
        else ""
    )


def as_on_the_rig(found: Manifest, rig: OnTheRig | None) -> str:
    """What speaks for a copy, in words: names, sizes and times are the rig's; '' where that is not known."""
    same = rig is not None and rig.look.manifest_id == found.id
    return f"names, sizes and times are the rig's of {rig.when}" if rig and same else ""
