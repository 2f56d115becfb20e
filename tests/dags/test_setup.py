"""`session-archive setup`: safe to run again, with a clear line for each obstacle."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.sdk.exceptions import AirflowException
from airflow.utils.session import create_session
from sqlalchemy import create_engine, select, text, update
from tests.dags.conftest import World, filled
from typer.testing import CliRunner

from archive_flow.cli.setup import globus_fields
from archive_flow.run.airflow_objects import clear_errors, password_of
from session_archive.catalog.database.connection import connect
from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.catalog.setup import migrations
from session_archive.cli.main import build
from session_archive.errors import ArchiveError, CatalogError, CatalogUnavailableError, SettingsError
from support.airflow_settings import fernet_key
from support.stack import Stack


@pytest.fixture(scope="module")
def world(parse: Callable[[], dict[str, Any]]) -> Iterator[World]:
    """One for all tests here: each leaves it as it was."""
    with Stack(poll_interval="1 s") as stack, pytest.MonkeyPatch.context() as patch:
        yield filled(stack, parse, patch)


def setup(world, *arguments: str, **environment: str):
    """The outcome of the command."""
    command = ["setup", "--port", str(world.stack.database.port), *arguments]
    return CliRunner().invoke(build(), command, env={**world.stack.environment, **environment})


def test_a_second_run_keeps_the_connections_and_the_nightly_login(world) -> None:
    before = password_of("archive_catalog")
    done = setup(world, SESSION_ARCHIVE_NIGHTLY_PASSWORD="")
    assert done.exit_code == 0, done.output
    assert "connection archive_catalog already exists; it was left unchanged" in done.output
    assert password_of("archive_catalog") == before
    with world.stack.catalog() as catalog:
        assert catalog.expected_sessions("raw-ephys")


def test_the_nightly_login_may_only_read_and_add(world) -> None:
    grants = " ".join(
        str(row) for row in world.stack.database.execute("SHOW GRANTS FOR session_archive@'%%'")
    )
    for right in ("UPDATE", "DELETE", "DROP", "ALTER", "CREATE", "ALL PRIVILEGES"):
        assert right not in grants


def test_replace_changes_the_nightly_password(world) -> None:
    assert setup(world, "--replace", SESSION_ARCHIVE_NIGHTLY_PASSWORD="an0ther").exit_code == 0
    assert password_of("archive_catalog") == "an0ther"
    login = {"host": world.stack.database.host, "port": world.stack.database.port, "user": "session_archive"}
    connect(**login, password="an0ther").close()
    before = world.stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"]
    with pytest.raises(CatalogError, match="refuses the login"):
        connect(**login, password=before)
    assert setup(world, "--replace").exit_code == 0
    assert password_of("archive_catalog") == before


def test_a_second_lab_gets_its_own_login_and_databases(world, tmp_path: Path) -> None:
    server = world.stack.database
    second = tmp_path / "archive.toml"
    second.write_text(
        world.stack.settings_file.read_text()
        .replace('"archive_catalog"', '"second_catalog"')
        .replace('"archive"', '"second"')
        .replace('"archive_links"', '"second_links"')
    )
    done = setup(
        world,
        *("--nightly-user", "second_lab"),
        SESSION_ARCHIVE_CONFIG=str(second),
        SESSION_ARCHIVE_NIGHTLY_PASSWORD="",
    )
    assert done.exit_code == 0, done.output
    assert "catalog: second and second_links, login second_lab" in done.output
    made = connect(
        host=server.host, port=server.port, user="second_lab", password=password_of("second_catalog")
    )
    try:
        databases = {row[0] for row in made.query("SHOW DATABASES").fetchall()}
        assert databases - {"information_schema"} == {"second", "second_links", "lab", "experiment"}
    finally:
        made.close()


def test_a_server_that_refuses_the_nightly_login_is_reported(world) -> None:
    database = world.stack.database
    # As mariadb-install-db makes them for this host's names; these servers know only addresses.
    database.execute("CREATE USER ''@'127.0.0.1'")
    try:
        refused = setup(world).exception
    finally:
        database.execute("DROP USER ''@'127.0.0.1'")
    assert isinstance(refused, CatalogError)
    assert "refuses the login 'session_archive'" in str(refused)
    assert "run `DROP USER ''@'127.0.0.1'` as its administrator" in str(refused)
    assert setup(world).exit_code == 0


def test_the_asset_and_its_alias_are_linked_before_the_first_event(world) -> None:
    from airflow.models.asset import AssetAliasModel, AssetModel, alias_association_table
    from sqlalchemy import delete

    from archive_flow.run.register_asset import asset_is_registered

    def forget(*tables) -> None:
        with create_session() as session:
            for table in tables:
                session.execute(delete(table))
        assert not asset_is_registered()

    # As the dag-processor makes them, not linked; then as on an Airflow that has not parsed a DAG yet.
    for tables in ((alias_association_table,), (alias_association_table, AssetModel, AssetAliasModel)):
        forget(*tables)
        for _ in range(2):
            assert setup(world).exit_code == 0
            assert asset_is_registered()


def test_sql_checks_run_on_the_catalog_connection(world, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.connection import Connection
    from airflow.providers.common.sql.operators.sql import SQLCheckOperator

    with create_session() as session:
        made = session.scalar(select(Connection).where(Connection.conn_id == "archive_catalog"))
        # An operator outside a DAG run sees only the environment's connections.
        monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE_CATALOG", made.get_uri())
    check = {"task_id": "check", "conn_id": "archive_catalog"}
    SQLCheckOperator(**check, sql="SELECT COUNT(*) FROM archive.schema_version").execute({})
    with pytest.raises(AirflowException, match="Test failed"):
        SQLCheckOperator(**check, sql="SELECT COUNT(*) FROM archive.data_set").execute({})


OBSTACLES: tuple[Any, ...] = (
    ((), {"SESSION_ARCHIVE_ADMIN_PASSWORD": "wrong"}, CatalogError, "refuses the login 'root'"),
    (
        (),
        {"SESSION_ARCHIVE_NIGHTLY_PASSWORD": "another"},
        SettingsError,
        "differs from the password in Airflow's archive_catalog",
    ),
    (("--port", "1"), {}, CatalogUnavailableError, "127.0.0.1:1 does not answer"),
    ((), {"SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET": ""}, SettingsError, "only one is set; set both"),
    (
        (),
        {"SESSION_ARCHIVE_CONFIG": "/nowhere/archive.toml"},
        SettingsError,
        "/nowhere/archive.toml: no such file",
    ),
)


def test_each_obstacle_is_named_and_the_nightly_login_still_works(world) -> None:
    for arguments, environment, error, words in OBSTACLES:
        failure = setup(world, *arguments, **environment).exception
        assert isinstance(failure, error), words
        assert words in str(failure)
        with world.stack.catalog() as catalog:
            assert catalog.expected_sessions("raw-ephys")


def test_without_a_fernet_key_no_login_is_stored(world, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.crypto import get_fernet

    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "")
    get_fernet.cache_clear()
    try:
        assert "Airflow has no Fernet key" in str(setup(world).exception)
    finally:
        get_fernet.cache_clear()


def test_replace_writes_the_connections_again_after_the_fernet_key_is_lost(
    world, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.models.crypto import get_fernet

    try:
        with monkeypatch.context() as other:
            other.setenv("AIRFLOW__CORE__FERNET_KEY", fernet_key())
            get_fernet.cache_clear()
            refused = setup(world).exception
            assert isinstance(refused, SettingsError)
            assert "`session-archive setup --replace`" in str(refused)
            done = setup(world, "--replace")
            assert done.exit_code == 0, done.output
            assert "what archive_catalog required of TLS could not be decrypted" in done.output
            assert "could not be decrypted" not in setup(world, "--replace").output
            assert (
                password_of("archive_catalog") == world.stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"]
            )
    finally:
        get_fernet.cache_clear()
        assert setup(world, "--replace").exit_code == 0


def test_an_upgrade_requires_paused_dags_and_a_backup_and_runs_once(
    world, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = SCHEMA_VERSION + 1
    weight = migrations.add_column("data_set", "weight", "int DEFAULT NULL", after="directory")
    monkeypatch.setattr(
        migrations, "MIGRATIONS", (migrations.Migration(newer, "each data set has a weight", (weight,)),)
    )
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", newer)
    with create_session() as session:
        paused = dict(session.execute(select(DagModel.dag_id, DagModel.is_paused)).all())
        session.execute(update(DagModel).values(is_paused=False))
    assert "run `session-archive setup --upgrade`" in str(setup(world).exception)
    refused = setup(world, "--upgrade", "--yes")
    assert isinstance(refused.exception, ArchiveError)
    for dag_id in ("upload_sessions", "discover_sessions", "retrieve_sessions", "audit_archive"):
        assert f"airflow dags pause {dag_id}" in str(refused.exception)
    with create_session() as session:
        session.execute(update(DagModel).values(is_paused=True))
    command = ["setup", "--port", str(world.stack.database.port), "--upgrade"]
    declined = CliRunner().invoke(build(), command, env=world.stack.environment, input="n\n")
    assert "nothing was changed" in str(declined.exception)
    assert "mariadb-dump --single-transaction --hex-blob --databases archive archive_links" in declined.output
    done = setup(world, "--upgrade", "--yes")
    assert done.exit_code == 0, done.output
    assert f"catalog: schema version {newer}: each data set has a weight" in done.output
    assert world.stack.database.execute("SELECT COUNT(weight) FROM archive.data_set") == [(0,)]
    assert "nothing to upgrade" in setup(world, "--upgrade").output
    with create_session() as session:
        for dag_id, was in paused.items():
            session.get(DagModel, dag_id).is_paused = was
    monkeypatch.undo()
    world.stack.drop_catalog()
    world.set_up()


def test_a_full_disk_of_airflows_database_is_called_that() -> None:
    full = create_engine("sqlite://")
    with full.connect() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        connection.execute(text("PRAGMA max_page_count = 2"))
        with (
            pytest.raises(SettingsError, match=r"disk is full; see whether its disk is full \(`df -h`\)"),
            clear_errors(),
        ):
            connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))


def test_plain_http_to_another_machine_is_refused_before_anything_is_made() -> None:
    client = {
        "SESSION_ARCHIVE_GLOBUS_CLIENT_ID": "an-id",
        "SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET": "s3cret-word",
    }
    far = client | {"SESSION_ARCHIVE_GLOBUS_AUTH_URL": "http://globus:8125"}
    with pytest.raises(SettingsError, match="SESSION_ARCHIVE_GLOBUS_PLAIN_HTTP=yes"):
        globus_fields(far)
    fields = globus_fields(far | {"SESSION_ARCHIVE_GLOBUS_PLAIN_HTTP": "yes"})
    assert fields is not None
    assert json.loads(fields["extra"]) == {"auth_url": "http://globus:8125", "plain_http": True}
