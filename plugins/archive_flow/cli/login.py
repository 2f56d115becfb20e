"""`session-archive login`: stores a person's refresh token in the Airflow connection, and checks a login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from session_archive.errors import SettingsError
from session_archive.settings.load import Settings, load_settings
from session_archive.terminal import Console

if TYPE_CHECKING:
    from globus_provider.hooks.login import Login
    from globus_provider.hooks.native_app import NativeAppLogin, PersonTokens


def login(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say whose login it is and what it may do.")
    ] = False,
    client_id: Annotated[
        str,
        typer.Option(
            help="Of a native app, as the Globus web app shows it; by default the connection's own."
        ),
    ] = "",
    replace: Annotated[
        bool, typer.Option(help="If the connection holds another client, replace it with this login.")
    ] = False,
    location: Annotated[
        str,
        typer.Option(help="The login of this location, if archive.toml gives it a connection of its own."),
    ] = "",
) -> None:
    """Log in to Globus as a person, and store the refresh token in the Airflow connection that archive.toml names.

    Shows an address to open, and asks for the code that the page there shows. For unattended use a service account
    (client id and secret) is better: nobody has to log in, and it does not end when a person leaves.
    """
    from archive_flow.cli import globus_connection
    from archive_flow.cli.login_check import check_login
    from archive_flow.run.airflow_objects import make_connection, require_encryption

    settings = load_settings()
    if location and location not in settings.locations:
        known = ", ".join(settings.locations)
        raise SettingsError(f"--location: {location!r} is not in archive.toml; expected one of: {known}")
    conn_id = settings.connection_of(location)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    with globus_connection.plain_errors():
        if check:
            check_login(settings, globus_connection.login_of(conn_id), console)
            return
        require_encryption()
        existing = globus_connection.writable_connection(conn_id, may_replace=replace)
        new = globus_connection.native_app(
            existing, conn_id, client_id=client_id.strip().lower(), may_replace=replace
        )
        tokens = _tokens(settings, new, console)
    fields = globus_connection.person_fields(existing, new, tokens)
    console.print(make_connection(conn_id, fields=fields, replace=True))
    console.print(
        "the login ends after six months without use; `session-archive login --check` says what it may do"
    )


def _tokens(settings: Settings, login: Login, console: Console) -> PersonTokens:
    """Log in once, and a second time if collections need a consent of their own."""
    from globus_provider.hooks.native_app import NativeAppLogin

    tokens = _ask(NativeAppLogin(login), console)
    collections = list(_needing_consent(settings, tokens.login(login), console))
    if not collections:
        return tokens
    console.print(
        f"these collections need a consent of their own (data_access): {', '.join(collections)}\n"
        "Log in once more to give it."
    )
    return _ask(NativeAppLogin(login, data_access=collections), console)


def _ask(flow: NativeAppLogin, console: Console) -> PersonTokens:
    console.print("Open this address in a browser, log in and allow access:")
    typer.echo(flow.address)
    code: str = typer.prompt("Code (not shown)", hide_input=True)
    return flow.exchange(code.strip())


def _needing_consent(settings: Settings, login: Login, console: Console) -> Iterator[str]:
    """The collections of archive.toml that need a data_access consent; prints those that cannot be looked up."""
    from globus_provider.errors import GlobusLoginError, GlobusProviderError
    from globus_provider.hooks.login_status import StandingCheck

    check = StandingCheck(login)
    for collection in dict.fromkeys(str(place.collection) for _, place in settings.places):
        try:
            if check.needs_data_access(collection):
                yield collection
        except GlobusLoginError:
            raise
        except GlobusProviderError as error:
            console.print(f"{error}; if this collection needs a consent, it was not requested")
