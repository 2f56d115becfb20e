"""The report of select to the rest of the run: what could not be listed, what was left out, what comes later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from session_archive.listing import Problem
from session_archive.states.state import StateRow

#: People read a report, and it passes through XCom: it names the first of a long list and counts the rest.
NAMED_AT_MOST = 50


@dataclass(slots=True)
class Report:
    """The report of one select.

    unlisted  : place, or 'place:folder' -> why it could not be listed; each fails the run
    left_out  : what will never be archived as it is, '<place>:<path>: <why>': names that no convention reads,
                links, hidden files
    unread    : places without a local_path: only names and sizes could show whether recordings are complete
    settling  : data set -> ISO timestamp at which it is ready if it has not changed; it waits for nothing else
    unclaimed : folders that no session claims, with size and age
    noted     : oddities of data sets that do not stop them, such as gaps in videos
    changes   : data sets whose state has changed since the last run, '<session> <type>: <state>: <why>'
    remaining : data sets that wait for a later run, because of a limit; `left` names the first of them
    plan      : what a dry run would do, or a retrieval does
    approval  : subject and body of the question to a person; empty where nobody has to approve
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
    states: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changes_count: int = 0
    remaining: int = 0
    left: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    approval: dict[str, str] = field(default_factory=dict)
    dry_run: bool = False

    def leave_out(self, place: str, problems: Iterable[Problem]) -> None:
        """Count problems of a place, and name them as far as there is room."""
        lines = [f"{place}:{problem.path}: {problem.what}" for problem in problems]
        self.left_out_count += len(lines)
        self.left_out += lines[: NAMED_AT_MOST - len(self.left_out)]

    def note(self, lines: Iterable[str]) -> None:
        """Count lines, and keep them as far as there is room."""
        new = list(lines)
        self.noted_count += len(new)
        self.noted += new[: NAMED_AT_MOST - len(self.noted)]

    def add_unclaimed(self, line: str) -> None:
        """Count a folder that no session claims, and name it as far as there is room."""
        self.unclaimed_count += 1
        self.unclaimed += [line][: NAMED_AT_MOST - len(self.unclaimed)]

    def add_unread(self, place: str) -> None:
        """Note a place whose files could not be read."""
        if place not in self.unread:
            self.unread.append(place)

    def count(self, rows: list[StateRow]) -> None:
        """Count the states of `rows`."""
        counted = Counter(self.states)
        counted.update(str(row.state) for row in rows)
        self.states = dict(counted)

    def add_changes(self, rows: list[StateRow]) -> None:
        """Count the states that are new, and name them as far as there is room."""
        self.changes_count = len(rows)
        self.changes = [
            f"{row.session or row.data_set} {row.data_set_type}: {row.state}"
            + (f": {row.reason}" if row.reason else "")
            for row in rows[:NAMED_AT_MOST]
        ]

    def leave_for_later(self, labels: Sequence[str]) -> None:
        """Count data sets that a limit leaves to a later run, and name them as far as there is room."""
        self.remaining, self.left = len(labels), list(labels[:NAMED_AT_MOST])

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        return asdict(self)
