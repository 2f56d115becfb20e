"""Is a recording finished? Observations of its names, sizes and times decide, and findings of what is missing.

File times alone are not reliable: a copy may keep old ones, and a rig's clock may be ahead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from session_archive.fixity.manifest import Manifest
from session_archive.naming.recording_kind import Convention
from session_archive.recording.completeness import Finding, Texts, findings
from session_archive.settings.tables import ReadinessSettings


@dataclass(frozen=True, slots=True)
class Observation:
    """How a data set looked when it was listed.

    looked_at   : UTC
    manifest_id : equal for equal names, sizes and mtimes
    newest      : mtime of the newest file, whole seconds UTC since 1970; 0 without files
    """

    looked_at: dt.datetime
    manifest_id: str
    n_files: int
    n_bytes: int
    newest: int

    @classmethod
    def at(cls, manifest: Manifest, *, now: dt.datetime) -> Observation:
        """An observation of `manifest`, listed now."""
        newest = max((file.mtime for file in manifest.files), default=0)
        return cls(now, manifest.id, len(manifest.files), manifest.n_bytes, newest)


@dataclass(frozen=True, slots=True)
class Ready:
    """It may be sent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """It is not sent yet, and nobody needs to act: a later observation decides again.

    reason     : plain words; the same as long as nothing changes
    since      : UTC; the first of the observations that show it as it is now, up to the present one
    settled_at : UTC; it will be ready then if it has not changed, since only the settle gap is in the way.
                 None if something else is
    """

    reason: str
    since: dt.datetime
    settled_at: dt.datetime | None = None

    def __str__(self) -> str:
        """`... (seen like this since 2021-01-02 02:00 UTC)`: of a file that grows, that is the present observation."""
        return f"{self.reason} (seen like this since {_utc(self.since)})"


def newest_mtime(manifest: Manifest, *, now: dt.datetime) -> int | None:
    """The newest mtime that is not in the future, where the clock says nothing; None if there is none."""
    return max((file.mtime for file in manifest.files if file.mtime <= now.timestamp()), default=None)


def sentinel_findings(directory: str, manifest: Manifest, settings: ReadinessSettings) -> tuple[Finding, ...]:
    """A blocking finding while the rig's last file is missing; none if the settings name no such file."""
    name = settings.sentinel
    if not name or any(file.path.rpartition("/")[2] == name for file in manifest.files):
        return ()
    return (Finding(directory, f"{name} is missing; the rig writes it when it has finished", blocks=True),)


def all_findings(
    directory: str,
    manifest: Manifest,
    texts: Texts,
    *,
    kind: Convention,
    settings: ReadinessSettings,
    now: dt.datetime,
) -> tuple[Finding, ...]:
    """What is missing or odd about a recording, by its listing and its own texts.

    directory : names the data set in a finding that is about no single file
    kind      : of recording, by the conventions
    """
    return (
        *sentinel_findings(directory, manifest, settings),
        *findings(manifest.files, texts, kind=kind, now=now),
    )


def ready(
    *,
    now: dt.datetime,
    observations: Sequence[Observation],
    newest_mtime: int | None,
    findings: Sequence[Finding],
    settings: ReadinessSettings,
) -> Ready | Waiting:
    """Whether a data set may be sent.

    now          : UTC
    observations : in the order of time; the last is the present one
    newest_mtime : from the function of that name; files from the future are only compared between observations
    findings     : what is missing or odd; only those that block count here
    """
    since, previous = _unchanged_since(observations)
    if blocking := [finding for finding in findings if finding.blocks]:
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        return Waiting(f"{blocking[0]}{more}", since)
    settled_at = since + dt.timedelta(seconds=settings.settle_gap)
    old_enough_at = newest_mtime + settings.min_age if newest_mtime is not None else 0.0
    if now < settled_at:
        only_the_gap = old_enough_at <= settled_at.timestamp()
        reason = _unsettled(observations[-1], previous, settings.settle_gap)
        return Waiting(reason, since, settled_at if only_the_gap else None)
    if newest_mtime is not None and now.timestamp() < old_enough_at:
        written = dt.datetime.fromtimestamp(newest_mtime, dt.UTC)
        reason = (
            f"a file was modified at {_utc(written)}; the data set is sent "
            f"when that is {_span(settings.min_age)} ago"
        )
        return Waiting(reason, since)
    return Ready()


def _unchanged_since(observations: Sequence[Observation]) -> tuple[dt.datetime, Observation | None]:
    """Since when the data set has been as it is now, and the last observation that differs."""
    present = observations[-1]
    since = present.looked_at
    for each in reversed(observations):
        if each.manifest_id != present.manifest_id:
            return since, each
        since = each.looked_at
    return since, None


def _unsettled(present: Observation, previous: Observation | None, gap: float) -> str:
    if previous is None:
        return f"seen for the first time; it is sent if nothing has changed {_span(gap)} later"
    change = (
        f"{previous.n_files} files, {previous.n_bytes} bytes then, {present.n_files} files, {present.n_bytes} bytes now"
        if (previous.n_files, previous.n_bytes) != (present.n_files, present.n_bytes)
        else "a name or a modification time"
    )
    return f"it has changed between two observations: {change}; it is sent if nothing has changed {_span(gap)} later"


def _span(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _utc(timestamp: dt.datetime) -> str:
    return f"{timestamp:%Y-%m-%d %H:%M:%S} UTC"
