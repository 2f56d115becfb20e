import json
import os
import subprocess
import sys
import textwrap
import threading
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, Site, as_nightly

from session_archive.catalog.database.connection import connect
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.errors import CatalogError, CatalogUnavailableError
from support.mariadb import DatabaseServer
from support.processes import free_ports


def test_a_dead_database_is_one_clear_line_without_the_password():
    port = free_ports(1)[0]
    with pytest.raises(CatalogUnavailableError) as caught:
        connect(host="127.0.0.1", port=port, user=NIGHTLY, password=PASSWORD)
    text = str(caught.value)
    assert f"127.0.0.1:{port}" in text and "does not answer" in text and "\n" not in text
    assert PASSWORD not in text + repr(caught.value)
    assert caught.value.retryable


def test_a_wrong_login_is_named_and_waiting_does_not_help(server: DatabaseServer):
    with pytest.raises(CatalogError, match="refuses the login 'nightly'") as caught:
        connect(host=server.host, port=server.port, user=NIGHTLY, password="not-the-passw0rd")
    assert not caught.value.retryable
    assert "not-the-passw0rd" not in str(caught.value)


def test_a_catalog_that_is_not_installed_says_so(server: DatabaseServer, site: Site):
    with pytest.raises(CatalogError, match="session-archive setup"):
        Catalog(site.nightly, replace(site.layout, database="archive_of_nobody"))
    with pytest.raises(CatalogError, match="session-archive setup"):
        Catalog(site.admin, replace(site.layout, database="archive_of_nobody"))


@pytest.mark.parametrize(
    ("version", "advice"), [(SCHEMA_VERSION - 1, "setup --upgrade"), (SCHEMA_VERSION + 1, "newer package")]
)
def test_another_schema_version_is_refused(fresh_site: Site, version: int, advice: str):
    fresh_site.server.execute(
        f"UPDATE `{fresh_site.layout.database}`.schema_version SET schema_version = {version}"
    )
    with pytest.raises(CatalogError, match=advice):
        fresh_site.open()


@pytest.mark.usefixtures("with_our_options")
def test_tls_that_is_demanded_and_not_spoken_is_refused(server: DatabaseServer):
    with pytest.raises(CatalogError, match="no TLS"):
        connect(host=server.host, port=server.port, user=NIGHTLY, password=PASSWORD, tls={})


def test_a_missing_certificate_is_an_error_of_tls(server: DatabaseServer):
    with pytest.raises(CatalogError, match="TLS"):
        connect(
            host=server.host, port=server.port, user=NIGHTLY, password=PASSWORD, tls={"ca": "/nowhere/ca.pem"}
        )


def test_a_connection_is_of_no_use_after_a_fork(catalog: Catalog, site: Site):
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            catalog.states.newest_rows()
            answer = "answered"
        except CatalogError as error:
            answer = str(error)
        site.nightly.close()
        os.write(writing, answer.encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert "another process" in os.read(reading, 1000).decode()
    assert catalog.states.newest_rows() == [], "the child's close must not end the parent's connection"


def test_a_connection_is_of_no_use_in_another_thread(catalog: Catalog):
    caught: list[Exception] = []

    def ask() -> None:
        try:
            catalog.states.newest_rows()
        except CatalogError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert "thread" in str(caught[0])


def test_a_lost_connection_is_said_and_not_reopened(catalog: Catalog, site: Site):
    """A silent reconnect would lose a named lock, and with it the limit of unfinished transfers."""
    number = site.nightly.query("SELECT CONNECTION_ID()").fetchone()[0]
    site.server.execute(f"KILL {number}")
    with pytest.raises(CatalogUnavailableError):
        catalog.states.newest_rows()


def test_nothing_is_said_and_nothing_warned(
    server: DatabaseServer, site: Site, capfd: pytest.CaptureFixture[str]
):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        connection = as_nightly(server)
        Catalog(connection, site.layout).expected_sessions("raw-ephys")
    connection.close()
    assert capfd.readouterr() == ("", "")


def test_datajoint_own_settings_do_not_reach_the_catalog(site: Site, tmp_path: Path):
    """A person's datajoint.json and environment are for that person's pipeline."""
    (tmp_path / "datajoint.json").write_text(
        json.dumps({"database": {"host": "nowhere.invalid", "backend": "postgresql"}, "safemode": True})
    )
    script = textwrap.dedent(
        """
        import sys
        from tests.integration.catalog.samples import NIGHTLY, PASSWORD
        from session_archive.catalog.database.connection import connect
        connection = connect(host=sys.argv[1], port=int(sys.argv[2]), user=NIGHTLY, password=PASSWORD)
        print(connection.query("SELECT CURRENT_USER()").fetchone()[0])
        """
    )
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, site.server.host, str(site.server.port)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": f"{root}:{root / 'script'}:{root / 'include'}",
            "DJ_BACKEND": "postgresql",
            "DJ_USER": "somebody",
            "DJ_THREAD_SAFE": "true",
            "DJ_CREATE_TABLES": "true",
            "DJ_PROVENANCE_CAPTURE": "true",
        },
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "nightly@%\n", "")
