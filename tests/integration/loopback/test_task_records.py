"""A task that may no longer work cannot change anything, even if its thread still runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopback_globus.engine import task_records
from loopback_globus.engine.task_records import Ledger
from loopback_globus.engine.trouble import Stopped
from loopback_globus.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "state.sqlite")
    with store.write() as db:
        db.execute(
            "INSERT INTO task (task_id, owner_id, submission_id, type, status, source_endpoint_id, options,"
            " paths_digest, request_time, deadline, deadline_given)"
            " VALUES ('t', 'me', 's', 'TRANSFER', 'ACTIVE', 'rig', '{}', '', 0, 9e9, 0)"
        )
    return store


def test_an_active_task_may_record(store: Store) -> None:
    with Ledger(store).working("t") as db:
        task_records.add(db, "t", faults=1)
    assert store.read().execute("SELECT faults FROM task").fetchone()[0] == 1


@pytest.mark.parametrize(
    "change",
    ["status = 'FAILED'", "status = 'INACTIVE'", "pause_message = ''", "hold = 'stuck'", "task_id = 'other'"],
)
def test_a_cancelled_inactive_paused_stuck_or_forgotten_task_may_not_record(
    store: Store, change: str
) -> None:
    with store.write() as db:
        db.execute(f"UPDATE task SET {change}")
    with pytest.raises(Stopped), Ledger(store).working("t"):
        raise AssertionError("it must not get here")


def test_a_failed_transaction_records_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), Ledger(store).working("t") as db:
        task_records.add(db, "t", faults=1)
        task_records.event(db, "t", "STARTED", str(1 / 0), is_error=False)
    assert store.read().execute("SELECT faults FROM task").fetchone()[0] == 0
