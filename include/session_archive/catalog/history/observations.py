"""Observations of data sets that are not archived yet: a row whenever one has changed; rows are never changed."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from session_archive.catalog.schema.store import Store, cut, read_time, stored_time
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.fixity.storable import PATH_LENGTH
from session_archive.recording.completeness import Finding
from session_archive.recording.readiness import Observation

#: So many findings of one observation are stored; a folder with more is broken throughout.
MOST_FINDINGS = 1000


class Observations:
    """How data sets looked at their sources, and what was missing or odd about them."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Look

    def record(
        self, data_set_id: uuid.UUID, place: str, observation: Observation, findings: Sequence[Finding] = ()
    ) -> bool:
        """Record an observation, unless it equals the newest one of this place; True if it was recorded."""
        seen = [_stored(number, finding) for number, finding in enumerate(findings[:MOST_FINDINGS])]
        with self._store.writing(f"looks {data_set_id}"):
            for newest in self._rows(data_set_id, place)[-1:]:
                known = self._findings(newest["look_id"])
                if (newest["manifest_id"], known) == (observation.manifest_id, seen):
                    return False
            key = {"look_id": uuid.uuid4()}
            row = {**dataclasses.asdict(observation), "looked_at": stored_time(observation.looked_at)}
            self._table.insert1({**key, "data_set_id": data_set_id, "place": place, **row})
            self._table.Finding.insert([{**key, **each} for each in seen])
        return True

    def of(self, data_set_id: uuid.UUID, place: str) -> list[Observation]:
        """The observations of a data set at a place, oldest first; each differs from the one before."""
        with self._store.reading():
            rows = self._rows(data_set_id, place)
        return [_observation(row) for row in rows]

    def newest(self, data_set_id: uuid.UUID, *, except_at: Collection[str] = ()) -> Observation | None:
        """The newest observation at any place but these; None if no run has seen it there."""
        rows = [row for row in self._everywhere(data_set_id) if row["place"] not in except_at]
        return _observation(rows[-1]) if rows else None

    def findings_of(self, data_set_id: uuid.UUID, manifest_id: str) -> list[Finding]:
        """What was missing or odd when just these files were last seen, at whatever place."""
        rows = [row for row in self._everywhere(data_set_id) if row["manifest_id"] == manifest_id]
        with self._store.reading():
            found = [row for each in rows[-1:] for row in self._findings(each["look_id"])]
        return [Finding(row["file_path"], row["what"], row["blocks"]) for row in found]

    def findings(self, data_set_id: uuid.UUID, place: str) -> list[Finding]:
        """What was missing or odd in the newest observation at a place."""
        with self._store.reading():
            newest = self._rows(data_set_id, place)[-1:]
            rows = [row for each in newest for row in self._findings(each["look_id"])]
        return [Finding(row["file_path"], row["what"], bool(row["blocks"])) for row in rows]

    def _everywhere(self, data_set_id: uuid.UUID) -> list[dict[str, Any]]:
        with self._store.reading():
            rows = (self._table & {"data_set_id": data_set_id}).to_dicts()
        return sorted(rows, key=lambda row: row["looked_at"])

    def _rows(self, data_set_id: uuid.UUID, place: str) -> list[dict[str, Any]]:
        rows = (self._table & {"data_set_id": data_set_id, "place": place}).to_dicts()
        return sorted(rows, key=lambda row: row["looked_at"])

    def _findings(self, look_id: uuid.UUID) -> list[dict[str, Any]]:
        rows = (self._table.Finding & {"look_id": look_id}).to_dicts()
        kept = [{name: value for name, value in row.items() if name != "look_id"} for row in rows]
        return sorted(({**row, "blocks": bool(row["blocks"])} for row in kept), key=lambda row: row["number"])


def _observation(row: dict[str, Any]) -> Observation:
    values = {field.name: row[field.name] for field in dataclasses.fields(Observation)}
    return Observation(**{**values, "looked_at": read_time(row["looked_at"])})


def _stored(number: int, finding: Finding) -> dict[str, Any]:
    return {
        "number": number,
        "file_path": cut(finding.path, PATH_LENGTH),
        "what": cut(finding.what, TEXT_LENGTH),
        "blocks": finding.blocks,
    }
