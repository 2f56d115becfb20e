"""What select says to the rest of the run: notes that its functions return, and the report that they add up to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from archive_flow.run.work_item import WorkItem
from printable_text import printable_values
from session_archive.listing import Problem
from session_archive.listing.unlisted import Unlisted
from session_archive.states.state import ALARMS, StateRow

#: People read a report, and it passes through XCom: it names the first of a long list and counts the rest.
NAMED_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of a list, and how many it has."""

    named: tuple[str, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, lines: Iterable[str]) -> Lines:
        """Count lines, and name them as far as there is room."""
        every = tuple(lines)
        return cls(every[:NAMED_AT_MOST], len(every))

    @classmethod
    def joined(cls, parts: Iterable[Lines]) -> Lines:
        """One list after the other."""
        named: list[str] = []
        count = 0
        for part in parts:
            named += part.named[: NAMED_AT_MOST - len(named)]
            count += part.count
        return cls(tuple(named), count)


@dataclass(frozen=True, slots=True)
class Notes:
    """What one step of select has to say, besides the data sets that it takes up and their states.

    unlisted  : places and folders that could not be listed; each fails the run
    left_out  : what will never be archived as it is, '<place>:<path>: <why>': names that no convention reads,
                links, hidden files
    unread    : places without a local_path: only names and sizes could show whether recordings are complete
    settling  : data set, and when it is ready if it has not changed (UTC); it waits for nothing else
    unclaimed : folders that no session claims, with size and age
    noted     : oddities of data sets that do not stop them, such as gaps in videos
    dark      : folders and files under a location that no replica names, with size and age
    """

    unlisted: tuple[Unlisted, ...] = ()
    left_out: Lines = Lines()
    unread: tuple[str, ...] = ()
    settling: tuple[tuple[str, dt.datetime], ...] = ()
    unclaimed: Lines = Lines()
    noted: Lines = Lines()
    dark: Lines = Lines()

    @property
    def of_places(self) -> Notes:
        """What a run needs to know of its places and times, without what it only tells people."""
        return Notes(unlisted=self.unlisted, settling=self.settling)

    def __add__(self, other: Notes) -> Notes:
        """The notes of two steps."""
        return add_up((self, other))


def left_out(place: str, problems: Iterable[Problem]) -> Notes:
    """Notes of paths at a place that are not archived."""
    return Notes(left_out=Lines.of(f"{place}:{problem.path}: {problem.what}" for problem in problems))


def add_up(notes: Iterable[Notes]) -> Notes:
    """The notes of many steps, in their order."""
    every = [each for each in notes if each != _NOTHING]
    return Notes(
        unlisted=tuple(unlisted for each in every for unlisted in each.unlisted),
        left_out=Lines.joined(each.left_out for each in every),
        unread=tuple(dict.fromkeys(place for each in every for place in each.unread)),
        settling=tuple(settling for each in every for settling in each.settling),
        unclaimed=Lines.joined(each.unclaimed for each in every),
        noted=Lines.joined(each.noted for each in every),
        dark=Lines.joined(each.dark for each in every),
    )


_NOTHING = Notes()


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one select.

    unlisted  : place, or 'place:folder' -> why it could not be listed; each fails the run
    settling  : data set -> ISO timestamp at which it is ready if it has not changed
    changes   : data sets whose state has changed since the last run, '<name>: <state>: <why>'
    remaining : data sets that wait for a later run, because of a limit; `left` names the first of them
    waiting   : transfers that wait for a person and that no data set of this run reports
    plan      : what a dry run would do, or a retrieval does
    approval  : subject and body of the question to a person; empty where nobody has to approve

    `Notes` explains the others. Long lists are named in part, and counted.
    """

    unlisted: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    left_out_count: int = 0
    unread: list[str] = field(default_factory=list)
    settling: dict[str, str] = field(default_factory=dict)
    unclaimed: list[str] = field(default_factory=list)
    unclaimed_count: int = 0
    noted: list[str] = field(default_factory=list)
    noted_count: int = 0
    dark: list[str] = field(default_factory=list)
    dark_count: int = 0
    states: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changes_count: int = 0
    remaining: int = 0
    left: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    approval: dict[str, str] = field(default_factory=dict)
    dry_run: bool = False

    @classmethod
    def of(cls, notes: Notes, *, dry_run: bool = False) -> Report:
        """A report that says what the notes say."""
        return cls(
            unlisted={each.where: str(each.why) for each in notes.unlisted},
            left_out=list(notes.left_out.named),
            left_out_count=notes.left_out.count,
            unread=list(notes.unread),
            settling={data_set: time.isoformat() for data_set, time in notes.settling},
            unclaimed=list(notes.unclaimed.named),
            unclaimed_count=notes.unclaimed.count,
            noted=list(notes.noted.named),
            noted_count=notes.noted.count,
            dark=list(notes.dark.named),
            dark_count=notes.dark.count,
            dry_run=dry_run,
        )

    def with_states(self, rows: Iterable[StateRow]) -> Report:
        """The report, with the states counted; those that are alarms are named."""
        rows = list(rows)
        return replace(
            self,
            states=dict(Counter(str(row.state) for row in rows)),
            alarms=[f"{_named(row)}: {row.reason}" for row in rows if row.state in ALARMS],
        )

    def with_changes(self, rows: Sequence[StateRow]) -> Report:
        """The report, with the states that are new counted, and named as far as there is room."""
        changes = [_named(row) + (f": {row.reason}" if row.reason else "") for row in rows[:NAMED_AT_MOST]]
        return replace(self, changes=changes, changes_count=len(rows))

    def with_remaining(self, labels: Sequence[str]) -> Report:
        """The report, with the data sets counted that a limit leaves to a later run; the first are named."""
        return replace(self, remaining=len(labels), left=list(labels[:NAMED_AT_MOST]))

    def with_transfers(self, waiting: Sequence[str], unknown: Sequence[str]) -> Report:
        """The report, with lines about transfers that wait for a person, and about those that nothing is known of."""
        return replace(self, waiting=list(waiting), alarms=[*self.alarms, *unknown])

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        values: dict[str, Any] = printable_values(asdict(self))
        return values


def _named(row: StateRow) -> str:
    return f"{row.name}: {row.state}"


@dataclass(frozen=True, slots=True)
class Selected:
    """The result of select: the data sets that this run takes up, and the report on all others."""

    work_items: list[WorkItem]
    report: Report
