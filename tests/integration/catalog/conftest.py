"""A real MariaDB whose defaults are the worst (latin1), with a fresh lab and catalog for each test.

Another server, such as MySQL 8.4, runs the same tests when SESSION_ARCHIVE_TEST_DATABASE names it and its
administrator: mysql://root:PASSWORD@HOST:PORT. What the tests make there is dropped at their end.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.integration.catalog.samples import (
    ARCHIVE,
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

from session_archive.catalog.database.connection import OwnConnection, quiet
from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.install import install
from session_archive.states.state import LabSession
from support.mariadb import DatabaseServer, PrivateMariaDB
from support.sample_history import fill_history
from support.sample_lab import add_sessions, make_lab

#: A commit need not survive a power cut here, only a killed server.
#: Packets are small, so that what is not sent in pieces fails.
QUICK = ("--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=4M")

#: Names another server than the private one.
GIVEN = "SESSION_ARCHIVE_TEST_DATABASE"

#: Databases of the tests: each ends in its test's number.
OURS = re.compile(r"[A-Za-z_]+\d+")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[DatabaseServer]:
    given = os.environ.get(GIVEN)
    with guest_of(given_server(given)) if given else private_server() as server:
        server.create_user(NIGHTLY, PASSWORD)
        yield server


@pytest.fixture
def with_our_options(server: DatabaseServer) -> None:
    """For a test of how the private server is set up."""
    if not isinstance(server, PrivateMariaDB):
        pytest.skip(f"tells of the options of the private server; {GIVEN} names another")


@contextlib.contextmanager
def private_server() -> Iterator[DatabaseServer]:
    # Not below pytest's own directory: the server runs as a user who cannot reach that.
    with (
        tempfile.TemporaryDirectory(prefix="catalog-", dir="/tmp") as directory,
        PrivateMariaDB(Path(directory), options=QUICK) as server,
    ):
        yield server


def given_server(url: str) -> DatabaseServer:
    parts = urlsplit(url)
    if parts.scheme != "mysql" or not parts.hostname or not parts.username:
        raise pytest.UsageError(f"{GIVEN}: expected mysql://root:PASSWORD@HOST:PORT")
    return DatabaseServer(
        host=parts.hostname,
        port=parts.port or 3306,
        root_user=unquote(parts.username),
        root_password=unquote(parts.password or ""),
    )


@contextlib.contextmanager
def guest_of(server: DatabaseServer) -> Iterator[DatabaseServer]:
    """Leave a server of somebody's as it was; refuse one on which the tests would meet what is not theirs."""
    before = databases(server)
    theirs = sorted(name for name in before if OURS.fullmatch(name))
    logins = server.execute("SELECT host FROM mysql.user WHERE user = %s", NIGHTLY)
    if theirs or logins:
        raise pytest.UsageError(
            f"{GIVEN}: {server.host}:{server.port} has {theirs or f'a login {NIGHTLY!r}'}, which the tests would "
            "change; name an empty server"
        )
    try:
        yield server
    finally:
        server.drop(databases(server) - before)
        server.execute("DROP USER IF EXISTS %s@'%%'", NIGHTLY)


def databases(server: DatabaseServer) -> set[str]:
    return {str(name) for (name,) in server.execute("SHOW DATABASES")}


@pytest.fixture
def number() -> int:
    """One that no other test has: the databases of this test carry it."""
    return next(_numbers)


@pytest.fixture
def admin(server: DatabaseServer) -> Iterator[OwnConnection]:
    connection = as_root(server)
    yield connection
    connection.close()


@pytest.fixture
def nightly(server: DatabaseServer) -> Iterator[OwnConnection]:
    connection = as_nightly(server)
    yield connection
    connection.close()


@pytest.fixture
def fresh_site(server: DatabaseServer, admin: OwnConnection, nightly: OwnConnection, number: int) -> Site:
    """The minimal lab with three sessions, and its catalog, for a test that changes their tables."""
    return make_site(server, admin, nightly, number)


@pytest.fixture(scope="session")
def shared_site(server: DatabaseServer) -> Iterator[Site]:
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


def make_site(server: DatabaseServer, admin: OwnConnection, nightly: OwnConnection, number: int) -> Site:
    sample = make_lab(admin, lab=f"lab{number}", experiment=f"experiment{number}")
    add_sessions(sample, [MORNING, NOON, OTHER])
    layout = sample_layout(number)
    install(admin, layout, nightly_user=NIGHTLY)
    return Site(server, layout, admin, nightly, sample, number)


@contextlib.contextmanager
def growing_site(
    server: DatabaseServer, number: int, review: Callable[[Catalog], None]
) -> Iterator[Callable[[int], Site]]:
    """A site with so many data sets: more are added to it where it has fewer.

    review : what a night does after each of them
    """
    admin, nightly = as_root(server), as_nightly(server)
    site = make_site(server, admin, nightly, number)
    filled = 0

    def grow(until: int) -> Site:
        nonlocal filled
        if filled < until:
            fill_history(server, site.layout, ARCHIVE, until, first=filled)
            filled = until
            review(site.open())
        return site

    yield grow
    admin.close()
    nightly.close()


@pytest.fixture
def catalog(site: Site) -> Catalog:
    """What a task of the night opens."""
    return site.open()


@pytest.fixture
def session(catalog: Catalog) -> LabSession:
    """The first session of SC022."""
    return next(each for each in catalog.expected_sessions("raw-ephys") if each.subject == "SC022")
