"""`session-archive setup`: what an administrator creates once, on the catalog's server and in Airflow's database."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from session_archive.errors import CatalogError, SettingsError
from session_archive.settings.load import load_settings
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.database.connection import OwnConnection
    from session_archive.catalog.schema.layout import Layout


def setup(
    admin_password: Annotated[
        str,
        typer.Option(
            envvar="SESSION_ARCHIVE_ADMIN_PASSWORD",
            prompt="Database administrator's password",
            hide_input=True,
            help="Prompted for if it is not in the environment.",
        ),
    ],
    admin_user: Annotated[
        str, typer.Option(envvar="SESSION_ARCHIVE_ADMIN_USER", help="Administrator of the database.")
    ] = "root",
    host: Annotated[str, typer.Option(help="Host of the catalog's database.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port.")] = 3306,
    nightly_user: Annotated[str, typer.Option(help="The login that the DAGs use.")] = "session_archive",
    ssl_ca: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Require TLS, and that this authority (a PEM file) signed the database's certificate. The path is "
            "kept in the connection: every worker needs the file there.",
        ),
    ] = None,
    ssl: Annotated[
        bool | None,
        typer.Option(
            "--ssl/--no-ssl",
            help="Require TLS, whatever the certificate; --no-ssl: no longer. By default as the connection has it. TLS "
            "is spoken in any case where the server offers it.",
            show_default=False,
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            help="Overwrite the connections that exist; what the catalog's one requires of TLS is kept."
        ),
    ] = False,
    upgrade: Annotated[
        bool, typer.Option(help="Also upgrade a catalog of an older version; rows are kept.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Only say what --upgrade would do to the catalog; nothing is changed.")
    ] = False,
    yes: Annotated[bool, typer.Option(help="With --upgrade: do not ask.")] = False,
) -> None:
    """Create the catalog's databases, tables and nightly login, and Airflow's pool, asset and connections.

    Safe to run again. The nightly login's password is SESSION_ARCHIVE_NIGHTLY_PASSWORD, else generated and stored in
    the Airflow connection only. The Globus connection is made if SESSION_ARCHIVE_GLOBUS_CLIENT_ID and
    SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET are set.
    """
    from archive_flow.cli.catalog_connection import catalog_fields, chosen_tls, kept_connection, remarks
    from archive_flow.cli.upgrade import show_upgrade, upgrade_catalog
    from archive_flow.run.airflow_objects import (
        give_ports,
        make_connection,
        make_pool,
        require_encryption,
    )
    from archive_flow.run.register_asset import register_asset
    from archive_flow.transfer.operators import SUBMIT_POOL
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.schema.settings_layout import layout_of
    from session_archive.catalog.setup.grants import make_login, try_login
    from session_archive.catalog.setup.install import install

    settings, console = load_settings(), Console(highlight=False)
    if not dry_run:
        require_encryption()
    conn_id = settings.catalog.connection
    kept = kept_connection(conn_id, may_replace=replace or dry_run)
    tls = chosen_tls(ssl=ssl, ssl_ca=ssl_ca, kept=kept, may_replace=replace or dry_run)
    log_in = partial(connect, host=host, port=port, user=admin_user, password=admin_password, tls=tls)
    if dry_run:
        with closing(log_in()) as admin:
            show_upgrade(admin, layout_of(settings), console)
        return
    globus = globus_fields(os.environ)
    given = os.environ.get("SESSION_ARCHIVE_NIGHTLY_PASSWORD")
    if given and kept.password and given != kept.password and not replace:
        raise SettingsError(
            f"SESSION_ARCHIVE_NIGHTLY_PASSWORD differs from the password in Airflow's {conn_id}: "
            "the DAGs could not log in; add --replace to overwrite the connection, or unset it to keep the password"
        )
    password = given or kept.password or secrets.token_urlsafe(24)
    with closing(log_in()) as admin:
        if upgrade:
            upgrade_catalog(admin, layout_of(settings), console, ask=not yes)
        make_login(admin, nightly_user, password)
        install(admin, layout_of(settings), nightly_user=nightly_user)
        try_login(admin, nightly_user, password, tls=tls)
        review_catalog(admin, layout_of(settings), console)
    console.print(
        f"catalog: {settings.catalog.database} and {settings.catalog.link_database}, login {nightly_user}"
    )
    make_pool(SUBMIT_POOL, slots=4, description="Tasks that submit transfers to Globus")
    register_asset()
    console.print(f"airflow: pool {SUBMIT_POOL}, asset of archived data sets")
    catalog = catalog_fields(host=host, port=port, user=nightly_user, password=password, tls=tls, kept=kept)
    console.print(f"airflow: {make_connection(conn_id, fields=catalog, replace=replace)}")
    for remark in remarks(kept, tls=tls):
        console.print(f"airflow: {remark}", soft_wrap=True)
    if globus:
        console.print(
            f"airflow: {make_connection(settings.globus.connection, fields=globus, replace=replace)}"
        )
    else:
        console.print(
            f"airflow: connection {settings.globus.connection} not made; add it in the UI (Admin, Connections, type "
            "Globus), or set SESSION_ARCHIVE_GLOBUS_CLIENT_ID and _CLIENT_SECRET and run this again"
        )
    for conn_id in give_ports():
        console.print(
            f"airflow: connection {conn_id} now has port 0: the UI cannot test a connection without a port"
        )


def review_catalog(admin: OwnConnection, layout: Layout, console: Console) -> None:
    """Let the next night read what is open only; what the lab's tables lack for it does not stop a setup."""
    from session_archive.catalog.open import Catalog

    try:
        Catalog(admin, layout).review(layout.link_tables)
    except CatalogError as error:
        console.print(f"catalog: not reviewed, so that a night reads all of it: {error}", soft_wrap=True)


