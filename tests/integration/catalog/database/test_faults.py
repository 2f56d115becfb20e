"""Killed in the middle: the process, the server; nothing half done may stay."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.integration.catalog.conftest import make_site
from tests.integration.catalog.samples import (
    MORNING,
    NIGHTLY,
    PASSWORD,
    SC022,
    Site,
    as_nightly,
    as_root,
    record,
    state,
    submission,
)

from session_archive.catalog.open import Catalog
from session_archive.errors import CatalogUnavailableError
from support.mariadb import PrivateMariaDB

ROOT = Path(__file__).parents[4]
PATHS = os.pathsep.join(map(str, (ROOT, ROOT / "script", ROOT / "include")))
RECORD = textwrap.dedent(
    """
    import sys
    from dataclasses import replace
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.database.connection import connect
    from tests.integration.catalog.samples import NIGHTLY, PASSWORD, record, sample_layout

    host, port, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    catalog = Catalog(connect(host=host, port=port, user=NIGHTLY, password=PASSWORD), sample_layout(number))
    record(catalog, catalog.expected_sessions("raw-ephys")[0])
    """
)


@pytest.fixture
def blocked(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A task that hangs in the middle of its transaction: its link is another's, who has not committed."""
    site.admin.query("SET FOREIGN_KEY_CHECKS = 0")
    site.admin.start_transaction()
    site.admin.query(
        f"INSERT INTO `{site.layout.link_database}`.archived_raw_ephys (subject_id, session, data_set_id, linked_at) "
        "VALUES (%s, 1, %s, NOW())",
        (MORNING.subject_id, SC022.id.bytes),
    )
    task = subprocess.Popen(
        [sys.executable, "-c", RECORD, site.server.host, str(site.server.port), str(site.number)],
        env={**os.environ, "PYTHONPATH": PATHS},
    )
    wait_until(lambda: waiting(site))
    yield task
    task.kill()
    task.wait()


def empty(site: Site, table: str) -> bool:
    return site.count(table) == 0


def waiting(site: Site) -> bool:
    """True when a task waits at its link; the server's table of waiting transactions is too old when asked often."""
    sql = "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'INSERT INTO %%archived_raw_ephys%%'"
    return bool(site.server.execute(f"{sql} AND user = %s", NIGHTLY))


def wait_until(true: Callable[[], bool]) -> None:
    """Poll; pytest ends a test that hangs."""
    while not true():
        time.sleep(0.05)


@pytest.mark.fault(5)
def test_a_task_killed_in_its_transaction_leaves_nothing(site: Site, blocked: subprocess.Popen[bytes]):
    # What it wrote is there, uncommitted: else this test would prove nothing.
    site.server.execute("SET GLOBAL TRANSACTION ISOLATION LEVEL READ UNCOMMITTED")
    try:
        assert site.count("data_set__physical_file") == 2
    finally:
        site.server.execute("SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    blocked.send_signal(signal.SIGKILL)
    blocked.wait()
    site.admin.cancel_transaction()
    for table in ("data_set", "data_set__physical_file", "replica", "verification", "data_set_state"):
        wait_until(partial(empty, site, table))
    assert record(site.open()), "and the next task records it, the dead one's lock being gone"


@pytest.mark.fault(10, 56)
def test_a_second_task_waits_for_the_first_and_finds_its_work_done(
    site: Site, catalog: Catalog, blocked: subprocess.Popen[bytes]
):
    second = subprocess.Popen(blocked.args, env={**os.environ, "PYTHONPATH": PATHS})
    waits = "SELECT 1 FROM information_schema.processlist WHERE state = 'User lock'"
    wait_until(lambda: bool(site.server.execute(waits)))
    site.admin.cancel_transaction()
    assert (blocked.wait(), second.wait()) == (0, 0)
    assert [site.count(name) for name in ("data_set", "replica", "verification", "data_set_state")] == [
        1,
        1,
        1,
        1,
    ]
    assert catalog.replicas.at("archive")[SC022.id].verified


@pytest.mark.fault(55)
def test_a_killed_server_keeps_what_was_committed_and_says_that_it_is_gone():
    with (
        tempfile.TemporaryDirectory(prefix="catalog-", dir="/tmp") as directory,
        PrivateMariaDB(Path(directory)) as server,
    ):
        server.create_user(NIGHTLY, PASSWORD)
        site = make_site(server, as_root(server), as_nightly(server), 1)
        catalog = site.open()
        record(catalog)
        server.kill()
        for verb in (
            lambda: catalog.states.newest_rows(),
            lambda: catalog.replicas.at("archive"),
            lambda: catalog.expected_sessions("raw-ephys"),
            lambda: record(catalog),
            lambda: catalog.ledger.begin(submission(), max_unfinished=1),
            lambda: catalog.states.record([state(reason="x")]),
        ):
            with pytest.raises(
                CatalogUnavailableError, match=f"127.0.0.1:{server.port} does not answer"
            ) as caught:
                verb()
            assert PASSWORD not in str(caught.value) and "\n" not in str(caught.value)
        server.start()
        again = replace(site, nightly=as_nightly(server)).open()
        assert again.replicas.at("archive")[SC022.id].verified
        assert not record(again)
