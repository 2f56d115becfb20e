"""Which session of the lab's pipeline an archived data set belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from session_archive.catalog.database.connection import dj, quiet
from session_archive.catalog.lab.session_keys import plain_value, session_id
from session_archive.catalog.lab.session_queries import parts_of
from session_archive.catalog.schema.store import Store, now, restricted
from session_archive.errors import CatalogError, RefusedError
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import LinkedDataSet


class Links:
    """Attaches data sets to sessions, one table for each data set type."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def linked(
        self, link_table: str, *, within: Collection[Any] | None = None
    ) -> dict[uuid.UUID, tuple[LinkedDataSet, ...]]:
        """The data sets of each session that has any, by the session's id; those of one session by name.

        within : queries of the lab's sessions, which together select the sessions; None for all
        """
        link = self.table(link_table)
        key = [name for name in link.primary_key if name != "data_set_id"]
        with self._store.reading(), quiet():
            parts = [link()] if within is None else [_of_sessions(link(), query) for query in within]
            found = [
                part.proj() * self._store.tables.DataSet.proj("data_set_name", "directory") for part in parts
            ]
            rows = {row["data_set_id"]: row for part in found for row in part.to_dicts()}.values()
        linked: dict[uuid.UUID, list[LinkedDataSet]] = {}
        for row in sorted(rows, key=lambda row: row["data_set_name"]):
            session = session_id({name: plain_value(row[name]) for name in key})
            data_set = LinkedDataSet(DataSetName.parse(row["data_set_name"]), row["directory"])
            linked.setdefault(session, []).append(data_set)
        return {session: tuple(data_sets) for session, data_sets in linked.items()}

    def linked_among(self, link_table: str, keys: Collection[Mapping[str, Any]]) -> frozenset[uuid.UUID]:
        """The ids of those of these sessions that have a data set."""
        link = self.table(link_table)
        key = [name for name in link.primary_key if name != "data_set_id"]
        with self._store.reading(), quiet():
            rows = [row for part in parts_of(link(), keys) for row in part.proj().to_dicts()]
        return frozenset(session_id({name: plain_value(row[name]) for name in key}) for row in rows)

    def link(self, data_set: DataSetName, session_key: Mapping[str, Any], link_table: str) -> None:
        """As `add`, in a transaction of its own."""
        with self._store.writing(f"data set {data_set.id}"):
            self.add(data_set, session_key, link_table)

    def add(self, data_set: DataSetName, session_key: Mapping[str, Any], link_table: str) -> None:
        """Attach a recorded data set to a session; does nothing if it is attached already.

        raises : RefusedError if it belongs to another session; CatalogError if the lab has no such session
        """
        link = self.table(link_table)
        restricted(link, session_key)
        for known in (link & {"data_set_id": data_set.id}).to_dicts():
            other = {name: plain_value(known[name]) for name in session_key}
            if other != dict(session_key):
                raise RefusedError(
                    f"{data_set} already belongs to session {other}, not to {dict(session_key)}"
                )
            return
        try:
            link.insert1({**session_key, "data_set_id": data_set.id, "linked_at": now()})
        except dj.errors.IntegrityError as error:
            raise CatalogError(
                f"{data_set}: the lab's pipeline has no session {dict(session_key)} any more"
            ) from error

    def table(self, link_table: str) -> Any:
        """The link table of this name. Raises CatalogError."""
        link = self._store.links.get(link_table)
        if link is None:
            raise CatalogError(
                f"no link table {link_table!r} in archive.toml; there are {', '.join(self._store.links)}"
            )
        return link


def _of_sessions(link: Any, query: Any) -> Any:
    return link.restrict(query.proj(), semantic_check=False)
