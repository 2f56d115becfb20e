"""Counts what is not safe, without reading what is: by the states that are open and the last review of sessions."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence

from session_archive.catalog.history.session_reviews import SessionReviews
from session_archive.catalog.history.state_counts import Counts, OfType, StateCounts
from session_archive.catalog.history.states import States
from session_archive.catalog.lab.open_keys import OpenKeys
from session_archive.catalog.lab.plain_lab import PlainLab
from session_archive.catalog.lab.session_keys import ExpectedKey
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.schema.store import Store
from session_archive.catalog.schema.table_names import table_name
from session_archive.naming.session_name import DataSetName
from session_archive.request.selection import Selection
from session_archive.states.overview import TO_LOOK_AT, UNSAFE, Tally
from session_archive.states.state import State


class OpenCounts(Counts):
    """As `Counts`, whose `unsafe` costs the same whatever is archived."""

    def __init__(self, store: Store, lab: PlainLab, states: States) -> None:
        super().__init__(store.layout, lab, states)
        self._store, self._plain = store, lab
        self._reviews = SessionReviews(store)

    def unsafe(
        self, *, kinds: Sequence[str], states: Collection[State] = TO_LOOK_AT, limit: int | None = None
    ) -> StateCounts:
        """As `Counts.unsafe`; safe states are not counted where the sessions of each type have a review.

        A session without a state that was entered since the review, with a date of more than a month before it, is
        missing until the next review.
        """
        reviews = {kind: self._reviews.newest(kind) for kind in kinds}
        parts = [
            part for kind, review in reviews.items() if review and (part := self._open(kind, review, states))
        ]
        if len(parts) < len(kinds):
            return super().unsafe(kinds=kinds, states=states, limit=limit)
        return self._together(parts, limit)

    def _open(self, kind: str, review: SessionReview, requested: Collection[State]) -> OfType | None:
        of_type = self._states.open(kind)
        newest = {target.bytes: each.state for target, each in of_type.items()}
        unclaimed = [target for target, state in newest.items() if state == State.UNCLAIMED]
        listed = {target: each.data_set for target, each in of_type.items() if each.state in UNSAFE}
        ever_ignored = self._states.newest_rows(self._states.targets_ever(State.IGNORED, kind), kind)
        listed |= {row.target: row.data_set for row in ever_ignored if row.state is State.IGNORED}
        expected = self._expected(kind, review, listed)
        if expected is None:
            return None
        settled = [uuid.UUID(bytes=id) for id in expected if id not in newest]
        newest |= {row.target.bytes: str(row.state) for row in self._states.newest_rows(settled, kind)}
        states = {id: State(newest.get(id, State.NOT_FOUND)) for id in expected}
        matching = [(expected[id], kind, id) for id, state in states.items() if state in TO_LOOK_AT]
        everyone = Selection()
        folders = self._unclaimed(kind, unclaimed, everyone)
        further = self._further(
            kind, [target.bytes for target in listed if target.bytes not in expected], everyone
        )
        counted = Counter(states[id] for _, _, id in matching if states[id] in UNSAFE)
        unsafe = sum(row.state in UNSAFE for row in further)
        return OfType(
            Tally(kind, counted, len(folders), unsafe, whole=False),
            [each for each in matching if states[each[2]] in requested],
            [row for row in (*further, *folders) if row.state in requested],
            frozenset(id for id, state in states.items() if state is State.IGNORED),
        )

    def _expected(
        self, kind: str, review: SessionReview, listed: dict[uuid.UUID, str]
    ) -> dict[bytes, ExpectedKey] | None:
        """All expected sessions that may be listed, and some others; None if only a look at all sessions tells.

        listed : the data set's name by the target of each state that is not safe, or ignored
        """
        layout = self._store.layout
        restriction = layout.expected.get(kind, "")
        links = f"`{layout.link_database}`.`{table_name(layout.link_tables[kind])}`"
        keys = OpenKeys(self._plain, expected=restriction, links=links)
        expected = keys.of([key for key in review.sessions.values() if key])
        expected |= keys.entered_since(review)
        names = {
            target: DataSetName.parse(name).id if name else None
            for target, name in listed.items()
            if target.bytes not in expected and target not in review.sessions
        }
        expected |= keys.of_data_sets([data_set for data_set in names.values() if data_set])
        unknown = [
            target
            for target, data_set in names.items()
            if target.bytes not in expected and target != data_set
        ]
        # Such as of a session that was entered late, and has no data set.
        return None if unknown else expected