def globus_fields(environment: os._Environ[str] | dict[str, str]) -> dict[str, Any] | None:
    """The fields of the Globus connection, from SESSION_ARCHIVE_GLOBUS_*; None if no client is set.

    Raises SettingsError if only one of id and secret is set.
    """
    client, secret = (
        environment.get(f"SESSION_ARCHIVE_GLOBUS_CLIENT_{part}", "") for part in ("ID", "SECRET")
    )
    if bool(client) != bool(secret):
        raise SettingsError(
            "SESSION_ARCHIVE_GLOBUS_CLIENT_ID and SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET: only one is set; set both"
        )
    if not client:
        return None
    addresses = globus_addresses(environment)
    _require_safe(client, addresses)
    return {
        "conn_type": "globus",
        "login": client,
        "password": secret,
        "extra": json.dumps(addresses),
    }


def _require_safe(client: str, addresses: dict[str, str | bool]) -> None:
    """Raise SettingsError before anything is made, not in the first night."""
    from globus_provider.errors import GlobusLoginError
    from globus_provider.hooks.login import Login

    login = Login(
        connection_id="",
        client_id=client,
        transfer_url=str(addresses.get("transfer_url", "")),
        auth_url=str(addresses.get("auth_url", "")),
        plain_http=bool(addresses.get("plain_http")),
    )
    try:
        login.require_safe_addresses()
    except GlobusLoginError:
        raise SettingsError(
            "SESSION_ARCHIVE_GLOBUS_TRANSFER_URL or SESSION_ARCHIVE_GLOBUS_AUTH_URL is plain HTTP to another machine: "
            "everybody on the way could read the client's secret; use https://, or set "
            "SESSION_ARCHIVE_GLOBUS_PLAIN_HTTP=yes if the network is safe"
        ) from None


def globus_addresses(environment: os._Environ[str] | dict[str, str]) -> dict[str, str | bool]:
    """The addresses of a local service, from SESSION_ARCHIVE_GLOBUS_*_URL; none for Globus itself.

    SESSION_ARCHIVE_GLOBUS_PLAIN_HTTP=yes says that they may be http:// on another machine.
    """
    from globus_provider.hooks.login import says_yes

    addresses: dict[str, str | bool] = {
        field: address
        for field in ("transfer_url", "auth_url")
        if (address := environment.get(f"SESSION_ARCHIVE_GLOBUS_{field.upper()}"))
    }
    if says_yes(environment.get("SESSION_ARCHIVE_GLOBUS_PLAIN_HTTP", "").strip()):
        addresses["plain_http"] = True
    return addresses
