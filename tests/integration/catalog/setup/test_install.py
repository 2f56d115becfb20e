"""Setup: collations, attachment to labs of several collations, rights."""

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import NIGHTLY, Site, as_nightly, record, sample_layout

from session_archive.catalog.database.connection import OwnConnection, dj, quiet
from session_archive.catalog.open import Catalog
from session_archive.catalog.queries.published import publish
from session_archive.catalog.setup.grants import grant_nightly_rights
from session_archive.catalog.setup.install import install
from session_archive.errors import CatalogError
from session_archive.settings.load import LabSettings
from support.mariadb import DatabaseServer
from support.sample_lab import make_lab

#: Tables that only setup writes, and DataJoint's own.
OF_SETUP = {"schema_version", "~lineage", "~log"}


def collation(server: DatabaseServer, database: str) -> Any:
    sql = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = %s"
    return server.execute(sql, database)[0][0]


@pytest.mark.fault(57)
@pytest.mark.usefixtures("with_our_options")
def test_the_archive_tells_case_apart_whatever_the_server_says(site: Site):
    assert site.server.execute("SELECT @@collation_server") == [("latin1_swedish_ci",)]
    assert collation(site.server, site.layout.database) == "utf8mb4_bin"
    assert collation(site.server, site.layout.link_database) == "latin1_swedish_ci", "that of the lab"


def test_setup_again_changes_nothing(site: Site):
    record(site.open(), site.open().expected_sessions("raw-ephys")[0])
    install(site.admin, site.layout, nightly_user=NIGHTLY)
    assert (site.count("schema_version"), site.count("data_set")) == (1, 1)


def test_a_new_type_asks_for_setup_again(site: Site):
    layout = replace(site.layout, link_tables={**site.layout.link_tables, "two-photon": "ArchivedTwoPhoton"})
    with pytest.raises(CatalogError, match=r"data_sets.two-photon.link_table: .*ArchivedTwoPhoton.*setup"):
        Catalog(site.nightly, layout)
    install(site.admin, layout, nightly_user=NIGHTLY)
    assert Catalog(site.nightly, layout).links["ArchivedTwoPhoton"]().is_declared


