"""The expected data sets that should be archived by now, by the lab's own table and their newest states."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from session_archive.catalog.history.states import States
from session_archive.catalog.lab.session_keys import ExpectedKey
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.schema.layout import Layout
from session_archive.messages.facts import Overdue
from session_archive.states.overview import UNSAFE
from session_archive.states.state import State

#: Data sets that a line names; the others are counted.
NAMED = 5


class OverdueSessions:
    """Finds what is late."""

    def __init__(self, layout: Layout, lab: Lab, states: States) -> None:
        self._layout, self._lab, self._states = layout, lab, states

    def of(self, kinds: Sequence[str], *, first: dt.date, before: dt.datetime) -> Overdue:
        """The expected data sets that are not safe, newest session first.

        first  : sessions since this day, rig-local
        before : sessions that began until then, rig-local; of a lab without times, on the day before
        """
        late = [each for kind in kinds for each in self._of_kind(kind, first, before)]
        late.sort(key=lambda each: each[0].began, reverse=True)
        return Overdue(len(late), tuple(self._named(*each) for each in late[:NAMED]))

    def _of_kind(
        self, kind: str, first: dt.date, before: dt.datetime
    ) -> list[tuple[ExpectedKey, str, State, str]]:
        keys = self._lab.expected_keys(
            kind, self._layout.expected.get(kind, ""), dates=[(first, before.date())]
        )
        latest = f"{before:%Y-%m-%d %H:%M:%S}"
        begun = {uuid.UUID(bytes=id): key for id, key in keys.items() if _began(key) <= latest}
        rows = {row.target: row for row in self._states.newest_rows(list(begun), kind)}
        found = [
            (key, kind, rows[id].state, rows[id].data_set) if id in rows else (key, kind, State.NOT_FOUND, "")
            for id, key in begun.items()
        ]
        return [each for each in found if each[2] in UNSAFE]

    def _named(self, key: ExpectedKey, kind: str, state: State, data_set: str) -> str:
        if data_set:
            return f"{data_set} ({state})"
        (session,) = self._lab.expected_sessions(kind, only=[key.key])
        return f"{session} {kind} ({state})"


def _began(key: ExpectedKey) -> str:
    """When it began, as text; a day without a time ends with it."""
    return key.began if len(key.began) > len("2021-01-01") else f"{key.began} 24:00:00"
