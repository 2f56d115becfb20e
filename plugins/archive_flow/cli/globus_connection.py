"""The Airflow connection that holds the Globus login: read for a check, written by a person's login."""

from __future__ import annotations

import datetime as dt
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
from globus_provider.hooks.login import Login
from globus_provider.hooks.native_app import PersonTokens
from session_archive.errors import ArchiveError, ServiceUnavailableError, SettingsError


def login_of(conn_id: str) -> Login:
    """The login that tasks use. Raises SettingsError where there is no such connection."""
    found = find_connection(conn_id)
    if found is None:
        raise SettingsError(
            f"Airflow has no connection {conn_id!r}, which globus.connection names; run `session-archive setup` with a "
            "service account, or `session-archive login --client-id ...`"
        )
    return Login.of(found)


def writable_connection(conn_id: str, *, may_replace: bool) -> Connection | None:
    """The connection as Airflow's database has it, None where there is none yet.

    may_replace : one that cannot be decrypted counts as none
    raises      : SettingsError when the environment has one, which would hide it, or when it is no Globus connection
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if variable in os.environ:
        raise SettingsError(
            f"{variable} is set, and goes before the connection in Airflow's database, where the login is kept; "
            "unset it, here and for Airflow"
        )
    try:
        found = connection_of(conn_id)
    except UnreadableError:
        if not may_replace:
            raise
        return None
    if found and found.conn_type != "globus":
        raise SettingsError(
            f"Airflow connection {conn_id!r} is of type {found.conn_type!r}; expected one of type 'globus', or another "
            "name as globus.connection in archive.toml"
        )
    return found


def native_app(found: Connection | None, conn_id: str, *, client_id: str, may_replace: bool) -> Login:
    """The login to make: client and addresses, no token yet.

    found       : what the connection holds now
    client_id   : of a native app, '' for the one that the connection has
    may_replace : another client, or a service account, may go
    raises      : SettingsError
    """
    held = (found.login if found else "") or ""
    is_service_account = bool(found and found.get_password())
    if not client_id and (not held or is_service_account):
        holds = f"holds the service account {held}" if held else "names no client"
        raise SettingsError(
            f"Airflow connection {conn_id!r} {holds if found else 'is not there yet'}; give --client-id of a native "
            "app (Globus web app, Settings, Developers) for a person's login. A service account needs none: "
            "`session-archive login --check` says what it may do"
        )
    if held and client_id not in ("", held) and not may_replace:
        raise SettingsError(
            f"Airflow connection {conn_id!r} holds the login of client {held}; --replace puts that of {client_id} in "
            "its place"
        )
    if is_service_account and client_id == held:
        raise SettingsError(
            f"{held} is the service account of connection {conn_id!r}; expected --client-id of a native app"
        )
    try:
        UUID(client_id or held)
    except ValueError:
        raise SettingsError(
            f"{client_id or held!r} is no client id; expected a UUID, as the Globus web app shows it"
        ) from None
    extra: dict[str, Any] = found.extra_dejson if found else {}
    addresses = {**globus_addresses(os.environ), **extra}
    return Login(
        connection_id=conn_id,
        client_id=client_id or held,
        transfer_url=addresses.get("transfer_url") or "",
        auth_url=addresses.get("auth_url") or "",
    )


def person_fields(found: Connection | None, login: Login, tokens: PersonTokens) -> dict[str, Any]:
    """The connection with a person's login in it; what else it said stays."""
    extra = dict(found.extra_dejson) if found else {}
    extra |= {"transfer_url": login.transfer_url, "auth_url": login.auth_url}
    extra |= {"refresh_token": tokens.refresh_token, "identity_token": tokens.identity_token}
    return {
        "conn_type": "globus",
        "login": login.client_id,
        "extra": json.dumps({key: value for key, value in extra.items() if value}),
        "description": f"a person's login of {dt.date.today()}, by session-archive login",
    }


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the provider raises, as the one line that the console prints."""
    try:
        yield
    except GlobusLoginError as error:
        raise ArchiveError(f"{error}; a person logs in again with `session-archive login`") from error
    except GlobusProviderError as error:
        raise (ServiceUnavailableError if error.retryable else ArchiveError)(str(error)) from error
