"""An older catalog is brought up to date with every row, after a crash too, and never downgraded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.integration.catalog.samples import NIGHTLY, Site, as_root, record

from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.catalog.setup import migrations
from session_archive.catalog.setup.install import install
from session_archive.catalog.setup.migrations import (
    MIGRATIONS,
    Migration,
    Step,
    add_column,
    outstanding,
    schema_version,
    upgrade,
)
from session_archive.errors import CatalogError

COLUMN = add_column("data_set", "weight", "int DEFAULT NULL COMMENT 'g'", after="directory")
FILL = Step("UPDATE `{database}`.`data_set` SET weight = 7 WHERE weight IS NULL")
NEXT = Migration(SCHEMA_VERSION + 1, "each data set has a weight", (COLUMN, FILL))
AFTER_NEXT = Migration(
    SCHEMA_VERSION + 2,
    "a table of weights",
    (
        Step(
            "CREATE TABLE IF NOT EXISTS `{database}`.`weights` AS SELECT weight FROM `{database}`.`data_set`"
        ),
    ),
)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes this package one that knows more versions."""

    def newer(*known: Migration) -> None:
        monkeypatch.setattr(migrations, "MIGRATIONS", known)
        monkeypatch.setattr(migrations, "SCHEMA_VERSION", known[-1].version)

    return newer


def rows(site: Site) -> dict[str, list[tuple]]:
    """Every row of every table of the catalog, but the weight."""
    tables = [str(row[0]) for row in site.server.execute(f"SHOW TABLES FROM `{site.layout.database}`")]
    found = {}
    for table in sorted(set(tables) - {"schema_version", "weights", "~lineage"}):
        columns = [
            f"`{row[0]}`"
            for row in site.server.execute(f"DESCRIBE `{site.layout.database}`.`{table}`")
            if row[0] != "weight"
        ]
        found[table] = sorted(
            site.server.execute(f"SELECT {', '.join(columns)} FROM `{site.layout.database}`.`{table}`"),
            key=repr,
        )
    return found


def test_every_version_after_the_first_has_its_migration():
    assert [each.version for each in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))


def test_a_catalog_with_rows_is_upgraded_in_order_and_keeps_every_row(fresh_site: Site, newer):
    site = fresh_site
    assert record(site.open(), site.open().expected_sessions("raw-ephys")[0])
    before = rows(site)
    assert sum(map(len, before.values())) >= 10
    newer(NEXT, AFTER_NEXT)
    todo = outstanding(site.admin, site.layout)
    assert todo == (NEXT, AFTER_NEXT)
    done = list(upgrade(site.admin, site.layout, todo))
    assert done == [
        f"schema version {NEXT.version}: each data set has a weight",
        f"schema version {AFTER_NEXT.version}: a table of weights",
    ]
    assert rows(site) == before
    assert site.server.execute(f"SELECT weight FROM `{site.layout.database}`.weights") == [(7,)]
    assert schema_version(site.admin, site.layout.database) == AFTER_NEXT.version
    assert outstanding(site.admin, site.layout) == (), "again, there is nothing to do"
    versions = site.server.execute(f"SELECT schema_version FROM `{site.layout.database}`.schema_version")
    assert sorted(versions) == [(SCHEMA_VERSION,), (NEXT.version,), (AFTER_NEXT.version,)]


@pytest.mark.parametrize("reached", [0, 1, 2])
def test_an_upgrade_that_was_cut_off_goes_on_where_it_stopped(fresh_site: Site, newer, reached: int):
    site = fresh_site
    record(site.open(), site.open().expected_sessions("raw-ephys")[0])
    before = rows(site)
    broken = Migration(
        NEXT.version, NEXT.what, (*NEXT.steps[:reached], Step("ALTER TABLE `{database}`.`nowhere` ADD a int"))
    )
    with pytest.raises(CatalogError, match="nowhere"):
        list(upgrade(site.admin, site.layout, (broken,)))
    assert schema_version(site.admin, site.layout.database) == SCHEMA_VERSION
    newer(NEXT)
    # Another connection, as another run of the command has.
    again = as_root(site.server)
    list(upgrade(again, site.layout, outstanding(again, site.layout)))
    again.close()
    assert rows(site) == before
    assert site.server.execute(f"SELECT weight FROM `{site.layout.database}`.data_set") == [(7,)]
    assert schema_version(site.admin, site.layout.database) == NEXT.version


def test_there_is_no_way_back(fresh_site: Site):
    site = fresh_site
    list(upgrade(site.admin, site.layout, (NEXT,)))
    with pytest.raises(
        CatalogError,
        match=rf"has schema version {NEXT.version}, but this package needs {SCHEMA_VERSION}; .*install the newer",
    ):
        outstanding(site.admin, site.layout)
    with pytest.raises(CatalogError, match="install the newer"):
        install(site.admin, site.layout, nightly_user=NIGHTLY)


def test_one_upgrade_at_a_time(fresh_site: Site):
    other = as_root(fresh_site.server)
    other.query("SELECT GET_LOCK('session-archive upgrade', 0)")
    with pytest.raises(CatalogError, match="another upgrade is running"):
        list(upgrade(fresh_site.admin, fresh_site.layout, (NEXT,)))
    # By name: the server drops what a closed connection held some time after it is closed.
    other.query("SELECT RELEASE_LOCK('session-archive upgrade')")
    other.close()
    assert list(upgrade(fresh_site.admin, fresh_site.layout, (NEXT,)))


def test_the_nightly_login_cannot_upgrade(fresh_site: Site):
    with pytest.raises(CatalogError, match="may not do this"):
        list(upgrade(fresh_site.nightly, fresh_site.layout, (NEXT,)))


def test_setup_alone_changes_nothing_of_an_older_catalog(fresh_site: Site, newer):
    newer(NEXT)
    with pytest.raises(
        CatalogError,
        match=rf"needs schema version {NEXT.version}; pause the DAGs, back it up, and run .*--upgrade",
    ):
        install(fresh_site.admin, fresh_site.layout, nightly_user=NIGHTLY)


def test_a_catalog_that_is_not_there_needs_no_upgrade(site: Site):
    assert schema_version(site.admin, "archive_of_nobody") is None
