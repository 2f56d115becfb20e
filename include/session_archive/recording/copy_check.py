"""Whether the copy in the archive is the whole recording; it counts as whole unless proven otherwise. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import Manifest
from session_archive.recording.completeness import Finding
from session_archive.recording.readiness import Observation


@dataclass(frozen=True, slots=True)
class OnTheRig:
    """A data set on its rig, as the last run observed it.

    files : None where the catalog kept only their number and size
    """

    observation: Observation
    files: Manifest | None = None

    @property
    def when(self) -> str:
        """The time of the observation, to show."""
        return f"{self.observation.looked_at:%Y-%m-%d %H:%M} UTC"


def why_incomplete(listed: Manifest, *, findings: Sequence[Finding], rig: OnTheRig | None) -> str:
    """Why a copy is not whole; '' if nothing proves that it is not.

    listed   : the archive's listing
    findings : of the completeness rules, over that listing
    rig      : None if no run has seen the data set on a rig
    """
    blocking = [finding for finding in findings if finding.blocks]
    if blocking:
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        return f"{blocking[0]}{more}"
    if rig is None or rig.observation.manifest_id == listed.id:
        return ""
    if rig.files is not None:
        report = compare(promised=rig.files, found=listed)
        return f"on the rig as of {rig.when}: {report.summary}" if report.differences else ""
    fewer = len(listed.files) < rig.observation.n_files or listed.n_bytes < rig.observation.n_bytes
    return (
        f"{len(listed.files)} files, {listed.n_bytes} bytes; the rig had {rig.observation.n_files} files, "
        f"{rig.observation.n_bytes} bytes on {rig.when}"
        if fewer
        else ""
    )


def rig_agreement(listed: Manifest, rig: OnTheRig | None) -> str:
    """Evidence that a copy is whole: its names, sizes and times match the rig's; '' if they do not."""
    same = rig is not None and rig.observation.manifest_id == listed.id
    return f"names, sizes and times match the rig's of {rig.when}" if rig and same else ""
