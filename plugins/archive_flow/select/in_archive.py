"""DISCOVER: take up what the catalog does not know; later tasks list the files, a batch of folders each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from archive_flow.run.report import Notes
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, Assessor
from archive_flow.select.survey import Root, Survey
from archive_flow.sidecar.existing import sidecars_present
from archive_flow.submissions.busy import busy_data_sets
from session_archive.assess.coverage import Coverage
from session_archive.assess.in_archive import Step, judge_claim, next_step
from session_archive.assess.known import Known
from session_archive.assess.verdict import Leave, Record, Transfer
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.recording.sessions import Claim, SourceFolder
from session_archive.states.state import LabSession


class InArchive(Assessor):
    """Folders in the archive."""

    on_rig = False

    @property
    def places(self) -> Collection[str]:
        """Names of the locations."""
        return self.run.settings.locations

    def roots(self) -> Iterable[Root]:
        """Every location of a requested type."""
        run = self.run
        for location in run.settings.locations.values():
            kinds = {kind for kind in run.selection.kinds if location.name in run.locations_of(kind)}
            if kinds:
                yield location, frozenset(kinds)

    def folders_of(self, found: Survey) -> Survey:
        """The same session may have a folder at each location."""
        return replace(
            found,
            folders=tuple(each for each in found.folders if each.place == self.location),
            left_out=tuple(each for each in found.left_out if each.place == self.location),
        )

    def coverage_of(self, coverage: Coverage) -> Coverage:
        """A folder is gone if it is not at its own location."""
        return replace(coverage, places=(self.location,))

    def known(
        self,
        data_set_type: str,
        folders: Iterable[SourceFolder],
        sessions: Collection[LabSession],
        linked: Mapping[UUID, Sequence[LinkedDataSet]],
    ) -> tuple[Known, Notes]:
        """Also the sidecar manifests of data sets that are not proven, and transfers under way."""
        folders = list(folders)
        known, notes = super().known(data_set_type, folders, sessions, linked)
        location = self.location
        proven = {data_set_id for data_set_id, replica in known.replicas.items() if replica.verified}
        of_type = {
            each.folder.data_set for each in folders if each.folder.data_set.data_set_type == data_set_type
        }
        busy = busy_data_sets(self.run, location)
        present = sidecars_present(self.run, location, [name for name in of_type if name.id not in proven])
        known = replace(known, sidecars=present.sidecars, busy=busy, unseen=present.unseen)
        return known, notes + present.notes

    def judge_claim(self, claim: Claim, known: Known, coverage: Coverage) -> Record | Leave | None:
        """A session without a folder keeps its state, unless another catalog records it."""
        return judge_claim(claim, known, coverage)

    def assess_folder(self, work_item: WorkItem, known: Known) -> Assessed:
        """Take it up if it is new, or if something new vouches for it."""
        step = next_step(work_item.name, known)
        if step is Step.ASK_PEOPLE:
            vouched = self.is_accepted(work_item, known.replica(work_item.name))
            step = Step.TAKE_UP if vouched else Step.LEAVE
            work_item = replace(work_item, settled=work_item.settled or vouched)
        if step is Step.LEAVE:
            return Assessed(work_item, Leave())
        manifests = known.sidecars.get(work_item.name, [])
        return Assessed(replace(work_item, manifests=manifests), Transfer())
