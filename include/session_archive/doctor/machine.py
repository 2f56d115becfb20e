"""Clocks, space and versions. Pure: what was measured in, checks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from printable_text.amounts import size
from session_archive.doctor.check import Check, Checks

#: Seconds; beyond the first, times in messages mislead; beyond the second, a certificate or a token may be refused.
SKEW_SEEN, SKEW_TOO_MUCH = 10.0, 120.0
#: Bytes below which a disk counts as full, and the share below which a person should know.
FULL, SHORT = 1_000_000_000, 0.05

_MAKE = Checks("machine")


def clock_check(area: str, *, theirs: dt.datetime, ours: dt.datetime) -> Check:
    """How far the clock of another machine is from ours; both aware."""
    make, subject = Checks(area), "clock"
    skew = (ours - theirs).total_seconds()
    if abs(skew) <= SKEW_SEEN:
        return make.ok(subject, f"{abs(skew):.0f} s from that of this machine")
    found = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} it"
    advice = "let both machines keep their time by NTP; `min_age` is compared with this machine's clock"
    return (make.failure if abs(skew) > SKEW_TOO_MUCH else make.warning)(subject, found, advice)


def space_check(what: str, path: str, *, free: int, total: int, night: int = 0) -> Check:
    """Whether a disk has room; sizes in bytes.

    night : what one night may bring there
    """
    subject = f"space for {what}"
    found = f"{size(free)} of {size(total)} are free at {path}"
    if free < FULL:
        return _MAKE.failure(subject, found, "make room before the first night")
    if free < night:
        return _MAKE.warning(
            subject,
            f"{found}; one night may send {size(night)}",
            "make room, or lower limits.bytes_per_night",
        )
    if free < SHORT * total:
        return _MAKE.warning(subject, found, "it is nearly full")
    return _MAKE.ok(subject, found)


def versions_check(installed: Mapping[str, str], wrong: Mapping[str, str]) -> Check:
    """The installed versions, and those that this package does not support.

    installed : package -> version, for a bug report
    wrong     : package -> the versions that this package was made for
    """
    versions = ", ".join(f"{name} {version}" for name, version in installed.items())
    if not wrong:
        return _MAKE.ok("versions", versions)
    required = ", ".join(f"{name} {wish}" for name, wish in wrong.items())
    return _MAKE.failure(
        "versions", versions, f"this package needs {required}: pip install 'session-archive[airflow]'"
    )
