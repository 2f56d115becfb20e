"""Reads the comparisons of copies with what was expected: which run proved what, what failed, and when."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from session_archive.catalog.schema.store import Store, read_time
from session_archive.fixity.compare import Difference, FixityReport


@dataclass(frozen=True, slots=True)
class FailedProof:
    """A copy at a place that was compared, and is not what was expected.

    manifest_id : of the expected files
    failed_at   : UTC
    """

    manifest_id: str
    failed_at: dt.datetime
    report: FixityReport


class Verifications:
    """Reads verifications; whoever has compared a copy writes one with its result."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def verified_in(self, *, dag_id: str, run_id: str) -> frozenset[str]:
        """Names of the data sets that this run of Airflow verified at some place, where nothing had before."""
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT v.data_set_name FROM {t.Verification.full_table_name} v "
                f"JOIN {t.Replica.Verified.full_table_name} r USING (data_set_id, verification_id) "
                "WHERE v.dag_id = %s AND v.run_id = %s",
                dag_id,
                run_id,
            )
        return frozenset(row["data_set_name"] for row in rows)

    def refused_listing(self, data_set_id: uuid.UUID, place: str) -> str:
        """The manifest id of the files that the last discovery refused there; '' if it refused none."""
        table = self._tables.Verification.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT route, verdict, manifest_id FROM {table} WHERE data_set_id = %s AND place = %s "
                "AND route != 'audit' ORDER BY verified_at DESC LIMIT 1",
                data_set_id.bytes,
                place,
            )
        last = rows[0] if rows else {}
        return (
            last["manifest_id"] if (last.get("route"), last.get("verdict")) == ("discover", "failed") else ""
        )

    def proven_at(
        self, data_set_id: uuid.UUID, *, manifest_id: str, compared: bool
    ) -> dict[str, dt.datetime]:
        """Place -> UTC since when every one of these files is known to be proven there.

        A later upload proves only the files that it sends, so that the first one counts; an audit that is `verified`
        has read them all.

        compared : as `vouchers.all_compared` of the files; else an audit alone proves them
        """
        table = self._tables.Verification.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                "SELECT place, MIN(IF(route = 'audit', NULL, verified_at)) AS sent_at, "
                "MAX(IF(route = 'audit' AND manifest_id = %s, verified_at, NULL)) AS read_at "
                f"FROM {table} WHERE data_set_id = %s AND verdict = 'verified' GROUP BY place",
                manifest_id,
                data_set_id.bytes,
            )
        found = {
            row["place"]: read_time(row["read_at"] or (row["sent_at"] if compared else None)) for row in rows
        }
        return {place: at for place, at in found.items() if at is not None}

    def failed_proof(self, data_set_id: uuid.UUID, place: str) -> FailedProof | None:
        """The last comparison there by an upload, if it sent nothing and the files were not as expected; else None."""
        t = self._tables.Verification
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {t.full_table_name} WHERE data_set_id = %s AND place = %s "
                "AND route != 'audit' ORDER BY verified_at DESC LIMIT 1",
                data_set_id.bytes,
                place,
            )
            row = rows[0] if rows else {}
            ended = (row.get("route"), row.get("verdict"), row.get("submission_id"))
            if ended != ("upload", "failed", None):
                return None
            key = {"verification_id": uuid.UUID(bytes=row["verification_id"])}
            found = (t.Difference & key & "problem != 'extra'").to_dicts(order_by="file_path")
        differences = tuple(Difference(each["file_path"], each["problem"], each["detail"]) for each in found)
        failed_at = read_time(row["verified_at"])
        assert failed_at is not None, "every verification has its time"
        report = FixityReport(row["n_files"], row["n_bytes"], differences)
        return FailedProof(row["manifest_id"], failed_at, report)
