"""Folders that walks left out although they may hold a recording: whose they are by decision, and what is said of each.

A further gate of a run is a data set of its own; nothing but a decision says which session it belongs to.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from session_archive.listing.folders import Folder
from session_archive.listing.left_out import LeftOutFolder
from session_archive.naming.any_layout import days_in, names_subject, read_by_any_layout
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import NAMESPACE, DataSetName, SessionName
from session_archive.recording.sessions import SourceFolder
from session_archive.request.selection import Selection
from session_archive.states.decisions import Decision, Verdict, standing
from session_archive.states.state import State, StateRow

_GIVE = "give it to its session, or ignore it, by `session-archive decide`"
_RENAME = "rename or move it, or ignore it by `session-archive decide`"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A left-out folder at a place.

    place         : its name in archive.toml
    data_set_type : by its name; else the first type of the place
    """

    place: str
    folder: LeftOutFolder
    data_set_type: str

    @property
    def id(self) -> uuid.UUID:
        """The target of its state: of the folder, since no data set or session is known to be there."""
        return folder_id(self.place, self.folder.directories[0])

    @property
    def paths(self) -> tuple[str, ...]:
        """`rig1:SC022/SC022_010121_g0`, of each of its directories."""
        return tuple(f"{self.place}:{directory}" for directory in self.folder.directories)

    @property
    def where(self) -> str:
        """The paths as one text, to show."""
        return " + ".join(self.paths)

    @property
    def session(self) -> SessionName | None:
        """The session that it is named after, by a layout that is not accepted."""
        return self.folder.data_set.session if self.folder.data_set else None

    @property
    def as_found(self) -> SourceFolder:
        """As the folder of a data set, which it becomes once a person gives it to a session."""
        assert self.folder.data_set is not None, "a layout reads it"
        directory = "\n".join(self.folder.directories)
        return SourceFolder(self.place, Folder(self.folder.data_set, directory, self.folder.layout))

    @property
    def reason(self) -> str:
        """Why it was left out and what to do, for its state."""
        return f"{self.folder.why}; {_GIVE if self.folder.data_set else _RENAME}"

    def mentions(self, subject: str, date: dt.date, conventions: Conventions) -> bool:
        """True if its name or path says this subject and day."""
        if self.session:
            return self.session.subject.casefold() == subject.casefold() and self.session.date == date
        return mentions(self.folder.directories[0], subject, date, conventions)

    def requested_by(self, selection: Selection, conventions: Conventions) -> bool:
        """True if a run for some subjects or days is for it too."""
        path = self.folder.directories[0]
        subjects = not selection.subjects or any(names_subject(path, each) for each in selection.subjects)
        days = {self.session.date} if self.session else days_in(path, conventions)
        return subjects and (
            not selection.dates
            or any(first <= day <= last for day in days for first, last in selection.dates)
        )

    def row(self, state: State, reason: str, *, run_id: str) -> StateRow:
        """Its state."""
        return StateRow(
            data_set_type=self.data_set_type,
            target=self.id,
            state=state,
            reason=reason,
            path=self.where,
            session=str(self.session or ""),
            run_id=run_id,
        )


def folder_id(place: str, directory: str) -> uuid.UUID:
    """The id of a folder that is no data set's; the same for every run."""
    return uuid.uuid5(NAMESPACE, f"folder {place}:{directory}")


def mentions(path: str, subject: str, date: dt.date, conventions: Conventions) -> bool:
    """True if a path says this subject and day, in any order and spelling."""
    return names_subject(path, subject) and date in days_in(path, conventions)


@dataclass(frozen=True, slots=True)
class Gate:
    """A further gate that a person gave to a session.

    found    : None if no run finds its folder now
    data_set : its name; the session's own data set has another one
    """

    decision: Decision
    data_set: DataSetName
    number: int
    found: SourceFolder | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions make of the left-out folders of one type.

    folders   : a person gave them to a session; they are matched as any other
    gates     : by the session's id, by number
    unclaimed : further gates that nobody decided on, and folders that are cataloged already: data sets of their own
    ignored   : with the decision, to show
    withdrawn : further gates that were given to a session once, and are neither given nor found any more
    others    : all the rest
    decisions : that are left for the matching, which knows no gates
    """

    folders: tuple[SourceFolder, ...]
    gates: Mapping[uuid.UUID, tuple[Gate, ...]]
    unclaimed: tuple[LeftOut, ...]
    ignored: tuple[tuple[LeftOut, str], ...]
    withdrawn: tuple[DataSetName, ...]
    others: tuple[LeftOut, ...]
    decisions: tuple[Decision, ...]


def decide_left_out(
    left_out: Collection[LeftOut],
    decisions: Sequence[Decision],
    *,
    conventions: Conventions,
    cataloged: Mapping[uuid.UUID, str],
) -> Decided:
    """Sort the left-out folders of one type by what people decided on them.

    decisions : oldest first
    cataloged : data set id -> its directory, of data sets that the catalog has
    """
    in_force = {each.target: each for each in standing(decisions) if each.place}
    gates = _gates(in_force.values(), conventions)
    folders: list[SourceFolder] = []
    unclaimed: list[LeftOut] = []
    ignored: list[tuple[LeftOut, str]] = []
    others: list[LeftOut] = []
    for each in left_out:
        name = each.folder.data_set
        decision = _decision_on(each, in_force)
        if decision and decision.verdict is Verdict.IGNORE:
            ignored.append((each, decision.words))
        elif name and decision and decision.target in gates:
            gates[decision.target] = Gate(decision, name, each.folder.gate, each.as_found)
        elif name and decision:
            folders.append(each.as_found)
        elif name and (each.folder.gate or cataloged.get(name.id) == each.as_found.folder.directory):
            unclaimed.append(each)
        else:
            others.append(each)
    once = {gate.data_set: None for gate in _gates(decisions, conventions).values()}
    known = {gate.data_set for gate in gates.values()} | {each.folder.data_set for each in left_out}
    return Decided(
        tuple(folders),
        _by_session(gates.values()),
        tuple(unclaimed),
        tuple(ignored),
        tuple(name for name in once if name not in known),
        tuple(others),
        tuple(each for each in decisions if each.target not in gates),
    )


def _gates(decisions: Iterable[Decision], conventions: Conventions) -> dict[str, Gate]:
    """The further gates that were given to sessions, by their folders; whether these still exist is not known here."""
    gates = {}
    for each in decisions:
        read = read_by_any_layout(each.directory, conventions) if each.verdict is Verdict.SESSION else None
        if read and read.gate:
            gates[each.target] = Gate(each, read.data_set, read.gate)
    return gates


def _by_session(gates: Collection[Gate]) -> dict[uuid.UUID, tuple[Gate, ...]]:
    found: dict[uuid.UUID, tuple[Gate, ...]] = {}
    for each in sorted(
        gates, key=lambda each: (each.data_set.session.subject, each.number, each.decision.target)
    ):
        assert each.decision.session_id is not None, "a folder is given to a session"
        found[each.decision.session_id] = (*found.get(each.decision.session_id, ()), each)
    return found


def _decision_on(each: LeftOut, in_force: Mapping[str, Decision]) -> Decision | None:
    """The decision on one of its directories; whoever ignores a folder ignores what was left out below it too."""
    if own := next((in_force[path] for path in each.paths if path in in_force), None):
        return own
    parts = each.folder.directories[0].split("/")
    above = (f"{each.place}:{'/'.join(parts[:depth])}" for depth in range(len(parts) - 1, 0, -1))
    decision = next((in_force[path] for path in above if path in in_force), None)
    return decision if decision and decision.verdict is Verdict.IGNORE else None
