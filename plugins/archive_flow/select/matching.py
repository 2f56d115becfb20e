"""Matches the folders of one type with the lab's sessions, and accounts for every folder that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from archive_flow.run.report import Notes
from archive_flow.select.assessor import Assessor
from archive_flow.select.survey import Survey
from session_archive.assess.further_gates import with_gates
from session_archive.assess.left_out import Decided, Gate, LeftOut, decide_left_out
from session_archive.assess.neighbours import Neighbourhood
from session_archive.assess.unclaimed import split_strays
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Claim, Matching, SourceFolder, match
from session_archive.states.decisions import Decision, standing
from session_archive.states.overview import UNSAFE
from session_archive.states.state import LabSession, State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.assess.known import Known
    from session_archive.listing import Problem


@dataclass(frozen=True, slots=True)
class Matched:
    """The folders of one type, matched.

    matching : with the further gates of sessions; those that no session claims are data sets of their own
    why      : what there is to say of an unclaimed folder that was left out
    rows     : the states of all other folders that were left out
    """

    matching: Matching
    why: Mapping[SourceFolder, str]
    rows: tuple[StateRow, ...]
    notes: Notes


def match_folders(
    assessor: Assessor,
    data_set_type: str,
    sessions: Sequence[LabSession],
    *,
    found: Survey,
    given: Iterable[Decision],
    known: Known,
) -> Matched:
    """Match by decisions and names; start times of recordings are read only if those leave a day undecided."""
    run = assessor.run
    decisions = [
        *run.catalog.decisions.on_folders_and_sessions(data_set_type),
        *(each for each in given if each.data_set_type in ("", data_set_type)),
    ]
    folders = [each for each in found.folders if each.folder.data_set.data_set_type == data_set_type]
    left_out = [each for each in found.left_out if each.data_set_type == data_set_type]
    decided = decide_left_out(
        left_out,
        decisions,
        conventions=run.settings.conventions,
        cataloged=_cataloged(run, left_out, folders, known),
    )
    folders += decided.folders
    matching, notes = _matched(assessor, sessions, folders, decided.decisions)
    claims = with_gates(matching.claims, decided.gates, own_seen=_own_seen(run, data_set_type, decided.gates))
    given_gates = [gate.found for gates in decided.gates.values() for gate in gates if gate.found]
    unclaimed, strays = split_strays(matching, [*folders, *given_gates], decisions, whole=_is_whole(run))
    others = (*decided.others, *strays)
    ignored = [(each.as_found, words) for each, words in decided.ignored if each.folder.gate]
    matching = replace(matching, claims=claims, unclaimed=unclaimed, ignored=(*matching.ignored, *ignored))
    if assessor.on_rig:
        neighbours = Neighbourhood(
            matching,
            (*others, *decided.unclaimed),
            _problems(found, data_set_type),
            decisions={each.target: each for each in standing(decisions)},
            conventions=run.settings.conventions,
        )
        claims, of_starts = _explained(assessor, data_set_type, neighbours, claims, known)
        notes += of_starts
    gates = {each.as_found: each.reason for each in decided.unclaimed}
    return Matched(
        replace(matching, claims=claims, unclaimed=(*unclaimed, *gates)),
        gates,
        (*_rows(run, others, decided), *_given_up(assessor, data_set_type, decided)),
        notes,
    )


def _matched(
    assessor: Assessor,
    sessions: Sequence[LabSession],
    folders: Sequence[SourceFolder],
    decisions: Sequence[Decision],
) -> tuple[Matching, Notes]:
    matching = partial(match, sessions, folders, decisions=decisions)
    by_name = matching()
    starts = assessor.start_times(by_name.candidates)
    return matching(started=starts.started) if starts.started else by_name, starts.notes


def _problems(found: Survey, data_set_type: str) -> list[tuple[str, Problem]]:
    """What is not archived, without the folders that are recordings of another type by their names."""
    others = {
        path for each in found.left_out if each.folder.kind not in ("", data_set_type) for path in each.paths
    }
    return [(place, each) for place, each in found.problems if f"{place}:{each.path}" not in others]


def _is_whole(run: Run) -> bool:
    """True if the run is for every session: then a session that it does not know is none that is expected."""
    return not (run.selection.subjects or run.selection.dates)


def _cataloged(
    run: Run, left_out: Sequence[LeftOut], folders: Iterable[SourceFolder], known: Known
) -> dict[UUID, str]:
    """Data set id -> directory, of left-out folders that the catalog has, or a sidecar manifest tells of."""
    of_name = {each.folder.data_set: each for each in left_out if each.folder.data_set}
    cataloged = run.catalog.replicas.directories([name.id for name in of_name if known.replica(name)])
    taken = {each.folder.data_set for each in folders}
    by_sidecar = {
        name.id: each.as_found.folder.directory
        for name, each in of_name.items()
        if name in known.sidecars and name not in taken
    }
    return by_sidecar | cataloged


def _own_seen(run: Run, data_set_type: str, gates: Mapping[UUID, Sequence[Gate]]) -> frozenset[UUID]:
    """The sessions with further gates of which a run ever saw another data set."""
    seen = run.catalog.states.seen_data_sets(list(gates), data_set_type=data_set_type)
    return frozenset(
        session_id
        for session_id, names in seen.items()
        if names - {str(gate.data_set) for gate in gates[session_id]}
    )


def _explained(
    assessor: Assessor,
    data_set_type: str,
    neighbours: Neighbourhood,
    claims: Sequence[Claim],
    known: Known,
) -> tuple[tuple[Claim, ...], Notes]:
    """The claims, of which those without a folder say what was seen instead."""
    conventions = assessor.run.settings.conventions
    perhaps = {
        folder: None
        for claim in claims
        if claim.state is State.NOT_FOUND and claim.session.id not in known.linked
        for folder in neighbours.perhaps(claim.session)
    }
    starts = assessor.start_times(perhaps)

    def expected(claim: Claim) -> str:
        return conventions.directory(DataSetName(data_set_type, claim.expected))

    explained = tuple(
        claim if claim.given else neighbours.explain(claim, expected=expected, started=starts.started)
        for claim in claims
    )
    return explained, starts.notes


def _rows(run: Run, others: Iterable[LeftOut], decided: Decided) -> tuple[StateRow, ...]:
    """The state of each folder that was left out, and that is no data set of its own."""
    return (
        *(each.row(State.UNCLAIMED, each.reason, run_id=run.run_id) for each in others),
        *(
            each.row(State.IGNORED, words, run_id=run.run_id)
            for each, words in decided.ignored
            if not each.folder.gate
        ),
    )


def _given_up(assessor: Assessor, data_set_type: str, decided: Decided) -> Iterator[StateRow]:
    """The states of further gates that nobody gives to a session any more, and that are gone."""
    run = assessor.run
    targets = [name.id for name in decided.withdrawn] if assessor.on_rig and _is_whole(run) else []
    for row in run.catalog.states.newest_rows(targets, data_set_type):
        if row.state in UNSAFE:
            reason = "no person gives it to a session any more, and no run finds its folder"
            yield replace(row, state=State.GONE, reason=reason, run_id=run.run_id, changed_at=None)
