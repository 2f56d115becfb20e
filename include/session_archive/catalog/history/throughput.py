"""How much waits to be sent, and how much the last nights have sent; what has ended costs nothing."""

from __future__ import annotations

import datetime as dt

from session_archive.catalog.history.open_states import OpenStates
from session_archive.catalog.history.open_submissions import OpenSubmissions
from session_archive.catalog.schema.store import Store, stored_time
from session_archive.states.state import State
from session_archive.transfers.backlog import Backlog
from session_archive.transfers.submission import End

#: How far back the nights are read whose bytes make the pace.
SPAN = dt.timedelta(days=30)
#: What a run will send, or is sending.
_WAITING = (State.READY, State.SUBMITTED)


class Throughput:
    """The backlog of uploads, and the pace of the last nights."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._states, self._submissions = OpenStates(store), OpenSubmissions(store)

    def transfers_under_way(self) -> bool:
        """Whether any submission has no outcome yet."""
        tables = self._store.tables
        with self._store.reading():
            candidates, arguments = self._submissions.candidates()
            (row,) = self._store.rows(
                f"SELECT EXISTS (SELECT 1 FROM {candidates} c "
                f"JOIN {tables.Submission.full_table_name} s USING (submission_id) "
                f"LEFT JOIN {tables.TransferOutcome.full_table_name} o USING (submission_id) "
                "WHERE o.submission_id IS NULL) AS under_way",
                *arguments,
            )
        return bool(row["under_way"])

    def backlog(self, *, now: dt.datetime) -> Backlog:
        """What waits, and the bytes of each night that sent something.

        now : aware; a night is from noon to noon in its zone
        """
        waiting = [
            each.n_bytes
            for kind in self._store.layout.link_tables
            for each in self._states.of_type(kind).values()
            if each.state in _WAITING
        ]
        with self._store.reading():
            nights = self._nights(now)
        return Backlog(len(waiting), sum(waiting), unknown=waiting.count(0), nights=nights)

    def recorded_at(self, place: str, *, now: dt.datetime) -> float:
        """Bytes a day that were sent from a rig in the last 30 days: about what is recorded there.

        now : aware
        """
        tables = self._store.tables
        with self._store.reading():
            (row,) = self._store.rows(
                f"SELECT COALESCE(SUM(o.n_bytes), 0) AS n_bytes FROM {tables.TransferOutcome.full_table_name} o "
                f"JOIN {tables.Submission.full_table_name} s USING (submission_id) "
                "WHERE s.route = 'upload' AND s.source = %s AND o.status = %s AND o.recorded_at >= %s",
                place,
                End.SUCCEEDED.value,
                stored_time(now - SPAN),
            )
        return float(row["n_bytes"]) / SPAN.days

    def _nights(self, now: dt.datetime) -> tuple[int, ...]:
        tables = self._store.tables
        offset = now.utcoffset() or dt.timedelta(0)
        rows = self._store.rows(
            "SELECT SUM(o.n_bytes) AS n_bytes "
            f"FROM {tables.TransferOutcome.full_table_name} o "
            f"JOIN {tables.Submission.full_table_name} s USING (submission_id) "
            "WHERE s.route = 'upload' AND o.status = %s AND o.recorded_at >= %s AND o.completed_at >= %s "
            "GROUP BY DATE(o.completed_at + INTERVAL %s SECOND) ORDER BY MIN(o.completed_at)",
            End.SUCCEEDED.value,
            # Recorded later than completed, and in an index.
            stored_time(now - SPAN),
            stored_time(now - SPAN),
            int((offset - dt.timedelta(hours=12)).total_seconds()),
        )
        return tuple(int(row["n_bytes"]) for row in rows)
