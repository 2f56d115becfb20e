"""A session without a folder: what was seen of its subject and day, why it was not taken, and what to do. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from session_archive.assess.left_out import LeftOut
from session_archive.listing import Problem
from session_archive.naming.any_layout import days_in, names_subject
from session_archive.naming.conventions import Conventions
from session_archive.recording.day import Started, whole_hours_apart
from session_archive.recording.sessions import Claim, Matching, SourceFolder
from session_archive.states.decisions import Decision
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import LabSession, State

_GIVE = "if it is this session's, `session-archive decide` gives it to it"
_WITHDRAW = "`session-archive decide --withdraw` ends that"
_NAMED_AT_MOST = 3
_THERE_IS = "there is "

_Day = tuple[str, dt.date]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that may be a session's and was not taken for it."""

    where: str
    why: str


class Neighbourhood:
    """All that the walks of a run saw and did not take for a session of one type, by subject and day.

    problems  : place, and a path there that is not archived
    decisions : in force, by the folder that they are about
    """

    def __init__(
        self,
        matching: Matching,
        left_out: Sequence[LeftOut],
        problems: Sequence[tuple[str, Problem]],
        *,
        decisions: Mapping[str, Decision],
        conventions: Conventions,
    ) -> None:
        self._conventions, self._decisions = conventions, decisions
        self._left_out: dict[dt.date, list[LeftOut]] = defaultdict(list)
        self._problems: dict[dt.date, list[tuple[str, Problem]]] = defaultdict(list)
        self._by_path: dict[str, list[tuple[str, Problem]]] = defaultdict(list)
        self._taken: dict[_Day, list[Claim]] = defaultdict(list)
        self._unclaimed: dict[_Day, list[SourceFolder]] = defaultdict(list)
        self._ignored: dict[_Day, list[tuple[SourceFolder, str]]] = defaultdict(list)
        self._add_folders(matching)
        self._add_others(left_out, problems)

    def _add_folders(self, matching: Matching) -> None:
        for claim in matching.claims:
            if claim.found:
                self._taken[_day(claim.found)].append(claim)
        for folder in matching.unclaimed:
            self._unclaimed[_day(folder)].append(folder)
        for folder, words in matching.ignored:
            self._ignored[_day(folder)].append((folder, words))

    def _add_others(self, left_out: Sequence[LeftOut], problems: Sequence[tuple[str, Problem]]) -> None:
        for each in left_out:
            path = each.folder.directories[0]
            for day in {each.session.date} if each.session else days_in(path, self._conventions):
                self._left_out[day].append(each)
        known = {path for each in left_out for path in each.paths}
        for place, problem in problems:
            if f"{place}:{problem.path}" not in known:
                self._by_path[problem.path].append((place, problem))
                for day in days_in(problem.path, self._conventions):
                    self._problems[day].append((place, problem))

    def explain(self, claim: Claim, *, expected: Callable[[Claim], str], started: Started) -> Claim:
        """The claim; without a folder, its reason names what was seen instead.

        expected : the directory that the convention gives it
        started  : when recordings began, as far as known
        """
        if claim.state is not State.NOT_FOUND:
            return claim
        first: dict[str, Seen] = {}
        for each in self._of(claim, expected, started):
            first.setdefault(each.where, each)
        if not (seen := list(first.values())):
            return claim
        base = claim.reason if claim.decided else "no folder was taken for it"
        words = f"; and {_THERE_IS}".join(f"{each.where}: {each.why}" for each in seen[:_NAMED_AT_MOST])
        more = len(seen) - _NAMED_AT_MOST
        return replace(
            claim, reason=f"{base}, but {_THERE_IS}{words}" + (f"; and {more} more" if more > 0 else "")
        )

    def perhaps(self, session: LabSession) -> list[SourceFolder]:
        """The folders that nobody has and whose start may show that they are this session's, by another clock."""
        if session.time is None:
            return []
        found: list[SourceFolder] = []
        for days in (-1, 0, 1):
            day = session.subject.casefold(), session.date + dt.timedelta(days)
            left_out = [each.as_found for each in self._left_out.get(day[1], ()) if each.session]
            found += [*self._unclaimed.get(day, ()), *(each for each in left_out if _day(each) == day)]
        return found

    def _of(self, claim: Claim, expected: Callable[[Claim], str], started: Started) -> Iterator[Seen]:
        session = claim.session
        for folder in self.perhaps(session):
            if hours := whole_hours_apart(session, started.get(folder)):
                yield Seen(folder.where, f"its recording began {hours} {_GIVE}")
        yield from self._folders(claim)
        for each in self._left_out.get(session.date, ()):
            if each.mentions(session.subject, session.date, self._conventions):
                yield Seen(each.where, each.reason)
        of_day = [
            each
            for each in self._problems.get(session.date, ())
            if names_subject(each[1].path, session.subject)
        ]
        for place, problem in (*of_day, *self._on_the_way(claim, expected)):
            yield Seen(f"{place}:{problem.path}", problem.what)

    def _folders(self, claim: Claim) -> Iterator[Seen]:
        """Folders of this subject and day that a layout reads, and that are another session's or nobody's."""
        day = claim.session.subject.casefold(), claim.session.date
        for other in self._taken.get(day, ()):
            assert other.found is not None, "it was taken for a session"
            if other.session.id == claim.session.id:
                continue
            decision = next(
                (self._decisions[path] for path in other.found.paths if path in self._decisions), None
            )
            if decision:
                yield Seen(other.found.where, f"it was {decision.words}; {_WITHDRAW}")
            elif other.found.session_name == claim.expected:
                yield Seen(
                    other.found.where, f"its recording began with {other.session}, and was taken for that"
                )
        for folder in self._unclaimed.get(day, ()):
            yield Seen(folder.where, f"{UNCLAIMED}; {_GIVE}")
        for folder, words in self._ignored.get(day, ()):
            yield Seen(folder.where, f"it was {words}; {_WITHDRAW}")

    def _on_the_way(self, claim: Claim, expected: Callable[[Claim], str]) -> Iterator[tuple[str, Problem]]:
        """What is wrong with the very folder that was expected, or with one above it, such as a link."""
        parts = expected(claim).split("/") if self._by_path else []
        for depth in range(1, len(parts) + 1):
            yield from self._by_path.get("/".join(parts[:depth]), ())


def seen_instead(reason: str) -> str:
    """What was seen, by the reason of a session without a folder; '' if nothing was."""
    _, there_is, seen = reason.partition(f", but {_THERE_IS}")
    return f"{_THERE_IS}{seen}" if there_is else ""


def _day(folder: SourceFolder) -> _Day:
    return folder.session_name.subject.casefold(), folder.session_name.date
