"""Counts the states of all expected data sets, and reads the rows of some: fast for a hundred thousand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from session_archive.catalog.history.states import States
from session_archive.catalog.lab.session_keys import ExpectedKey
from session_archive.catalog.schema.layout import Layout
from session_archive.naming.any_layout import names_subject
from session_archive.naming.session_name import DataSetName
from session_archive.request.selection import Selection
from session_archive.states.overview import (
    TO_LOOK_AT,
    UNSAFE,
    Tally,
    further_targets,
    in_states,
    tally,
    unclaimed_targets,
    unseen,
)
from session_archive.states.state import State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.lab.plain_lab import PlainLab
    from session_archive.catalog.lab.sessions import Lab

#: Above this, asking the lab for all sessions is faster than for each by its key.
_MANY = 2000


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many expected data sets are in which state.

    rows : of the requested states, oldest first, what is ignored last; then further data sets, then unclaimed folders
           if these were requested
    more : number of further rows
    """

    tallies: tuple[Tally, ...]
    rows: tuple[StateRow, ...] = ()
    more: int = 0


class OfType(NamedTuple):
    """What is counted of one type.

    matching : the expected sessions in one of the requested states, each with its type and id
    apart    : the rows of further data sets and unclaimed folders in one of them
    ignored  : ids of expected sessions that a person ignores; they come last
    """

    tally: Tally
    matching: list[tuple[ExpectedKey, str, bytes]]
    apart: list[StateRow]
    ignored: frozenset[bytes]


