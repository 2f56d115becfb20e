"""What a trial transfer shows. Pure: sizes and checksums of each stop in, checks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from session_archive.doctor.check import Check, Checks
from session_archive.listing.root_listing import FOLDER

#: Bytes: a trial takes no larger file.
SMALL = 16_000_000

_MAKE = Checks("transfer")


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the two transfers of a trial, as it ended.

    source, destination : `<place>:<path>`
    expected            : bytes of the file at its source
    arrived             : bytes as the destination lists it; None if it is missing
    checksum            : as the service reports it, `MD5 abc...`; '' if it reports none
    digests             : `MD5 abc...` of the file on this machine's disks, by `<place>:<path>`
    """

    source: str
    destination: str
    transfer_task_id: str
    expected: int
    arrived: int | None
    checksum: str
    digests: Mapping[str, str]


def smallest(files: Mapping[str, int]) -> str | None:
    """The path of the smallest file that is not empty, and small enough; None if there is none."""
    fitting = {path: size for path, size in files.items() if 0 < size <= SMALL}
    return min(fitting, key=lambda path: (fitting[path], path), default=None)


def trial_directory(now: dt.datetime) -> str:
    """Where the file goes, relative to a root: a folder of its own for each trial, so that nothing is overwritten."""
    return f"{FOLDER}/doctor/{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def leg_check(leg: Leg) -> Check:
    """Whether the file arrived as it left."""
    subject = f"{leg.source} to {leg.destination.partition(':')[0]}"
    task = f"transfer task {leg.transfer_task_id}"
    if leg.arrived is None:
        return _MAKE.failure(subject, f"{task} succeeded, but {leg.destination} is missing", _REPORT)
    if leg.arrived != leg.expected:
        return _MAKE.failure(
            subject,
            f"{task} succeeded, but {leg.destination} has {leg.arrived} bytes instead of {leg.expected}",
            _REPORT,
        )
    wrong = {path: digest for path, digest in leg.digests.items() if leg.checksum and digest != leg.checksum}
    if wrong:
        path, digest = next(iter(wrong.items()))
        return _MAKE.failure(subject, f"{task} reports {leg.checksum}, but {path} has {digest}", _REPORT)
    proof = f"checksum {leg.checksum}" if leg.checksum else "the service reported no checksum"
    read = (
        f", read and compared on this machine: {', '.join(leg.digests)}"
        if leg.digests and leg.checksum
        else ""
    )
    return _MAKE.ok(subject, f"{leg.expected} bytes, {proof}{read}; it stays at {leg.destination}")


_REPORT = "send this output to the project: it is a bug of this package or of Globus"


def answers_check(unexpected: Collection[str]) -> Iterator[Check]:
    """One line about fields of the service's answers that our documents do not expect."""
    if unexpected:
        yield _MAKE.warning(
            "answers of the service",
            f"{len(unexpected)} fields that our documents do not expect; they are listed below",
            "attach this output to a report, so that the project learns of them",
        )
    else:
        yield _MAKE.ok("answers of the service", "every field is one that our documents expect")
