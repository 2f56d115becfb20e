"""TLS throughout: setup, the nightly login, console commands and the doctor, at a server that demands it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from airflow.models.connection import Connection
from airflow.utils.session import create_session
from sqlalchemy import select
from tests.certificates import Certificates, make_certificates
from typer.testing import CliRunner, Result

from archive_flow.doctor.catalog_checks import catalog_checks
from archive_flow.run.airflow_objects import connection_of
from archive_flow.run.readers import open_catalog
from session_archive import clock
from session_archive.catalog.database.connection import OwnConnection, connect
from session_archive.cli.main import build
from session_archive.doctor.check import Check, Grade
from session_archive.errors import CatalogError, SettingsError
from support.sample_rig import lab_sessions
from support.stack import Stack

CONN_ID = "archive_catalog"


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    with tempfile.TemporaryDirectory(prefix="tls-", dir="/tmp") as folder:
        yield make_certificates(Path(folder))


@pytest.fixture(scope="module")
def stack(airflow_database: None, certificates: Certificates) -> Iterator[Stack]:
    with Stack(database=certificates.options) as stack:
        stack.enter_sessions(lab_sessions())
        yield stack


@pytest.fixture(autouse=True)
def unmade(stack: Stack) -> Iterator[None]:
    """Each test begins without the connection, and with a server that does not demand TLS."""
    forget_connection()
    yield
    with closing(as_admin(stack)) as admin:
        admin.query("SET GLOBAL require_secure_transport = OFF")
        admin.query("DROP USER IF EXISTS session_archive@'%%'")
    forget_connection()


def forget_connection() -> None:
    with create_session() as session:
        if made := session.scalar(select(Connection).where(Connection.conn_id == CONN_ID)):
            session.delete(made)


def as_admin(stack: Stack) -> OwnConnection:
    server = stack.database
    return connect(host=server.host, port=server.port, user="root", password=server.root_password)


def setup(stack: Stack, *arguments: str) -> Result:
    return CliRunner().invoke(
        build(), ["setup", "--port", str(stack.database.port), *arguments], env=stack.environment
    )


def done(stack: Stack, *arguments: str) -> str:
    result = setup(stack, *arguments)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def demand(stack: Stack) -> None:
    """From now on the server lets nobody in without TLS, and neither does the nightly login."""
    with closing(as_admin(stack)) as admin:
        admin.query("SET GLOBAL require_secure_transport = ON")
        admin.query("ALTER USER session_archive@'%%' REQUIRE SSL")


def extra() -> dict[str, Any]:
    connection = connection_of(CONN_ID)
    assert connection is not None
    return dict(connection.extra_dejson)


def store(**fields: Any) -> None:
    with create_session() as session:
        connection = session.scalar(select(Connection).where(Connection.conn_id == CONN_ID))
        for name, value in fields.items():
            setattr(connection, name, value)


def looked_at(stack: Stack) -> Check:
    """What the doctor says of TLS."""
    checks = list(catalog_checks(stack.settings, now=clock.utc_now()))
    return next((check for check in checks if check.subject == "TLS"), checks[-1])


def test_nothing_has_to_be_configured_for_a_server_that_demands_tls(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(stack)
    demand(stack)
    done(stack, "--replace")
    assert extra() == {"client": "mysql-connector-python"}
    check = looked_at(stack)
    assert check.grade is Grade.OK
    assert check.found.startswith("TLS_")
    stored = connection_of(CONN_ID)
    assert stored is not None
    # Outside of a run, hooks see only the environment's connections.
    monkeypatch.setenv(f"AIRFLOW_CONN_{CONN_ID.upper()}", stored.as_json())
    with open_catalog(stack.settings) as catalog:
        assert catalog.expected_sessions("raw-ephys")


def test_console_commands_speak_tls_with_the_environments_login(
    stack: Stack, certificates: Certificates
) -> None:
    done(stack)
    demand(stack)
    login = {
        "SESSION_ARCHIVE_CONFIG": str(stack.settings_file),
        "SESSION_ARCHIVE_CATALOG_USER": "session_archive",
        "SESSION_ARCHIVE_CATALOG_PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        "SESSION_ARCHIVE_CATALOG_PORT": str(stack.database.port),
    }
    for more in ({}, {"SESSION_ARCHIVE_CATALOG_SSL_CA": str(certificates.ca)}):
        status = CliRunner().invoke(build(), ["status", "--json"], env={**login, **more})
        assert status.exit_code == 0, status.exception


def test_a_console_command_keeps_to_the_environment_with_airflows_login_too(
    stack: Stack, tmp_path: Path
) -> None:
    done(stack)
    other = make_certificates(tmp_path)
    requested = {"SESSION_ARCHIVE_CATALOG_SSL_CA": str(other.ca)}
    status = CliRunner().invoke(build(), ["status", "--json"], env={**stack.environment, **requested})
    assert isinstance(status.exception, CatalogError)
    assert "certificate verify failed" in str(status.exception)


def test_what_the_connection_requires_is_kept_by_replace(stack: Stack, certificates: Certificates) -> None:
    done(stack, "--ssl-ca", str(certificates.ca))
    assert extra()["ssl"] == {"ca": str(certificates.ca)}
    assert looked_at(stack).found.endswith("a connection without it is refused")
    ssl = {"ca": str(certificates.ca), "check_hostname": False}
    store(extra=json.dumps({"ssl": ssl, "charset": "utf8mb4"}), description="ours")
    done(stack, "--replace")
    assert extra() == {"client": "mysql-connector-python", "charset": "utf8mb4", "ssl": ssl}
    kept = connection_of(CONN_ID)
    assert kept is not None and kept.description == "ours"
    done(stack, "--replace", "--ssl")
    assert extra()["ssl"] == ssl, "that asks for more already"
    done(stack, "--replace", "--no-ssl")
    assert "ssl" not in extra()
    done(stack, "--replace", "--ssl")
    assert extra()["ssl"] == {}


def test_setup_itself_keeps_to_what_the_connection_requires(stack: Stack, tmp_path: Path) -> None:
    other = make_certificates(tmp_path)
    done(stack)
    store(extra=json.dumps({"ssl": {"ca": str(other.ca)}}))
    before = extra()
    for arguments in ((), ("--replace",), ("--dry-run",)):
        refused = setup(stack, *arguments).exception
        assert isinstance(refused, CatalogError)
        assert "certificate verify failed" in str(refused)
    assert extra() == before
    check = looked_at(stack)
    assert check.grade is Grade.FAILURE
    assert "certificate verify failed" in check.found


def test_a_login_that_requires_a_certificate_shows_that_of_the_connection(
    stack: Stack, certificates: Certificates
) -> None:
    done(stack)
    client = {"cert": str(certificates.ca), "key": str(certificates.key)}
    store(extra=json.dumps({"ssl": client}))
    with closing(as_admin(stack)) as admin:
        admin.query("ALTER USER session_archive@'%%' REQUIRE X509")
    done(stack, "--replace", "--ssl-ca", str(certificates.ca))
    assert extra()["ssl"] == {**client, "ca": str(certificates.ca)}
    assert looked_at(stack).grade is Grade.OK
    refused = setup(stack, "--replace", "--no-ssl").exception
    assert isinstance(refused, CatalogError)
    assert extra()["ssl"] == {**client, "ca": str(certificates.ca)}, "nothing is stored that does not log in"


def test_an_option_that_would_not_be_stored_is_refused(stack: Stack, certificates: Certificates) -> None:
    done(stack)
    ca = ("--ssl-ca", str(certificates.ca))
    for arguments in (ca, ("--ssl",)):
        refused = setup(stack, *arguments).exception
        assert isinstance(refused, SettingsError)
        assert "add --replace" in str(refused)
    assert "contradict" in str(setup(stack, "--no-ssl", *ca).exception)
    assert setup(stack, "--ssl-ca", "/nowhere/ca.pem").exit_code == 2
    done(stack, "--replace", *ca)
    done(stack, *ca)
    assert extra()["ssl"] == {"ca": str(certificates.ca)}


def test_an_ssl_that_cannot_be_used_is_named_and_can_be_mended(
    stack: Stack, certificates: Certificates
) -> None:
    done(stack)
    store(extra=json.dumps({"ssl": {"ssl_ca": str(certificates.ca)}}))
    for found in (setup(stack, "--replace").exception, looked_at(stack).found):
        assert "`ssl` in the extra of Airflow's connection 'archive_catalog': there is no 'ssl_ca'" in str(
            found
        )
    done(stack, "--replace", "--no-ssl")
    assert "ssl" not in extra()
