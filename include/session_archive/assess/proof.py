"""UPLOAD: what is unverified in the archive and still on the rig: may it be proven, whose turn it is, the result. Pure.

Files that another program sent, or that a rebuilt catalog found, have no transfer of ours that vouches for them. Their
content is proven by a digest of the archive's copy, read there, and one of the rig's. Nothing is written at either end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from session_archive.assess.choose import within_limits
from session_archive.assess.verdict import Prove, Record
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import unvouched
from session_archive.naming.session_name import DataSetName
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State

#: The state of a data set whose turn comes later.
HELD_BACK = Record(
    State.UNVERIFIED,
    "nothing proves its content yet; while the rig has it, a later run reads its copy in the archive and compares "
    "both; held back by limits.proof_bytes_per_night",
)


def expected_copy(*, recorded: Manifest, on_rig: Manifest) -> Manifest | Record:
    """The files that the archive's copy must have if it is the rig's; or the state, if the rig cannot prove it.

    recorded : as the archive listed them. Their times do not count, since another program may not have kept them
    returns  : sizes and times as on the rig; what is vouched for already keeps its voucher
    """
    rig = {file.path: file for file in on_rig.files}
    if gone := [file.path for file in recorded.files if file.path not in rig]:
        return Record(
            State.UNVERIFIED,
            f"nothing proves the content of {len(unvouched(recorded))} of {len(recorded.files)} files, and the rig no "
            f"longer has {len(gone)} of them, the first: {gone[0]}; compare them by hand, then run "
            "`session-archive accept`",
        )
    for file in recorded.files:
        if changed := _changed(file, rig[file.path]):
            return Record(State.CHANGED, f"changed on the rig before it was proven: {file.path}: {changed}")
    return Manifest.of(
        replace(
            rig[file.path],
            checksum=file.checksum,
            checksum_algorithm=file.checksum_algorithm,
            vouched_by=file.vouched_by,
        )
        for file in recorded.files
    )


def _changed(file: FileEntry, on_rig: FileEntry) -> str:
    if file.size != on_rig.size:
        return f"{file.size} bytes in the archive, {on_rig.size} on the rig"
    if file.vouched_by and file.mtime != on_rig.mtime:
        return f"of {_time(file)} when it was recorded, of {_time(on_rig)} now"
    return ""


def _time(file: FileEntry) -> str:
    return f"{file.modified:%Y-%m-%d %H:%M:%S} UTC"


def bytes_to_read(expected: Manifest) -> int:
    """How much of the archive's copy has to be read."""
    return sum(file.size for file in unvouched(expected))


def judge_again(
    report: FixityReport, *, failed_at: dt.datetime, decisions: Iterable[Decision]
) -> Record | None:
    """The alarm of a proof that failed for these same files; None if a person says that they are to be read once more.

    failed_at : UTC
    decisions : in force, about these files
    """
    return None if any(_permits(decision, failed_at=failed_at) for decision in decisions) else refused(report)


def _permits(decision: Decision, *, failed_at: dt.datetime) -> bool:
    again = decision.verdict in (Verdict.SEND_AGAIN, Verdict.ACCEPT_WITHOUT_CHECKSUM)
    return again and decision.decided_at is not None and decision.decided_at > failed_at


def refused(report: FixityReport) -> Record:
    """The alarm of a copy that is not the rig's, naming the first file that differs and both values."""
    first: Difference = report.differences[0]
    return Record(
        State.REFUSED,
        f"the copy in the archive is not the rig's: {len(report.differences)} of {report.n_files} files differ, the "
        f"first: {first.path}: {first.detail}; nothing was changed",
    )


def judge_proof(report: FixityReport, known: Manifest, *, later: Collection[str]) -> Record:
    """The state of a data set whose copies were read.

    report : the archive's listing and what was read there, compared with the rig
    known  : the expected files, each with its voucher
    later  : paths on the rig that the archive does not have
    """
    if report.differences:
        return refused(report)
    if files := unvouched(known):
        return Record(
            State.UNVERIFIED,
            f"{len(files)} of {len(known.files)} files could not be read and compared, the first: {files[0].path}; "
            "the log says why, and a later run tries again",
        )
    if later:
        return Record(
            State.ARCHIVED, f"{len(later)} files came later, such as {min(later)}: the next run takes them up"
        )
    return Record(State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A data set that waits for its proof.

    last_turn : when a run last took it up, UTC; None if none did
    """

    name: DataSetName
    prove: Prove
    last_turn: dt.datetime | None = None


def turns(waiting: Sequence[Waiting], *, max_bytes: int, max_count: int) -> tuple[list[int], list[int]]:
    """Which of them are proven in this run, and which have their turn later: their positions, in order of turns.

    Those that have waited longest come first, so that one that cannot be read keeps no other waiting. The first is
    taken however large it is.
    """
    order = sorted(range(len(waiting)), key=lambda position: _since(waiting[position]))
    sizes = [waiting[position].prove.n_bytes for position in order]
    count = within_limits(sizes, max_count=max_count, max_bytes=max_bytes)
    return order[:count], order[count:]


def _since(each: Waiting) -> tuple[dt.datetime, DataSetName]:
    return each.last_turn or each.prove.since, each.name
