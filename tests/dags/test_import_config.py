"""`session-archive import-config`: writes archive.toml and the connections completely, once, and shows no secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner

from loopback_globus.testing import LoopbackGlobus
from session_archive.cli.catalog_login import open_catalog
from session_archive.cli.main import build
from session_archive.errors import SettingsError
from session_archive.settings.load import load_settings
from support.sample_rig import lab_sessions
from support.stack import Stack

CONNECTIONS = ("archive_catalog", "globus_default")
PASSWORD, TOKEN = "s3cret-pw", "t0ken-of-chris"


class OldLab:
    """A lab with map-ephys' configuration, and the command."""

    def __init__(self, folder: Path) -> None:
        self.file, self.target = folder / "dj_local_conf.json", folder / "archive.toml"
        self.output = ""
        self.conf: dict[str, Any] = {
            "database.host": "db.lab.edu",
            "database.user": "chris",
            "database.password": PASSWORD,
            "database.use_tls": True,
            "custom": {
                "globus.token": TOKEN,
                "globus.local_endpoint": "C40E971D-0075-4A82-B12F-8F9717762E7B",
                "globus.local_endpoint_subdir": "/map/raw",
                "globus.local_endpoint_local_path": "/globus/map/raw",
                "ephys_data_paths": ["/data"],
            },
        }

    def run(self, *arguments: str) -> str:
        self.file.write_text(json.dumps(self.conf))
        before = self.file.read_bytes()
        done = CliRunner().invoke(build(), ["import-config", str(self.file), *arguments])
        assert self.file.read_bytes() == before
        assert not [secret for secret in (PASSWORD, TOKEN) if secret in f"{done.output}{done.exception}"]
        # Neither the settings nor any other file next to them holds a secret.
        for path in self.target.parent.iterdir():
            assert path in (self.file, self.target)
            assert path == self.file or (PASSWORD not in path.read_text() and TOKEN not in path.read_text())
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    @property
    def connections(self) -> dict[str, Any]:
        from archive_flow.run.airflow_objects import connection_of

        return {conn_id: found for conn_id in CONNECTIONS if (found := connection_of(conn_id))}


@pytest.fixture
def lab(airflow_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OldLab]:
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    def forget() -> None:
        with create_session() as session:
            session.execute(delete(Connection).where(Connection.conn_id.in_(CONNECTIONS)))

    forget()
    lab = OldLab(tmp_path)
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(lab.target))
    yield lab
    forget()


def test_settings_and_connections_are_written(lab: OldLab) -> None:
    output = lab.run()
    settings = load_settings(lab.target)
    assert settings.sources["rig"].directory == "/map/raw"
    assert (settings.catalog.connection, settings.globus.connection) == CONNECTIONS
    catalog, globus = (lab.connections[conn_id] for conn_id in CONNECTIONS)
    assert (catalog.conn_type, catalog.host, catalog.port) == ("mysql", "db.lab.edu", 3306)
    assert (catalog.login, catalog.get_password()) == ("chris", PASSWORD)
    assert catalog.extra_dejson == {"client": "mysql-connector-python", "ssl": {}}
    assert (globus.conn_type, globus.login) == ("globus", "b2fe5703-edb0-4f7f-80a6-2147c8ae35f0")
    assert globus.extra_dejson["refresh_token"] == TOKEN
    assert "check: where retrieved files go" in output
    assert "not imported, since nothing here needs it: ephys_data_paths" in output
    assert "session-archive setup --host db.lab.edu --port 3306 --nightly-user chris" in output


def test_a_dry_run_shows_it_and_writes_nothing(lab: OldLab) -> None:
    output = lab.run("--dry-run")
    assert '[sources.rig]\ncollection = "c40e971d-0075-4a82-b12f-8f9717762e7b"' in output
    assert "would make connection archive_catalog: chris at db.lab.edu:3306, with its password" in output
    assert "would make connection globus_default: the refresh token" in output
    assert not lab.target.exists()
    assert lab.connections == {}


def test_existing_settings_are_kept_without_replace(lab: OldLab) -> None:
    lab.run()
    lab.target.write_text("# mine\n")
    lab.conf["database.user"] = "another"
    with pytest.raises(SettingsError, match="exists already; --replace overwrites it"):
        lab.run()
    assert lab.target.read_text() == "# mine\n"
    lab.target.unlink()
    assert "connection archive_catalog already exists; it was left unchanged" in lab.run()
    assert lab.connections["archive_catalog"].login == "chris"
    assert "connection archive_catalog replaced" in lab.run("--replace")
    assert lab.connections["archive_catalog"].login == "another"
    assert load_settings(lab.target)


