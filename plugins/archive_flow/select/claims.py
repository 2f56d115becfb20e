"""Which folder belongs to which session: matches the folders of every root with the lab's pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from archive_flow.run.report import Notes
from archive_flow.run.roots import require_places
from archive_flow.run.unlisted import require_answers
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, Assessor, assess_alone
from archive_flow.select.decisions import record_decisions
from archive_flow.select.destinations import receivable_copies
from archive_flow.select.matching import match_folders
from archive_flow.select.survey import Survey, survey
from archive_flow.select.unclaimed import assess_unclaimed, assess_undecided
from session_archive.assess.coverage import Coverage
from session_archive.assess.hidden import without_hidden
from session_archive.assess.incomplete import stays_noted
from session_archive.assess.unclaimed import ended
from session_archive.assess.verdict import Prove, Transfer
from session_archive.errors import NamingError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.sessions import Claim
from session_archive.states.decisions import Decision
from session_archive.states.state import LabSession, State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.states.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Assessments:
    """All that was assessed, each part in the order of assessment.

    work_items : data sets that may be taken up
    proofs     : data sets in the archive that may be proven, within a budget
    rows       : new states of others
    refusals   : every file that is the reason of one of these states
    absent     : sessions without a folder
    """

    work_items: tuple[WorkItem, ...]
    proofs: tuple[Assessed, ...]
    rows: tuple[StateRow, ...]
    notes: tuple[Notes, ...]
    refusals: tuple[Refusal, ...] = ()
    absent: tuple[Claim, ...] = ()

    def of_further_copies(self) -> Assessments:
        """Without what was said for the first copy: of the rig's folders, and of folders that are no data set."""
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.place),
            notes=tuple(notes.of_places for notes in self.notes),
        )


def assess_folders(assessor: Assessor) -> Assessments:
    """UPLOAD and DISCOVER: match the folders of every root with the lab's sessions, and assess each."""
    run = assessor.run
    require_places(run)
    given = record_decisions(run)
    found = survey(run, assessor.roots())
    require_answers(run, found.notes.unlisted)
    coverage = Coverage(
        run.settings.conventions, assessor.places, run.selection, unlisted=found.notes.unlisted
    )
    copies, of_destinations = receivable_copies(assessor)
    parts = [Assessments((), (), (), (found.notes, of_destinations))]
    assessed: set[str] = set()
    for data_set_type, location in copies:
        part = _assess_copies(assessor.at(location), data_set_type, found, given, coverage)
        # A place that could not be listed for one type may hide sessions of the next.
        coverage = coverage.without(unlisted for notes in part.notes for unlisted in notes.unlisted)
        # The rigs say the same of each further copy.
        repeats = assessor.on_rig and data_set_type in assessed
        parts.append(part.of_further_copies() if repeats else part)
        assessed.add(data_set_type)
    absent = tuple(chain.from_iterable(part.absent for part in parts))
    return Assessments(
        tuple(chain.from_iterable(part.work_items for part in parts)),
        tuple(chain.from_iterable(part.proofs for part in parts)),
        without_hidden(chain.from_iterable(part.rows for part in parts), absent, coverage),
        tuple(chain.from_iterable(part.notes for part in parts)),
        tuple(chain.from_iterable(part.refusals for part in parts)),
        absent,
    )


