"""`session-archive import-config`: archive.toml and the Airflow connections from map-ephys' dj_local_conf.json."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from archive_flow.cli.setup import globus_addresses
from session_archive.catalog.database.tls import tls_values
from session_archive.errors import SettingsError
from session_archive.moving_over.archive_settings import archive_toml, checks
from session_archive.moving_over.dj_local_conf import OldConfig, read_dj_local_conf
from session_archive.settings.load import load_settings
from session_archive.settings_file import settings_path
from session_archive.terminal import Console

_CATALOG, _GLOBUS = "archive_catalog", "globus_default"
#: The native app that map-ephys logs in with (pipeline/globus.py): its refresh tokens are good for this client only.
_MAP_CLIENT = "b2fe5703-edb0-4f7f-80a6-2147c8ae35f0"


def import_config(
    old_file: Annotated[Path, typer.Argument(metavar="DJ_LOCAL_CONF", help="map-ephys' dj_local_conf.json.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show what would be written, without secrets.")
    ] = False,
    replace: Annotated[
        bool, typer.Option(help="Overwrite archive.toml and the connections if they exist.")
    ] = False,
    client_id: Annotated[
        str,
        typer.Option(help="The native app that globus.token was made for.", show_default="map-ephys' own"),
    ] = _MAP_CLIENT,
) -> None:
    """Write archive.toml and the Airflow connections that hold its logins, from the configuration of map-ephys.

    archive.toml is written to the path in SESSION_ARCHIVE_CONFIG, else to the Airflow home. The old file is only read,
    and imported whole or not at all: all problems are reported together.
    """
    old = read_dj_local_conf(old_file)
    target = settings_path()
    if target.exists() and not (replace or dry_run):
        raise SettingsError(f"{target}: exists already; --replace overwrites it, --dry-run shows the new one")
    text = archive_toml(old, catalog=_CATALOG, globus=_GLOBUS)
    _require_good(text, old_file)
    connections = _connections(old, client_id)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if dry_run:
        typer.echo(text)
        for conn_id, fields in connections.items():
            console.print(f"would make connection {conn_id}: {_shown(fields)}")
    else:
        _write(text, target, connections=connections, replace=replace, console=console)
    _print_next_steps(old, text, connections, console)


def _require_good(text: str, source: Path) -> None:
    """Load it as every task will. Raises SettingsError."""
    with tempfile.TemporaryDirectory(prefix="archive-toml-") as folder:
        new = Path(folder) / "archive.toml"
        new.write_text(text, encoding="utf-8")
        try:
            load_settings(new)
        except SettingsError as error:
            message = str(error).replace(f"{new}: ", f"{source}: the archive.toml made from it is wrong: ")
            raise SettingsError(message) from None


def _write(
    text: str,
    target: Path,
    *,
    connections: dict[str, dict[str, Any]],
    replace: bool,
    console: Console,
) -> None:
    from archive_flow.run.airflow_objects import make_connection, require_encryption

    if connections:
        require_encryption()
    # The file is put in place last, so that nothing is half done if Airflow's database cannot be written.
    new = target.with_name(f".{target.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{target}: cannot be written ({error.strerror}); nothing was changed") from error
    try:
        for conn_id, fields in connections.items():
            console.print(f"airflow: {make_connection(conn_id, fields=fields, replace=replace)}")
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    console.print(f"settings: {target}")


def _connections(old: OldConfig, client_id: str) -> dict[str, dict[str, Any]]:
    """The connections that the old file has logins for."""
    connections: dict[str, dict[str, Any]] = {}
    if old.user and old.password:
        tls = tls_values(old.tls, where=f"{old.path.name}: database.use_tls")
        # The provider's default client must be compiled; this one comes with the provider.
        extra: dict[str, Any] = {"client": "mysql-connector-python"}
        connections[_CATALOG] = {
            "conn_type": "mysql",
            "host": old.host or "127.0.0.1",
            "port": old.port,
            "login": old.user,
            "password": old.password,
            "extra": json.dumps(extra if tls is None else {**extra, "ssl": tls}),
        }
    if old.token:
        extra = {"refresh_token": old.token, **globus_addresses(os.environ)}
        connections[_GLOBUS] = {"conn_type": "globus", "login": client_id, "extra": json.dumps(extra)}
    return connections


def _shown(fields: dict[str, Any]) -> str:
    if fields["conn_type"] == "globus":
        return f"the refresh token, for client {fields['login']}"
    return f"{fields['login']} at {fields['host']}:{fields['port']}, with its password"


def _print_next_steps(
    old: OldConfig, text: str, connections: dict[str, dict[str, Any]], console: Console
) -> None:
    """Say what a person still has to check and do."""
    for line in checks(text):
        console.print(f"check: {line}")
    if old.left:
        console.print(f"not imported, since nothing here needs it: {', '.join(old.left)}")
    catalog = connections.get(_CATALOG)
    login = f" --nightly-user {catalog['login']}" if catalog else ""
    console.print(
        f"next: session-archive setup --host {old.host or '127.0.0.1'} --port {old.port}{login}\n"
        + ("" if catalog else f"      (no database login in {old.path.name}: setup makes one)\n")
        + (
            "      session-archive login --check"
            if old.token
            else f"      session-archive login (no globus.token in {old.path.name}), or a service account for setup"
        )
    )