def test_what_the_driver_would_pass_over_is_not_taken_for_tls(lab: OldLab) -> None:
    lab.conf["database.use_tls"] = {"ca_file": "/path/ca.pem"}
    with pytest.raises(SettingsError, match=r"dj_local_conf\.json: database\.use_tls: there is no 'ca_file'"):
        lab.run()
    assert not lab.target.exists()
    assert lab.connections == {}
    lab.conf["database.use_tls"] = {"ca": "/path/ca.pem"}
    lab.run()
    assert lab.connections["archive_catalog"].extra_dejson["ssl"] == {"ca": "/path/ca.pem"}


def test_a_file_with_unsupported_values_writes_nothing(lab: OldLab) -> None:
    lab.conf["custom"]["globus.local_endpoint_subdir"] = "~/map"
    lab.conf["globus.mode"] = "fast"
    with pytest.raises(SettingsError) as refused:
        lab.run()
    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "globus.mode",
        "globus.local_endpoint_subdir",
    ]
    assert not lab.target.exists()
    assert lab.connections == {}


def test_places_that_overlap_write_nothing(lab: OldLab) -> None:
    archive = lab.conf["custom"]["globus.local_endpoint"]
    lab.conf["custom"]["globus.storage_locations"] = [["raw-ephys", archive, "/map"]]
    with pytest.raises(SettingsError) as refused:
        lab.run()
    assert str(refused.value).startswith(
        f"{lab.file}: the archive.toml made from it is wrong: sources.rig: overlaps the location raw-ephys"
    )
    assert not lab.target.exists()
    assert lab.connections == {}


def test_logins_that_the_file_lacks_are_left_to_setup_and_login(lab: OldLab) -> None:
    del lab.conf["custom"]["globus.token"], lab.conf["database.password"]
    output = lab.run()
    assert lab.connections == {}
    assert "no database login in dj_local_conf.json: setup makes one" in output
    assert "no globus.token in dj_local_conf.json" in output


def test_no_connection_is_made_if_the_file_cannot_be_written(
    lab: OldLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(lab.target.parent / "nowhere" / "archive.toml"))
    with pytest.raises(SettingsError, match="nothing was changed"):
        lab.run()
    assert lab.connections == {}


def test_setup_gives_the_old_database_login_its_rights(lab: OldLab) -> None:
    """The command that import-config names as the next step."""
    with Stack() as stack:
        stack.enter_sessions(lab_sessions())
        stack.database.create_user("chris", PASSWORD)
        lab.conf |= {"database.host": stack.database.host, "database.port": stack.database.port}
        lab.conf |= {"database.use_tls": None, "lab.database": "lab", "experiment.database": "experiment"}
        output = lab.run()
        command = next(line for line in output.splitlines() if line.startswith("next: session-archive setup"))
        environment = {"SESSION_ARCHIVE_ADMIN_PASSWORD": stack.database.root_password}
        done = CliRunner().invoke(build(), command.split()[2:], env=environment)
        assert done.exit_code == 0, done.output
        assert "connection archive_catalog already exists; it was left unchanged" in done.output
        with open_catalog(load_settings(lab.target)) as catalog:
            assert len(catalog.expected_sessions("raw-ephys")) == len(lab_sessions())


def test_the_imported_token_works(lab: OldLab, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {
        name: lab.target.parent.parent / f"{lab.target.parent.name}-{name}" for name in ("rig", "archive")
    }
    for folder in folders.values():
        folder.mkdir()
    (folders["rig"] / "raw").mkdir()
    with LoopbackGlobus(folders) as globus:
        for field in ("AUTH", "TRANSFER"):
            monkeypatch.setenv(f"SESSION_ARCHIVE_GLOBUS_{field}_URL", globus.url)
        archive = globus.collections["archive"]
        lab.conf["custom"] |= {
            "globus.token": globus.refresh_token(),
            "globus.local_endpoint": globus.collections["rig"],
            "globus.local_endpoint_subdir": "/raw",
            "globus.storage_locations": [["raw-ephys", archive, "/"], ["raw-video", archive, "/"]],
        }
        lab.run("--client-id", globus.client_id)
        checked = CliRunner().invoke(build(), ["login", "--check"])
    assert checked.exit_code == 0, checked.output
    assert checked.output.count(": can be listed") == 3