def _assess_copies(
    assessor: Assessor,
    data_set_type: str,
    found: Survey,
    given: Iterable[Decision],
    coverage: Coverage,
) -> Assessments:
    run, found, coverage = assessor.run, assessor.folders_of(found), assessor.coverage_of(coverage)
    read = [each.as_found for each in found.left_out if each.folder.data_set]
    folders = [*found.folders, *read]
    days = {(each.session_name.subject, each.session_name.date) for each in folders}
    made = [*run.catalog.decisions.on_folders_and_sessions(data_set_type), *given]
    expected = assessor.sessions(data_set_type, days, made)
    sessions, directories, rows = _sessions(run, data_set_type, expected.sessions)
    known, of_known = assessor.known(data_set_type, folders, sessions, expected.linked)
    matched = match_folders(assessor, data_set_type, sessions, found=found, given=given, known=known)
    matching = matched.matching
    rows += matched.rows
    coverage = coverage.without(of_known.unlisted)
    arrivals = assessor.arrivals(data_set_type, matching.claims, known)
    claimed = {each.claim.target: each for each in arrivals if each.claim}
    assessed: list[Assessed] = []
    for claim in matching.claims:
        work_item = _work_item(assessor, data_set_type, claim, directories)
        assess = partial(assessor.assess_claim, work_item, claim, known, coverage)
        of_folder = assess_alone(work_item, assess)
        arrival = claimed.get(claim.target)
        assessed.append(arrival.instead_of(of_folder) if arrival else of_folder)
        # What could not be listed for one session may hide another one.
        coverage = coverage.without(assessed[-1].notes.unlisted)
    before = {row.target: row for row in run.catalog.states.unclaimed(data_set_type)}
    unclaimed = {each.name: each for each in arrivals if not each.claim}
    others = [
        arrival.instead_of(each) if (arrival := unclaimed.pop(each.work_item.name, None)) else each
        for each in (
            *assess_undecided(assessor, matching, known),
            *assess_unclaimed(
                assessor, data_set_type, matching, known, why=matched.why, before=before.keys()
            ),
        )
    ]
    others += [arrival.assessed for arrival in unclaimed.values()]
    assessed = [
        replace(each, assessment=stays_noted(each.assessment, each.work_item.name, known))
        for each in assessor.compare_later([*assessed, *others], known)
    ]
    coverage = coverage.without(unlisted for each in assessed for unlisted in each.notes.unlisted)
    rows += [row for each in assessed if (row := each.row(run.run_id))]
    recorded = {each.name.id for each in arrivals}
    rows += ended(
        [row for target, row in before.items() if target not in recorded],
        matching,
        coverage,
        left_out={row.target for row in matched.rows},
        run_id=run.run_id,
    )
    left = list(assessor.left_behind(data_set_type, matching.claims, rows))
    replaced = {each.work_item.session_id for each in left}
    rows = [row for row in rows if str(row.target) not in replaced]
    rows += [row for each in left if (row := each.row(run.run_id))]
    assessed += left
    return Assessments(
        tuple(each.work_item for each in assessed if isinstance(each.assessment, Transfer)),
        tuple(each for each in assessed if isinstance(each.assessment, Prove)),
        tuple(rows),
        (matched.notes, of_known, *(each.notes for each in assessed)),
        tuple(refusal for each in assessed if (refusal := each.refusal(run.run_id))),
        tuple(claim for claim in matching.claims if claim.state is State.NOT_FOUND),
    )


def _sessions(
    run: Run, data_set_type: str, expected: Iterable[LabSession]
) -> tuple[list[LabSession], dict[DataSetName, str], list[StateRow]]:
    """The requested sessions of the lab's pipeline; the directory of a day's first one, by the convention.

    Those that no folder can be named after have a state instead.
    """
    sessions: list[LabSession] = []
    directories: dict[DataSetName, str] = {}
    rows: list[StateRow] = []
    for session in expected:
        if not run.selection.wants(subject=session.subject, date=session.date):
            continue
        try:
            name = DataSetName(data_set_type, SessionName(session.subject, session.date))
            if name not in directories:
                directories[name] = run.settings.conventions.directory(name)
        except NamingError as error:
            rows.append(_without_name(run, data_set_type, session, error))
        else:
            sessions.append(session)
    return sessions, directories, rows


def _without_name(run: Run, data_set_type: str, session: LabSession, error: NamingError) -> StateRow:
    """The state of a session that no folder can be named after."""
    return StateRow(
        data_set_type=data_set_type,
        target=session.id,
        state=State.NOT_FOUND,
        reason=f"no folder can have its name: {error}",
        session=str(session),
        run_id=run.run_id,
    )


def _work_item(
    assessor: Assessor, data_set_type: str, claim: Claim, directories: Mapping[DataSetName, str]
) -> WorkItem:
    session, source_folder = claim.session, claim.found
    if source_folder:
        name, directory = source_folder.folder.data_set, source_folder.folder.directory
    else:
        name, directory = _expected(assessor.run, data_set_type, claim, directories)
    return WorkItem(
        data_set=str(name),
        directory=directory,
        origin=source_folder.place if source_folder else "",
        destination=assessor.location,
        manifest_id="",
        session_id=str(claim.target),
        session=claim.label,
        session_key=session.key,
        settled=claim.decided,
        copy_at=assessor.run.copy_at(data_set_type, assessor.location),
    )


def _expected(
    run: Run, data_set_type: str, claim: Claim, directories: Mapping[DataSetName, str]
) -> tuple[DataSetName, str]:
    """The data set that it should have, and where: as a person gave it, else as the convention names it."""
    if claim.given:
        return claim.given.name, claim.given.directory
    name = DataSetName(data_set_type, claim.expected)
    return name, directories.get(name) or run.settings.conventions.directory(name)