@pytest.mark.parametrize("key", ["database", "link_database"])
def test_a_database_of_another_collation_is_refused(
    server: DatabaseServer, admin: OwnConnection, number: int, key: str
):
    make_lab(admin, lab=f"lab{number}", experiment=f"experiment{number}")
    layout = sample_layout(number)
    server.execute(f"CREATE DATABASE {getattr(layout, key)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    with pytest.raises(CatalogError, match=f"catalog.{key}: .*utf8mb4_unicode_ci; expected"):
        install(admin, layout)


@pytest.mark.parametrize("lab_collation", ["latin1_swedish_ci", "utf8mb4_general_ci"])
def test_a_lab_with_text_keys_in_its_own_collation(
    server: DatabaseServer, admin: OwnConnection, nightly: OwnConnection, number: int, lab_collation: str
):
    """A foreign key on text needs the same collation on both sides; ours must not need it."""
    database, charset = f"lab{number}", lab_collation.split("_")[0]
    server.execute(f"CREATE DATABASE {database} CHARACTER SET {charset} COLLATE {lab_collation}")
    with quiet():
        schema = dj.Schema(database, connection=admin, create_tables=True)

        @schema
        class Subject(dj.Manual):
            definition = """
            subject : varchar(16)
            ---
            nickname : varchar(16)
            """

        @schema
        class Session(dj.Manual):
            definition = """
            -> Subject
            run : varchar(8)
            ---
            day : date
            start = null : time
            """

    Subject.insert1({"subject": "m'ä", "nickname": "SC022"})
    Session.insert1({"subject": "m'ä", "run": "é1", "day": "2021-01-01"})
    lab = LabSettings(
        session=f"{database}.Session",
        subject=f"{database}.Subject",
        subject_name="nickname",
        date="day",
        time="start",
    )
    layout = sample_layout(number, lab=lab)
    install(admin, layout, nightly_user=NIGHTLY)
    catalog = Catalog(nightly, layout)
    [session] = catalog.expected_sessions("raw-ephys")
    assert (session.key, session.subject, session.time) == ({"subject": "m'ä", "run": "é1"}, "SC022", None)
    assert record(catalog, session)
    [archived] = catalog.data_sets(restriction={"subject": "SC022"})
    assert archived.locations == ("archive",)
    assert [row["run"] for row in catalog.links["ArchivedRawEphys"].to_dicts()] == ["é1"]
    assert catalog.data_sets(restriction={"run": "é1"}) == [archived]
    assert catalog.data_sets(restriction={"run": "other"}) == []


def test_a_login_that_does_not_exist_is_named(site: Site):
    with pytest.raises(CatalogError, match=r"no login 'nobody_here'.*CREATE USER"):
        install(site.admin, site.layout, nightly_user="nobody_here")


def test_setup_with_the_nightly_login_says_which_right_is_missing(site: Site):
    with pytest.raises(CatalogError, match="login 'nightly'"):
        install(site.nightly, replace(site.layout, database=f"other_{site.number}"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"database": "my-archive"}, "catalog.database"),
        ({"database": "x`; DROP DATABASE lab"}, "catalog.database"),
        ({"link_database": "archive_0"}, "catalog.link_database"),
        ({"link_tables": {"raw-ephys": "archived"}}, r"data_sets\.raw-ephys\.link_table"),
        ({"link_tables": {"raw-ephys": "Session"}}, r"data_sets\.raw-ephys\.link_table"),
        ({"link_tables": {"raw-ephys": "Both", "video": "Both"}}, r"data_sets\.video\.link_table.*raw-ephys"),
        ({"link_tables": {"raw`ephys": "Archived"}}, "data_sets.raw`ephys"),
    ],
)
def test_names_that_a_database_would_misread_are_refused(changes: dict[str, Any], says: str):
    with pytest.raises(CatalogError, match=says):
        sample_layout(0, **changes)


def test_every_verb_of_the_night_works_with_its_grants_and_nothing_else_does(site: Site):
    """The other tests use the nightly login for the verbs; here is what it may not."""
    catalog = site.open()
    record(catalog, catalog.expected_sessions("raw-ephys")[0])
    grants = {str(row[0]) for row in site.server.execute("SHOW GRANTS FOR nightly@'%%'")}
    # Where the server numbers the rows, the right is on the other columns.
    mine = sorted(
        re.sub(r"INSERT \([^)]+\)", "INSERT", grant).split(" TO ")[0]
        for grant in grants
        if re.search(rf"\D{site.number}`", grant)
    )
    tables = [
        (database, str(row[0]))
        for database in (site.layout.database, site.layout.link_database)
        for row in site.server.execute(f"SHOW TABLES FROM `{database}`")
    ]
    mine_or_theirs = {table for table in tables if table[1] not in OF_SETUP}
    assert mine == sorted(
        [
            *(f"GRANT SELECT, INSERT ON `{database}`.`{table}`" for database, table in mine_or_theirs),
            f"GRANT SELECT ON `{site.layout.database}`.`schema_version`",
            f"GRANT SELECT ON `{site.layout.database}`.`~lineage`",
            f"GRANT SELECT ON `{site.layout.link_database}`.`~lineage`",
            f"GRANT SELECT ON `experiment{site.number}`.*",
            f"GRANT SELECT ON `lab{site.number}`.*",
        ]
    )
    assert len(tables) > 20
    for database, table in tables:
        column = site.server.execute(f"DESCRIBE `{database}`.`{table}`")[0][0]
        for sql in (
            f"UPDATE `{database}`.`{table}` SET `{column}` = `{column}`",
            f"DELETE FROM `{database}`.`{table}`",
            f"DROP TABLE `{database}`.`{table}`",
            f"ALTER TABLE `{database}`.`{table}` ADD extra INT",
            f"TRUNCATE TABLE `{database}`.`{table}`",
        ):
            with pytest.raises(dj.errors.AccessError):
                site.nightly.query(sql)
    for sql in (
        f"INSERT INTO `lab{site.number}`.subject VALUES (1)",
        f"INSERT INTO `{site.layout.database}`.schema_version VALUES (999, NOW())",
        f"INSERT INTO `{site.layout.database}`.`~lineage` VALUES ('data_set', 'data_set_id', 'forged')",
        f"INSERT INTO `{site.layout.link_database}`.`~log` (version, user, event) VALUES ('1', 'root', 'forged')",
        f"CREATE TABLE `{site.layout.database}`.mine (a INT)",
        f"DROP DATABASE `{site.layout.database}`",
        "CREATE DATABASE mine",
    ):
        with pytest.raises(dj.errors.AccessError):
            site.nightly.query(sql)


