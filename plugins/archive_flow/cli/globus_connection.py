"""The Airflow connection that holds the Globus login: read by checks, written when a person logs in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from airflow.models.connection import Connection

from archive_flow.cli.setup import globus_addresses
from archive_flow.run.airflow_objects import UnreadableError, connection_of, find_connection
from globus_provider.errors import GlobusLoginError, GlobusProviderError
from globus_provider.hooks.login import Login, says_yes
from globus_provider.hooks.native_app import PersonTokens
from session_archive import clock
from session_archive.errors import ArchiveError, ServiceUnavailableError, SettingsError


def login_of(conn_id: str) -> Login:
    """The login that tasks use. Raises SettingsError if there is no such connection."""
    connection = find_connection(conn_id)
    if connection is None:
        raise SettingsError(
            f"Airflow has no connection {conn_id!r}, which globus.connection names; run `session-archive setup` with a "
            "service account, or `session-archive login --client-id ...`"
        )
    return Login.of(connection)


def writable_connection(conn_id: str, *, may_replace: bool) -> Connection | None:
    """The connection in Airflow's database, None if there is none yet.

    may_replace : a connection that cannot be decrypted counts as none
    raises      : SettingsError if the environment has one, which would hide it, or if it is not a Globus connection
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if variable in os.environ:
        raise SettingsError(
            f"{variable} is set, and overrides the connection in Airflow's database, where the login is stored; "
            "unset it, here and for Airflow"
        )
    try:
        connection = connection_of(conn_id)
    except UnreadableError:
        if not may_replace:
            raise
        return None
    if connection and connection.conn_type != "globus":
        raise SettingsError(
            f"Airflow connection {conn_id!r} is of type {connection.conn_type!r}; expected type 'globus'; name another "
            "connection as globus.connection in archive.toml"
        )
    return connection


def native_app(connection: Connection | None, conn_id: str, *, client_id: str, may_replace: bool) -> Login:
    """The login to make: client and addresses, no token yet.

    connection  : the existing one, if any
    client_id   : of a native app, '' for the one that the connection has
    may_replace : another client, or a service account, may be replaced
    raises      : SettingsError
    """
    existing = (connection.login if connection else "") or ""
    is_service_account = bool(connection and connection.get_password())
    if not client_id and (not existing or is_service_account):
        problem = f"holds the service account {existing}" if existing else "has no client id"
        raise SettingsError(
            f"Airflow connection {conn_id!r} {problem if connection else 'does not exist yet'}; for a person's login, "
            "give the --client-id of a native app (Globus web app, Settings, Developers). A service account needs no "
            "login: `session-archive login --check` says what it may do"
        )
    if existing and client_id not in ("", existing) and not may_replace:
        raise SettingsError(
            f"Airflow connection {conn_id!r} holds the login of client {existing}; --replace overwrites it with that "
            f"of {client_id}"
        )
    if is_service_account and client_id == existing:
        raise SettingsError(
            f"{existing} is the service account of connection {conn_id!r}; expected the --client-id of a native app"
        )
    try:
        UUID(client_id or existing)
    except ValueError:
        raise SettingsError(
            f"{client_id or existing!r} is not a client id; expected a UUID, as the Globus web app shows it"
        ) from None
    extra: dict[str, Any] = connection.extra_dejson if connection else {}
    addresses = {**globus_addresses(os.environ), **extra}
    return Login(
        connection_id=conn_id,
        client_id=client_id or existing,
        transfer_url=addresses.get("transfer_url") or "",
        auth_url=addresses.get("auth_url") or "",
        plain_http=says_yes(addresses.get("plain_http")),
    )


def person_fields(connection: Connection | None, login: Login, tokens: PersonTokens) -> dict[str, Any]:
    """The fields of the connection with a person's login; its other extras stay."""
    extra = dict(connection.extra_dejson) if connection else {}
    extra |= {"transfer_url": login.transfer_url, "auth_url": login.auth_url}
    extra |= {"plain_http": login.plain_http}
    extra |= {"refresh_token": tokens.refresh_token, "identity_token": tokens.identity_token}
    return {
        "conn_type": "globus",
        "login": login.client_id,
        "extra": json.dumps({key: value for key, value in extra.items() if value}),
        "description": f"a person's login of {clock.today()}, by session-archive login",
    }


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns errors of the provider into the one line that the console prints."""
    try:
        yield
    except GlobusLoginError as error:
        raise ArchiveError(f"{error}; for a person's login, run `session-archive login` again") from error
    except GlobusProviderError as error:
        raise (ServiceUnavailableError if error.retryable else ArchiveError)(str(error)) from error
