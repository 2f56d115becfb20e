"""One data set of one run, as it passes from task to task: names and ids, never file lists."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from printable_text import printable_values
from session_archive.naming.session_name import DataSetName, lines
from session_archive.states.refusal import Refusal
from session_archive.states.state import State, StateRow

#: Task ids of the spine; tasks pull each other's XComs by them.
FETCH, CARRY, STAGED = "fetch", "carry", "stage_manifests"
SELECT, GROUP, SUBMIT, WAIT, RECORD, SUMMARY = "select", "data_set", "submit", "wait", "record", "summary"
#: Only in a retrieval and a repair, between select and the groups.
APPROVE = "approve"
#: XCom that says who rejected it; the run fails with this text.
REJECTED = "rejected"
#: XCom of an approval with a reason: who gave it, and why.
APPROVED = "approved"
#: XCom of a submit: files and bytes of its transfer; None where they are not known.
EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One data set of one run.

    directory   : of the data set, relative to the roots of both places; one a line where it has several
    origin      : name of the place that is read
    destination : name of the place where the files must be seen
    manifest_id : '' where the destination's own listing becomes the manifest
    session_id  : target of its state rows
    session_key : the lab's primary key; empty for a folder that no session claims
    chosen      : in a retrieval: which files were chosen, in words; '' for all
    manifests   : path and bytes of each sidecar manifest of it in the archive
    undecided   : names do not show which session it is of; it is left alone unless a sidecar manifest shows it
    submission_id : of a transfer of an earlier run, which this run records without sending more; '' for none
    settled     : a person decided which session its folder is of, whatever lies in it
    proof       : in an upload: nothing is sent; its copy in the archive is read and compared with the rig's
    copy_at     : the location of this copy, where the type has several; '' for the only one
    """

    data_set: str
    directory: str
    origin: str
    destination: str
    manifest_id: str
    session_id: str
    session: str
    session_key: dict[str, Any] = field(default_factory=dict)
    n_files: int = 0
    n_bytes: int = 0
    chosen: str = ""
    manifests: list[tuple[str, int]] = field(default_factory=list)
    undecided: bool = False
    submission_id: str = ""
    settled: bool = False
    proof: bool = False
    copy_at: str = ""

    @property
    def name(self) -> DataSetName:
        """The data set's name as a value."""
        return DataSetName.parse(self.data_set)

    @property
    def sends(self) -> bool:
        """False where copies are only read, or the files of an earlier transfer are only recorded."""
        return not self.proof and not self.submission_id

    @property
    def label(self) -> str:
        """Its name in the grid, as everywhere: `raw-ephys/SC022/2021-01-01`; of one copy of several, with its place."""
        return f"{self.data_set} at {self.copy_at}" if self.copy_at else self.data_set

    @property
    def path(self) -> str:
        """Where its files are, or would be, in one line for people."""
        place = f"{self.origin}:" if self.origin else ""
        return " + ".join(place + directory for directory in lines(self.directory))

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        return asdict(self)

    def state(
        self, state: State, reason: str = "", *, run_id: str, n_files: int = 0, n_bytes: int = 0
    ) -> StateRow:
        """A state row of this data set."""
        return StateRow(
            data_set_type=self.name.data_set_type,
            target=uuid.UUID(self.session_id),
            state=state,
            reason=reason,
            path=self.path,
            session=self.session,
            data_set=self.data_set,
            n_files=n_files or self.n_files,
            n_bytes=n_bytes or self.n_bytes,
            run_id=run_id,
            place=self.destination,
        )

    def refusal(
        self, reason: str, files: tuple[tuple[str, str], ...], *, run_id: str, place: str = ""
    ) -> Refusal:
        """Every file that is a reason of a state, each with what is wrong.

        place : where the files are, or would be; '' for its origin
        """
        return Refusal(self.name.id, self.data_set, place or self.origin, reason, files, run_id)

    def result(self, state: State, reason: str = "", *, new: bool = False, changed: bool = False) -> Result:
        """Its result in this run."""
        return Result(
            self.label, self.data_set, state, reason, self.n_files, self.n_bytes, new=new, changed=changed
        )


def transfer_label(route: str, work_item: WorkItem) -> str:
    """The deterministic label of its transfer task; the service allows 128 characters.

    It contains the manifest's id, so that "identical paths" (409) leads back to the transfer of the same manifest; and
    of several copies the place, since all are of that manifest.
    """
    place = f" at {work_item.copy_at}" if work_item.copy_at else ""
    name = work_item.data_set[: 80 - len(place)] + place
    return f"session-archive {route} {name} {work_item.manifest_id[:12]}".rstrip()


@dataclass(frozen=True, slots=True)
class Result:
    """How one data set of a run ended.

    new      : this run recorded it
    changed  : its state has changed since the last run
    unlisted : its place did not answer, which fails the run but is not a fault of the data set
    waiting  : its transfer waits for a person, which does not fail the run
    mismatch_at : the place where a checksum of it did not match; '' for any other ending
    place_alarm : the alarm about that place, where the place is in doubt and not the data set
    """

    label: str
    data_set: str
    state: State
    reason: str = ""
    n_files: int = 0
    n_bytes: int = 0
    new: bool = False
    changed: bool = False
    unlisted: bool = False
    waiting: bool = False
    mismatch_at: str = ""
    place_alarm: str = ""

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        values: dict[str, Any] = printable_values({**asdict(self), "state": str(self.state)})
        return values
