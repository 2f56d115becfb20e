"""How a flow assesses each data set: what all flows share, and what each says for itself."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from archive_flow.run.acceptances import accepted
from archive_flow.run.report import Notes
from archive_flow.run.work_item import WorkItem
from archive_flow.select.incomplete import accepted_as_incomplete
from archive_flow.select.start_times import StartTimes
from archive_flow.select.survey import Root, Survey
from session_archive.assess.coverage import Coverage
from session_archive.assess.further_gates import main_and_further
from session_archive.assess.known import CopyElsewhere, Known
from session_archive.assess.verdict import Assessment, Leave, Record
from session_archive.errors import NamingError, RefusedError, SettingsError
from session_archive.recording.cataloged import LinkedDataSet, LinkedSessions
from session_archive.recording.sessions import Claim, SourceFolder
from session_archive.states.decisions import Verdict
from session_archive.states.state import LabSession, State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.select.arrivals import Arrival
    from session_archive.recording.cataloged import ReplicaInfo
    from session_archive.states.decisions import Decision
    from session_archive.states.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Assessed:
    """One data set, what becomes of it, and what else there is to say."""

    work_item: WorkItem
    assessment: Assessment
    notes: Notes = field(default_factory=Notes)

    def row(self, run_id: str) -> StateRow | None:
        """Its new state; None where none is recorded."""
        if not isinstance(self.assessment, Record):
            return None
        work_item, of = self.work_item, self.assessment.of
        if of is not None:
            work_item = replace(
                work_item,
                data_set=str(of.name),
                directory=of.directory,
                n_files=of.n_files,
                n_bytes=of.n_bytes,
            )
        return work_item.state(self.assessment.state, self.assessment.reason, run_id=run_id)

    def refusal(self, run_id: str) -> Refusal | None:
        """The files that are the reason of its state; None where no file is."""
        assessment = self.assessment
        if not isinstance(assessment, Record) or not assessment.files:
            return None
        return self.work_item.refusal(assessment.reason, assessment.files, run_id=run_id)


def assess_alone(work_item: WorkItem, assess: Callable[[], Assessed]) -> Assessed:
    """The assessment by `assess`; a name that cannot be stored, a refusal or a lost setting becomes its state."""
    try:
        return assess()
    except NamingError as error:
        return Assessed(work_item, Record(State.REFUSED, str(error)))
    except RefusedError as error:
        return Assessed(work_item, Record(State.REFUSED, str(error), files=error.files))
    except SettingsError as error:
        return Assessed(work_item, Record(State.FAILED, str(error)))


class Assessor(ABC):
    """Where a flow finds folders, and how it assesses each.

    on_rig : folders are on rigs, and the limits of a night apply; else they are in the archive
    """

    on_rig: ClassVar[bool]

    def __init__(self, run: Run, location: str = "") -> None:
        self.run, self.location = run, location

    def at(self, location: str) -> Self:
        """The same flow, for the copies at one location."""
        return type(self)(self.run, location)

    def folders_of(self, found: Survey) -> Survey:
        """What was found, as far as it bears on the copies at its location."""
        return found

    def coverage_of(self, coverage: Coverage) -> Coverage:
        """What was listed, as far as it bears on the copies at its location."""
        return coverage

    @property
    @abstractmethod
    def places(self) -> Collection[str]:
        """Names of the places that it may list."""

    @abstractmethod
    def roots(self) -> Iterable[Root]:
        """The places that this run lists."""

    def destinations(self) -> Collection[str]:
        """Names of the locations that this run may send to."""
        return ()

    def start_times(self, folders: Iterable[SourceFolder]) -> StartTimes:
        """When recordings began, as far as this flow can know it."""
        return StartTimes()

    def sessions(
        self, data_set_type: str, days: Iterable[tuple[str, dt.date]], decisions: Iterable[Decision]
    ) -> LinkedSessions:
        """The lab's sessions that this flow has something to say of, and their data sets.

        days : subject and date of each folder
        """
        catalog = self.run.catalog
        linked = catalog.session_links.linked(self.run.settings_of(data_set_type).link_table)
        return LinkedSessions(catalog.expected_sessions(data_set_type), linked)

    def replicas(self, data_set_type: str, expected: Collection[UUID]) -> Mapping[UUID, ReplicaInfo]:
        """Those at its location, by data set id.

        expected : will be asked for
        """
        return self.run.catalog.replicas.at(self.location)

    def elsewhere(self, data_set_type: str, expected: Collection[UUID]) -> Mapping[UUID, CopyElsewhere]:
        """Whole copies at other locations, by data set id, as far as this flow sends what its own location lacks."""
        return {}

    def known(
        self,
        data_set_type: str,
        folders: Iterable[SourceFolder],
        sessions: Collection[LabSession],
        linked: Mapping[UUID, Sequence[LinkedDataSet]],
    ) -> tuple[Known, Notes]:
        """What is known about the data sets of a type, and notes of what could not be learned."""
        run = self.run
        imported = run.catalog.imports.of_sessions([each.id for each in sessions], data_set_type)
        of_folders = {each.folder.data_set.id for each in folders}
        of_sessions = {each.name.id for data_sets in linked.values() for each in data_sets}
        expected = of_folders | of_sessions
        replicas = self.replicas(data_set_type, expected)
        main, further = main_and_further(linked, conventions=run.settings.conventions)
        known = Known(
            replicas,
            main,
            {each.session_id: each for each in imported},
            incomplete=accepted_as_incomplete(run, data_set_type, expected, replicas),
            further=further,
            elsewhere=self.elsewhere(data_set_type, expected),
            released=run.catalog.release_lists.words(of_sessions - of_folders),
        )
        return known, Notes()

    def arrivals(self, data_set_type: str, claims: Sequence[Claim], known: Known) -> tuple[Arrival, ...]:
        """Transfers of data sets of a type that no run has recorded; they are taken up whatever the folders show."""
        return ()

    def left_behind(
        self, data_set_type: str, claims: Sequence[Claim], rows: Sequence[StateRow]
    ) -> Iterable[Assessed]:
        """What becomes of absent data sets of which the destination has files of ours.

        rows : the new states of this type, of which these replace some
        """
        return ()

    @abstractmethod
    def judge_claim(self, claim: Claim, known: Known, coverage: Coverage) -> Record | Leave | None:
        """What becomes of a session without a look at its folder; None if its folder is there and decides."""

    @abstractmethod
    def assess_folder(self, work_item: WorkItem, known: Known) -> Assessed:
        """Assess a folder, whether or not a session claims it."""

    def assess_claim(self, work_item: WorkItem, claim: Claim, known: Known, coverage: Coverage) -> Assessed:
        """Assess a session of the lab's pipeline."""
        judged = self.judge_claim(claim, known, coverage)
        if judged is None and known.needs_link(work_item.name, claim.session.id):
            judged = self._link(work_item)
        return self.assess_folder(work_item, known) if judged is None else Assessed(work_item, judged)

    def _link(self, work_item: WorkItem) -> Record | None:
        """Attach a data set that was archived before its session was known; refused if another session has it."""
        run = self.run
        if run.selection.dry_run:
            return None
        link_table = run.settings_of(work_item.name.data_set_type).link_table
        try:
            run.catalog.session_links.link(work_item.name, work_item.session_key, link_table)
        except RefusedError as error:
            return Record(State.REFUSED, str(error))
        return None

    def compare_later(self, assessed: Sequence[Assessed], known: Known) -> list[Assessed]:
        """Assess some again, once all are assessed: work of which each run does a share."""
        return list(assessed)

    def is_accepted(self, work_item: WorkItem, replica: ReplicaInfo | None) -> bool:
        """Whether a person vouches for an unverified replica."""
        if replica is None or replica.verified:
            return False
        decisions = accepted(self.run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=replica.manifest_id)
        return bool(decisions)
