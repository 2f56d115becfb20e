"""The catalog is opened once for each try of a submit, though Globus is waited for in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException
from tests.integration.flow.sent import SentDataSet

from archive_flow.run.context import Run
from archive_flow.transfer import ledger_store
from archive_flow.transfer.ledger_store import LedgerStore
from archive_flow.upload.shipment import UploadShipment
from session_archive.errors import CatalogError, CatalogUnavailableError
from support.stack import Stack


@pytest.fixture
def opened(night: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Each run that a store has opened, with a connection of its own."""
    runs: list[Run] = []

    @contextmanager
    def open_run(route: str, context: Any, *, hook: Any = None) -> Iterator[Run]:
        with stack.catalog() as catalog:
            runs.append(replace(night, catalog=catalog, hook=hook))
            yield runs[-1]

    monkeypatch.setattr(ledger_store, "open_run", open_run)
    return runs


@pytest.fixture
def store(night: Run, stack: Stack) -> LedgerStore:
    context: Any = {"ti": SimpleNamespace(xcom_push=lambda key, value: None)}
    shipment = UploadShipment("upload", SentDataSet(night, stack, origin="rig").item)
    return LedgerStore(context, "upload", shipment, hook=night.hook)


def end_connection(stack: Stack, run: Run) -> None:
    (number,) = run.catalog.connection.query("SELECT CONNECTION_ID()").fetchone()
    stack.database.execute(f"KILL {number}")


def test_a_whole_submission_uses_one_connection_and_the_tasks_own_login(
    night: Run, store: LedgerStore, opened: list[Run]
) -> None:
    with store:
        assert store.load() is None
        assert len(store.items().items) == 2
        store.save(submission_id=night.hook.submission_id())
        store.look_again()
        assert (len(opened), opened[0].hook) == (1, night.hook)
    with pytest.raises(CatalogError):
        opened[0].catalog.stay_connected()


def test_a_connection_that_was_lost_between_two_steps_is_opened_again(
    night: Run, stack: Stack, store: LedgerStore, opened: list[Run]
) -> None:
    with store:
        assert store.load() is None
        assert len(store.items().items) == 2
        end_connection(stack, opened[0])
        submission = night.hook.submission_id()
        store.save(submission_id=submission)
        assert len(opened) == 2
    (begun,) = [each for each in night.catalog.ledger.unfinished() if str(each.submission_id) == submission]
    assert len(begun.items) == 2


def test_a_catalog_that_is_gone_ends_the_try_and_is_tried_again(
    stack: Stack, store: LedgerStore, opened: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store:
        assert store.load() is None
        end_connection(stack, opened[0])

        def gone(*_: Any, **__: Any) -> Any:
            raise CatalogUnavailableError("does not answer")

        monkeypatch.setattr(ledger_store, "open_run", gone)
        with pytest.raises(AirflowException, match="does not answer"):
            store.items()