class Counts:
    """Counts, and looks names up only for the rows that are shown."""

    def __init__(self, layout: Layout, lab: Lab | PlainLab, states: States) -> None:
        self._layout, self._lab, self._states = layout, lab, states

    def of(
        self,
        *,
        kinds: Sequence[str],
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
        states: Collection[State] = (),
        limit: int | None = None,
    ) -> StateCounts:
        """Count the data sets of these types, and return the rows of those in one of `states`.

        subjects, dates : restrict counts and rows; none for all. Dates are inclusive spans
        limit           : rows at most; None for all
        """
        selection = Selection(subjects=frozenset(subjects), dates=tuple(dates))
        parts = self._parts(kinds, subjects, dates, states, selection)
        return self._together(list(parts), limit)

    def unsafe(
        self, *, kinds: Sequence[str], states: Collection[State] = TO_LOOK_AT, limit: int | None = None
    ) -> StateCounts:
        """As `of` for what a person should look at: all that is not safe, unclaimed folders, and what is ignored.

        states : of these, the ones whose rows are returned
        """
        return self.of(kinds=kinds, states=TO_LOOK_AT & frozenset(states), limit=limit)

    def _parts(
        self,
        kinds: Sequence[str],
        subjects: Collection[str],
        dates: Collection[tuple[dt.date, dt.date]],
        states: Collection[State],
        selection: Selection,
    ) -> Iterator[OfType]:
        expected_by: dict[str, dict[bytes, ExpectedKey]] = {}
        for kind in kinds:
            restriction = self._layout.expected.get(kind, "")
            if restriction not in expected_by:
                expected_by[restriction] = self._lab.expected_keys(
                    kind, restriction, subjects=subjects, dates=dates
                )
            expected = expected_by[restriction]
            newest = self._newest_of(kind, subjects, expected) if subjects else self._states.newest(kind)
            folders = self._unclaimed(kind, unclaimed_targets(expected, newest), selection)
            everyone = self._lab.expected_keys(kind, restriction, subjects=subjects) if dates else expected
            further = self._further(kind, further_targets(everyone, newest, {*states, *UNSAFE}), selection)
            if subjects and not all(row.data_set for row in further):
                # It may be the state of another subject's session, which has a path and no data set.
                everyone = self._lab.expected_keys(kind, restriction)
                further = [row for row in further if row.target.bytes not in everyone]
            apart = [row for row in further if row.state in states]
            apart += folders if State.UNCLAIMED in states else []
            counts = tally(kind, expected=expected, newest=newest)
            unsafe = sum(row.state in UNSAFE for row in further)
            yield OfType(
                Tally(kind, counts.states, len(folders), unsafe),
                [(expected[id], kind, id) for id in in_states(expected, newest, states)],
                apart,
                frozenset(in_states(expected, newest, {State.IGNORED})),
            )

    def _newest_of(
        self, kind: str, subjects: Collection[str], expected: Mapping[bytes, ExpectedKey]
    ) -> dict[bytes, str]:
        """The newest states of the expected sessions, and of all else that is of these subjects, or may be."""
        newest = {
            target.bytes: each.state
            for target, each in self._states.open(kind).items()
            if not each.data_set or DataSetName.parse(each.data_set).session.subject in subjects
        }
        others = {
            *map(_target, expected),
            *self._states.targets_of_subjects(subjects, kind),
            # A folder that a person ignores may have no data set's name.
            *self._states.targets_ever(State.IGNORED, kind),
        }
        rows = self._states.newest_rows([each for each in others if each.bytes not in newest], kind)
        return newest | {row.target.bytes: str(row.state) for row in rows}

    def _together(self, parts: Sequence[OfType], limit: int | None) -> StateCounts:
        matching = [each for part in parts for each in part.matching]
        apart = [row for part in parts for row in part.apart]
        tallies = [part.tally for part in parts]
        ignored = {id for part in parts for id in part.ignored}
        matching.sort(key=lambda each: (each[2] in ignored, each[0].began, each[1]))
        shown = matching if limit is None else matching[:limit]
        rows = self._rows(shown)
        rows += apart if limit is None else apart[: limit - len(rows)]
        return StateCounts(tuple(tallies), tuple(rows), len(matching) + len(apart) - len(rows))

    def knows(self, subject: str, *, kinds: Sequence[str]) -> bool:
        """True if the lab's pipeline has a session of this subject, or a run has seen a folder of it."""
        if self._lab.expected_keys("", subjects=[subject]):
            return True
        return any(
            each.unclaimed or each.further for each in self.of(kinds=kinds, subjects=[subject]).tallies
        )

    def _unclaimed(self, kind: str, targets: list[bytes], selection: Selection) -> list[StateRow]:
        rows = self._states.newest_rows([uuid.UUID(bytes=target) for target in targets], kind)
        return [row for row in rows if _wanted(row, selection)]

    def _further(self, kind: str, targets: list[bytes], selection: Selection) -> list[StateRow]:
        ids = [uuid.UUID(bytes=target) for target in targets]
        rows = self._states.newest_rows(ids if len(ids) <= _MANY else None, kind)
        known = set(ids)
        return [row for row in rows if row.target in known and _is_apart(row) and _wanted(row, selection)]

    def _rows(self, shown: list[tuple[ExpectedKey, str, bytes]]) -> list[StateRow]:
        targets = [uuid.UUID(bytes=target) for _, _, target in shown]
        known: dict[tuple[str, uuid.UUID], StateRow] = {}
        for kind in {kind for _, kind, _ in shown}:
            of_kind = [target for (_, each, _), target in zip(shown, targets, strict=True) if each == kind]
            # By type too: the index begins with it.
            stored = self._states.newest_rows(of_kind if len(of_kind) <= _MANY else None, kind)
            known.update({(kind, row.target): row for row in stored})
        missing = [
            (expected, kind)
            for (expected, kind, _), target in zip(shown, targets, strict=True)
            if (kind, target) not in known
        ]
        rows = {**self._unseen(missing), **known}
        return [rows[kind, target] for (_, kind, _), target in zip(shown, targets, strict=True)]

    def _unseen(self, missing: list[tuple[ExpectedKey, str]]) -> Mapping[tuple[str, uuid.UUID], StateRow]:
        keys: dict[str, list[dict[str, Any]]] = {}
        for expected, kind in missing:
            keys.setdefault(kind, []).append(expected.key)
        return {
            (kind, session.id): unseen(kind, session)
            for kind, only in keys.items()
            for session in self._lab.expected_sessions(
                kind, self._layout.expected.get(kind, ""), only=only if len(only) <= _MANY else None
            )
        }


def _target(target: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=target)


def _is_apart(row: StateRow) -> bool:
    """True for a data set or folder that has a state of its own; False for a session that is no longer expected."""
    if not row.data_set:
        return bool(row.path)
    return DataSetName.parse(row.data_set).id == row.target


def _wanted(row: StateRow, selection: Selection) -> bool:
    if row.data_set:
        return selection.wants_session(DataSetName.parse(row.data_set).session)
    # A folder that was left out: what its name does not say, it may be.
    if selection.subjects and not any(names_subject(row.path, subject) for subject in selection.subjects):
        return False
    day = row.session.split(" ")[1:2]
    return not day or selection.wants(
        subject=next(iter(selection.subjects), ""), date=dt.date.fromisoformat(day[0])
    )
