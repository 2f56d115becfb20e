"""UPLOAD: compare archived data sets with the rig again, resume what is under way, list the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from archive_flow.run.work_item import WorkItem
from archive_flow.select.arrivals import Arrival, find_arrivals
from archive_flow.select.assessor import Assessed, Assessor
from archive_flow.select.further_copy import copies_elsewhere, copy_from_rig
from archive_flow.select.left_behind import find_left_behind
from archive_flow.select.list_rig import compare_with_rig, list_to_prove, list_to_send
from archive_flow.select.prove import read_to_prove, within_budget
from archive_flow.select.recheck import compare_through_globus
from archive_flow.select.start_times import StartTimes, start_times
from archive_flow.select.survey import Root
from session_archive.assess.coverage import Coverage
from session_archive.assess.known import CopyElsewhere, Known
from session_archive.assess.on_rig import Step, judge_claim, next_step
from session_archive.assess.verdict import Leave, Record, Transfer
from session_archive.recording.sessions import Claim, SourceFolder
from session_archive.states.state import StateRow

if TYPE_CHECKING:
    from session_archive.recording.cataloged import LinkedSessions, ReplicaInfo
    from session_archive.states.decisions import Decision


class OnRig(Assessor):
    """Folders on the rigs."""

    on_rig = True

    @property
    def places(self) -> Collection[str]:
        """Names of the rigs."""
        return self.run.settings.sources

    def roots(self) -> Iterable[Root]:
        """Every rig that records a requested type."""
        settings = self.run.settings
        for source in settings.sources.values():
            if kinds := self.run.selection.kinds & set(source.data_sets or settings.data_sets):
                yield source, kinds

    def destinations(self) -> Collection[str]:
        """Every location of a requested type."""
        run = self.run
        return {location for kind in run.selection.kinds for location in run.locations_of(kind)}

    def sessions(
        self, data_set_type: str, days: Iterable[tuple[str, dt.date]], decisions: Iterable[Decision]
    ) -> LinkedSessions:
        """Without those that are archived and that no rig had any more when it was last looked at."""
        keys = {each.session_id: each.session_key for each in decisions if each.session_id}
        return self.run.catalog.open_sessions(data_set_type, days=days, keys=list(keys.values()))

    def replicas(self, data_set_type: str, expected: Collection[UUID]) -> Mapping[UUID, ReplicaInfo]:
        """Only those that are asked for are read."""
        return self.run.catalog.replicas.lazily_at(self.location, expected=expected)

    def elsewhere(self, data_set_type: str, expected: Collection[UUID]) -> Mapping[UUID, CopyElsewhere]:
        """Of a type with several locations."""
        return copies_elsewhere(self.run, data_set_type, expected, location=self.location)

    def start_times(self, folders: Iterable[SourceFolder]) -> StartTimes:
        """By the recordings' own `.meta` files, where this worker can read the rig."""
        return start_times(self.run, folders)

    def arrivals(self, data_set_type: str, claims: Sequence[Claim], known: Known) -> tuple[Arrival, ...]:
        """What this route has sent, by the ledger: a rig may be cleaned up, renamed or switched off by now."""
        return find_arrivals(self.run, data_set_type, claims, known, location=self.location)

    def left_behind(
        self, data_set_type: str, claims: Sequence[Claim], rows: Sequence[StateRow]
    ) -> Iterable[Assessed]:
        """By the ledger and the archive: a transfer that failed may have left files there."""
        return find_left_behind(self.run, data_set_type, claims, rows, location=self.location)

    def judge_claim(self, claim: Claim, known: Known, coverage: Coverage) -> Record | Leave | None:
        """A session without a folder is `not found`, or stays archived."""
        return judge_claim(claim, known, coverage)

    def compare_later(self, assessed: Sequence[Assessed], known: Known) -> list[Assessed]:
        """Compare archived data sets with rigs that are listed through Globus: those whose turn it is."""
        return compare_through_globus(self.run, assessed, known)

    def assess_folder(self, work_item: WorkItem, known: Known) -> Assessed:
        """By its replica, if there is one, then by what the rig lists."""
        run, replica = self.run, known.replica(work_item.name)
        lacking = known.copy_lacking(work_item.name)
        step = next_step(
            replica,
            accepted=self.is_accepted(work_item, replica),
            route=run.route,
            elsewhere=lacking,
        )
        if step is Step.LEAVE:
            return Assessed(work_item, Leave())
        if step is Step.COMPARE:
            assert replica is not None, "only an archived data set is compared again"
            return compare_with_rig(run, work_item, replica)
        if under_way := run.catalog.ledger.open_submission(
            work_item.name.id, run.route, work_item.destination
        ):
            resumed = replace(work_item, origin=under_way.source, manifest_id=under_way.manifest_id)
            return Assessed(resumed, Transfer())
        if step is Step.COPY:
            assert lacking is not None, "only what another location has can be copied"
            return copy_from_rig(run, work_item, lacking)
        if step is Step.LIST:
            # Who accepted a replica has said with it which session it is of.
            settled = replace(work_item, settled=work_item.settled or replica is not None)
            return list_to_send(run, settled, decided=work_item.settled)
        assert replica is not None, "only what is in the archive can be proven"
        if step is Step.READ:
            return read_to_prove(run, work_item, replica)
        return within_budget(run, list_to_prove(run, work_item), replica)