def test_setup_takes_back_the_rights_on_whole_databases_that_it_once_gave(site: Site):
    for database in (site.layout.database, site.layout.link_database):
        pattern = database.replace("_", r"\_")
        site.server.execute(f"GRANT SELECT, INSERT ON `{pattern}`.* TO nightly@'%%'")
    site.nightly.query(
        f"INSERT INTO `{site.layout.link_database}`.`~log` (version, user) VALUES ('1', 'root')"
    )
    install(site.admin, site.layout, nightly_user=NIGHTLY)
    again = as_nightly(site.server)
    with pytest.raises(dj.errors.AccessError):
        again.query(f"INSERT INTO `{site.layout.database}`.schema_version VALUES (999, NOW())")
    assert Catalog(again, site.layout).data_sets() == []
    again.close()


def test_a_forged_schema_version_is_refused_with_the_statement_that_removes_it(fresh_site: Site):
    table = f"`{fresh_site.layout.database}`.`schema_version`"
    fresh_site.server.execute(f"INSERT INTO {table} VALUES (999, NOW())")
    with pytest.raises(CatalogError, match="DELETE FROM") as refused:
        install(fresh_site.admin, fresh_site.layout)
    # A night, and a notebook, say the same.
    with pytest.raises(CatalogError) as night:
        fresh_site.open()
    assert str(night.value) == str(refused.value)
    with pytest.raises(CatalogError) as notebook:
        layout = fresh_site.layout
        publish(
            fresh_site.nightly,
            database=layout.database,
            link_database=layout.link_database,
            query_verbs={},
            link_verbs={},
        )
    assert str(notebook.value) == str(refused.value)
    statement = re.search("DELETE FROM .*$", str(refused.value))
    assert statement, refused.value
    fresh_site.server.execute(statement[0])
    install(fresh_site.admin, fresh_site.layout)
    assert fresh_site.open().data_sets() == []


def test_an_underscore_in_a_name_grants_nothing_on_its_neighbours(site: Site):
    """In a GRANT, '_' stands for any character."""
    site.server.execute(f"CREATE DATABASE archiveX{site.number}")
    with pytest.raises(dj.errors.AccessError):
        site.nightly.query(f"SHOW TABLES FROM archiveX{site.number}")


def test_an_underscore_in_the_name_of_a_lab_grants_nothing_on_its_neighbours(site: Site):
    """The one right on a whole database is that on the lab's."""
    lab = f"lab_{site.number}_elsewhere"
    settings = site.layout.lab.model_copy(
        update={"session": f"{lab}.Session", "subject": f"{lab}.WaterRestriction"}
    )
    grant_nightly_rights(site.admin, replace(site.layout, lab=settings), NIGHTLY)
    site.server.execute(f"CREATE DATABASE labX{site.number}_elsewhere")
    with pytest.raises(dj.errors.AccessError):
        site.nightly.query(f"SHOW TABLES FROM labX{site.number}_elsewhere")
