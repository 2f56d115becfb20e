"""A real MariaDB whose defaults are the worst (latin1), with a fresh lab and catalog for each test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.catalog.samples import (
    MORNING,
    NIGHTLY,
    NOON,
    OTHER,
    PASSWORD,
    Site,
    as_nightly,
    as_root,
    sample_layout,
)

from session_archive.catalog.catalog import Catalog
from session_archive.catalog.connection import OwnConnection, quiet
from session_archive.catalog.install import install
from session_archive.states import LabSession
from support.mariadb import PrivateMariaDB
from support.sample_lab import add_sessions, make_lab

#: A commit need not survive a power cut here, only a killed server.
#: Packets are small, so that what is not sent in pieces fails.
QUICK = ("--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=4M")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[PrivateMariaDB]:
    # Not below pytest's own directory: the server runs as a user who cannot reach that.
    with (
        tempfile.TemporaryDirectory(prefix="catalog-", dir="/tmp") as directory,
        PrivateMariaDB(Path(directory), options=QUICK) as server,
    ):
        server.create_user(NIGHTLY, PASSWORD)
        yield server


@pytest.fixture
def number() -> int:
    """One that no other test has: the databases of this test carry it."""
    return next(_numbers)


@pytest.fixture
def admin(server: PrivateMariaDB) -> Iterator[OwnConnection]:
    connection = as_root(server)
    yield connection
    connection.close()


@pytest.fixture
def nightly(server: PrivateMariaDB) -> Iterator[OwnConnection]:
    connection = as_nightly(server)
    yield connection
    connection.close()


@pytest.fixture
def fresh_site(server: PrivateMariaDB, admin: OwnConnection, nightly: OwnConnection, number: int) -> Site:
    """The minimal lab with three sessions, and its catalog, for a test that changes their tables."""
    return make_site(server, admin, nightly, number)


@pytest.fixture(scope="session")
def shared_site(server: PrivateMariaDB) -> Iterator[Site]:
    admin, nightly = as_root(server), as_nightly(server)
    yield make_site(server, admin, nightly, next(_numbers))
    admin.close()
    nightly.close()


@pytest.fixture
def site(shared_site: Site, admin: OwnConnection, nightly: OwnConnection) -> Site:
    """The same for a test that changes rows only: half the time of a fresh one goes into making tables."""
    layout, sample = shared_site.layout, shared_site.sample
    with quiet(), admin.transaction:
        admin.query("SET FOREIGN_KEY_CHECKS = 0")
        for database in (
            layout.database,
            layout.link_database,
            sample.Session.database,
            sample.Subject.database,
        ):
            for (table,) in admin.query(f"SHOW TABLES FROM `{database}`").fetchall():
                if table not in ("~lineage", "schema_version"):
                    admin.query(f"DELETE FROM `{database}`.`{table}`")
        admin.query("SET FOREIGN_KEY_CHECKS = 1")
    add_sessions(sample, [MORNING, NOON, OTHER])
    return replace(shared_site, admin=admin, nightly=nightly)


def make_site(server: PrivateMariaDB, admin: OwnConnection, nightly: OwnConnection, number: int) -> Site:
    sample = make_lab(admin, lab=f"lab{number}", experiment=f"experiment{number}")
    add_sessions(sample, [MORNING, NOON, OTHER])
    layout = sample_layout(number)
    install(admin, layout, nightly_user=NIGHTLY)
    return Site(server, layout, admin, nightly, sample, number)


@pytest.fixture
def catalog(site: Site) -> Catalog:
    """What a task of the night opens."""
    return site.open()


@pytest.fixture
def session(catalog: Catalog) -> LabSession:
    """The first session of SC022."""
    return next(each for each in catalog.expected_sessions("raw-ephys") if each.subject == "SC022")
