"""The server closes a connection that is idle; another session holds a lock, or wins a deadlock."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.integration.catalog.samples import MORNING, NIGHTLY, SC022, Site, as_nightly, record

from session_archive.catalog.open import Catalog
from session_archive.errors import CatalogUnavailableError

TABLES = ("data_set", "data_set__physical_file", "replica", "verification", "data_set_state")


def wait_until(true: Callable[[], bool]) -> None:
    """Poll; pytest ends a test that hangs."""
    while not true():
        time.sleep(0.05)


def rows(site: Site) -> list[int]:
    return [site.count(table) for table in TABLES]


@contextmanager
def variable(site: Site, name: str, value: int) -> Iterator[None]:
    """A variable of the server, for the connections that are opened meanwhile."""
    [(before,)] = site.server.execute(f"SELECT @@GLOBAL.{name}")
    site.server.execute(f"SET GLOBAL {name} = {value}")
    try:
        yield
    finally:
        site.server.execute(f"SET GLOBAL {name} = {before}")


@contextmanager
def fresh(site: Site) -> Iterator[Catalog]:
    """The catalog over a new connection, opened in this thread."""
    connection = as_nightly(site.server)
    try:
        yield Catalog(connection, site.layout)
    finally:
        connection.close()


@contextmanager
def another_session(site: Site) -> Iterator[None]:
    """Somebody else holds the link of the data set, and has written more than a task of ours does."""
    site.admin.query("SET FOREIGN_KEY_CHECKS = 0")
    site.admin.start_transaction()
    for subject in (MORNING.subject_id, *range(900_000, 900_300)):
        data_set = SC022.id if subject == MORNING.subject_id else uuid.uuid4()
        site.admin.query(
            f"INSERT INTO `{site.layout.link_database}`.archived_raw_ephys "
            "(subject_id, session, data_set_id, linked_at) VALUES (%s, 1, %s, NOW())",
            (subject, data_set.bytes),
        )
    try:
        yield
    finally:
        site.admin.cancel_transaction()


@pytest.mark.fault(55)
def test_a_connection_that_is_idle_while_files_are_read_for_hours_stays_open(site: Site) -> None:
    with variable(site, "wait_timeout", 1), fresh(site) as catalog:
        with fresh(site) as other:
            other.writer._store.connection.query("SET SESSION wait_timeout = 1")
            [number] = other.writer._store.connection.query("SELECT CONNECTION_ID()").fetchone()
            ask = "SELECT 1 FROM information_schema.processlist WHERE id = %s"
            wait_until(lambda: not site.server.execute(ask, number))
        assert record(catalog)
        assert rows(site) == [1, 2, 1, 1, 1]


@pytest.mark.fault(55)
def test_a_connection_that_the_server_closed_is_one_clear_line_and_the_retry_records(site: Site) -> None:
    with fresh(site) as catalog:
        [number] = catalog.writer._store.connection.query("SELECT CONNECTION_ID()").fetchone()
        site.server.execute(f"KILL {number}")
        with pytest.raises(CatalogUnavailableError, match="does not answer") as caught:
            record(catalog)
        assert caught.value.retryable and "\n" not in str(caught.value)
    assert rows(site) == [0] * len(TABLES)
    with fresh(site) as catalog:
        assert record(catalog)


@pytest.mark.fault(56)
def test_a_lock_that_is_not_released_leaves_nothing_half_done(site: Site) -> None:
    with (
        variable(site, "innodb_lock_wait_timeout", 1),
        another_session(site),
        fresh(site) as catalog,
        pytest.raises(CatalogUnavailableError, match="Lock wait timeout") as caught,
    ):
        record(catalog, catalog.expected_sessions("raw-ephys")[0])
    assert caught.value.retryable
    assert rows(site) == [0] * len(TABLES)
    with fresh(site) as catalog:
        assert record(catalog, catalog.expected_sessions("raw-ephys")[0])
    assert rows(site) == [1, 2, 1, 1, 1]


@pytest.mark.fault(56)
def test_a_deadlock_rolls_everything_back_and_the_retry_records(site: Site) -> None:
    errors: list[CatalogUnavailableError] = []

    def task() -> None:
        with fresh(site) as catalog:
            try:
                record(catalog, catalog.expected_sessions("raw-ephys")[0])
            except CatalogUnavailableError as error:
                errors.append(error)

    with another_session(site):
        worker = threading.Thread(target=task)
        worker.start()
        waits = "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'INSERT INTO %%archived_raw_ephys%%'"
        wait_until(lambda: bool(site.server.execute(f"{waits} AND user = %s", NIGHTLY)))
        # It waits for us, and now we wait for it: the server ends the one that has written less.
        site.admin.query(
            f"SELECT * FROM `{site.layout.database}`.data_set WHERE data_set_id = %s FOR UPDATE",
            (SC022.id.bytes,),
        )
        worker.join()
    [error] = errors
    assert "Deadlock" in str(error) and error.retryable
    assert rows(site) == [0] * len(TABLES)
    with fresh(site) as catalog:
        assert record(catalog, catalog.expected_sessions("raw-ephys")[0])
    assert rows(site) == [1, 2, 1, 1, 1]
