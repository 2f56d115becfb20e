"""Compares all sessions of the lab with the catalog, once in a while, so that a night need not."""

from __future__ import annotations

from session_archive.catalog.history.session_reviews import SessionReviews
from session_archive.catalog.history.states import States
from session_archive.catalog.lab.links import Links
from session_archive.catalog.lab.new_sessions import server_time
from session_archive.catalog.lab.open_sessions import without_data_set
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.schema.store import Store, now
from session_archive.states.overview import unsafe_targets

#: A lab with fewer sessions has no reviews: all of them are read at once.
_MANY = 1000


class SessionReviewer:
    """Adds reviews of sessions."""

    def __init__(self, store: Store, *, lab: Lab, links: Links, states: States) -> None:
        self._store, self._lab, self._links, self._states = store, lab, links, states
        self._reviews = SessionReviews(store)

    def review(self, data_set_type: str) -> None:
        """Add a review of the sessions of a type, if the last one is old and the lab has many sessions.

        It says only what the lab and the catalog have, and nothing of what a run has looked at: any run may add it.
        """
        with self._store.reading():
            due = self._reviews.is_due(data_set_type) and self._lab.count() >= _MANY
        newest = self._reviews.newest(data_set_type)
        if due:
            self._compare(data_set_type)
        elif newest:
            self._add_new(data_set_type, newest)

    def _compare(self, data_set_type: str) -> None:
        expected, link_table = self._settings(data_set_type)
        with self._store.writing(f"sessions of {data_set_type}"):
            until, read_at = now(), server_time(self._store.connection)
            keys = self._lab.expected_keys(data_set_type, expected)
            without = without_data_set(
                self._lab, self._links, data_set_type, expected=expected, link_table=link_table
            )
            unsafe = unsafe_targets(keys, self._states.newest(data_set_type))
            sessions = {
                target: None if (key := keys.get(target.bytes)) is None else key.plain for target in unsafe
            }
            sessions |= {each.id: each.key for each in without}
            self._reviews.add(data_set_type, until=until, read_at=read_at, sessions=sessions)

    def _add_new(self, data_set_type: str, newest: SessionReview) -> None:
        """Add the sessions that were entered since the last one, so that nobody looks for these again."""
        expected, link_table = self._settings(data_set_type)
        if self._lab.is_unchanged(expected, read_at=newest.read_at):
            return
        with self._store.writing(f"sessions of {data_set_type}"):
            read_at = server_time(self._store.connection)
            entered = self._lab.entered_since(data_set_type, expected, newest)
            linked = self._links.linked_among(link_table, [each.key for each in entered])
            new = {each.id: each.key for each in entered if each.id not in {*linked, *newest.sessions}}
            # Without new ones it helps only where the server will know that nothing has changed since.
            if new or self._lab.is_unchanged(expected, read_at=read_at):
                sessions = {**newest.sessions, **new}
                self._reviews.add(data_set_type, until=newest.until, read_at=read_at, sessions=sessions)

    def _settings(self, data_set_type: str) -> tuple[str, str]:
        layout = self._store.layout
        return layout.expected.get(data_set_type, ""), layout.link_tables[data_set_type]
