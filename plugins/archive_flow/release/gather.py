"""Looks at the rigs, the archives and the catalog now, for every data set that a rig has."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from archive_flow.run.work_item import WorkItem
from archive_flow.select.on_rig import OnRig
from archive_flow.select.survey import survey
from archive_flow.submissions.busy import busy_data_sets
from session_archive.errors import ListingError
from session_archive.fixity.compare import FixityReport, compare
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import all_compared, unvouched
from session_archive.release.judge import ArchivedCopy, AtRig, Candidate
from session_archive.states.decisions import kept_at_rig
from session_archive.states.state import State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.listing.unlisted import Unlisted
    from session_archive.naming.session_name import DataSetName
    from session_archive.recording.cataloged import ReplicaInfo
    from session_archive.recording.sessions import SourceFolder
    from session_archive.settings.places import Place

#: Nothing of these is missing in the archive.
_DONE = frozenset({State.ARCHIVED, State.IGNORED, State.GONE})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the rigs have.

    unlisted : rigs and folders that could not be listed: what lies there is in no list
    """

    candidates: Iterable[Candidate]
    unlisted: tuple[Unlisted, ...]


def gather(run: Run, *, rigs: Collection[str], announce: Callable[[str], None]) -> Gathered:
    """Every data set on these rigs, each with what decides whether it may be deleted there, one after the other.

    rigs     : names; none for all
    announce : is given the name of each data set before it is looked at
    """
    roots = [root for root in OnRig(run).roots() if not rigs or root[0].name in rigs]
    found = survey(run, roots)
    folders = sorted(found.folders, key=lambda each: (each.place, each.folder.data_set))
    return Gathered(_candidates(run, folders, announce), found.notes.unlisted)


def _candidates(
    run: Run, folders: Sequence[SourceFolder], announce: Callable[[str], None]
) -> Iterator[Candidate]:
    facts = _Facts(run, [each.folder.data_set for each in folders])
    for each in folders:
        announce(str(each.folder.data_set))
        yield facts.candidate(each)


class _Facts:
    """What is asked of the catalog once for all data sets."""

    def __init__(self, run: Run, names: Sequence[DataSetName]) -> None:
        self._run, self._names = run, names

    @cached_property
    def _cataloged(self) -> frozenset[uuid.UUID]:
        return frozenset(each.id for each in self._run.catalog.data_sets(names=self._names))

    @cached_property
    def _under_way(self) -> frozenset[uuid.UUID]:
        return busy_data_sets(self._run)

    @cached_property
    def _expected(self) -> dict[str, dict[uuid.UUID, str]]:
        """Of each type, the sessions that should have it, as shown to people."""
        run = self._run
        return {
            kind: {each.id: str(each) for each in run.catalog.expected_sessions(kind)}
            for kind in run.settings.data_sets
        }

    def candidate(self, found: SourceFolder) -> Candidate:
        """All that decides about the folders of one data set; lists its rig, and each archive that should have it."""
        run, name = self._run, found.folder.data_set
        kind, cataloged = name.data_set_type, name.id in self._cataloged
        archived = run.catalog.replicas.files(name.id) if cataloged else Manifest(())
        state = next(iter(run.catalog.states.of_data_sets([str(name)], kind)[-1:]), None)
        work_item = WorkItem(
            data_set=str(name),
            directory=found.folder.directory,
            origin=found.place,
            destination=run.locations_of(kind)[0],
            manifest_id="",
            session_id=str(state.target if state else name.id),
            session=state.session if state else str(name.session),
        )
        known = run.catalog.replicas.by_place([name.id]).get(name.id, {})
        replicas = {place: known[place] for place in run.locations_of(kind) if place in known}
        return Candidate(
            name=name,
            at_rig=_at_rig(run, work_item),
            archived=archived,
            state=state,
            archived_at=max(
                (each.recorded_at for each in replicas.values() if each.recorded_at), default=None
            ),
            copies=tuple(
                self._copy(replace(work_item, destination=place), archived, replica)
                for place, replica in replicas.items()
            ),
            under_way=name.id in self._under_way,
            kept=kept_at_rig(run.catalog.decisions.on_data_sets([name.id], kind)),
            siblings=tuple(self._siblings(state)) if state else (),
        )

    def _copy(self, work_item: WorkItem, archived: Manifest, replica: ReplicaInfo) -> ArchivedCopy:
        run = self._run
        location = run.settings.locations[work_item.destination]
        proven_at = run.catalog.verifications.proven_at(
            work_item.name.id, manifest_id=archived.id, compared=all_compared(archived)
        )
        report, unlisted = _compared(run, work_item, archived)
        return ArchivedCopy(
            place=location.name,
            site=location.stands_at,
            verified=replica.verified and replica.manifest_id == archived.id,
            unvouched=len(unvouched(archived)),
            proven_at=proven_at.get(location.name),
            readable=location.local_path is not None or bool(run.settings.audit.scratch),
            report=report,
            unlisted=unlisted,
        )

    def _siblings(self, state: StateRow) -> Iterator[StateRow]:
        """Other data sets of the session that should be in the archive and are not."""
        for kind, expected in self._expected.items():
            if kind == state.data_set_type:
                continue
            rows = self._run.catalog.states.newest_rows([state.target], kind)
            if rows:
                yield from (row for row in rows if row.state not in _DONE)
            elif state.target in expected:
                yield StateRow(
                    data_set_type=kind,
                    target=state.target,
                    state=State.NOT_FOUND,
                    reason="no run has looked for it",
                    session=expected[state.target],
                )


def _at_rig(run: Run, work_item: WorkItem) -> AtRig:
    place: Place = run.origin(work_item)
    try:
        listing = run.list_origin(work_item).require_whole()
    except ListingError as error:
        return AtRig(place.name, Manifest(()), unlisted=str(error))
    others = tuple(f"{each.path} ({each.what})" for each in listing.problems if not each.doubtful)
    return AtRig(place.name, listing.manifest, others)


def _compared(run: Run, work_item: WorkItem, archived: Manifest) -> tuple[FixityReport | None, str]:
    try:
        listed = run.list_destination(work_item, expected=archived).require_whole().manifest
    except ListingError as error:
        return None, str(error)
    return compare(promised=archived, found=listed), ""
