"""`session-archive login --check`: whose login it is, when it was last used, which places it can list."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from session_archive.errors import ArchiveError
from session_archive.settings.load import Settings
from session_archive.settings.places import Place
from session_archive.terminal import Console

if TYPE_CHECKING:
    from globus_provider.hooks.login import Login
    from globus_provider.hooks.login_status import Standing, StandingCheck

_STORES_ONE = "`session-archive login` stores one"


def check_login(settings: Settings, login: Login, console: Console) -> None:
    """Print the login's standing and a line for each place.

    console : without markup, without folding of lines
    raises  : ArchiveError if a place cannot be listed, GlobusProviderError if the login is not accepted
    """
    from globus_provider.hooks.login_status import StandingCheck

    check = StandingCheck(login)
    for label, text in _about(login, check.standing()):
        console.print(f"{label:<14}{text}")
    # A login lists both ends of its transfers.
    places = [
        (role, place)
        for role, place in settings.places
        if role == "source" or settings.connection_of(place.name) == login.connection_id
    ]
    checked = [(role, place, _listing_problem(check, place)) for role, place in places]
    # Writing is not tried, since a check leaves nothing behind.
    for role, place, why in checked:
        where = f"{place.collection}:{place.directory}"
        console.print(
            f"{role:<14}{place.name}, {where}: {why or 'can be listed'}", style="red" if why else "green"
        )
    if wrong := [f"{role} {place.name}" for role, place, why in checked if why]:
        raise ArchiveError(f"cannot be listed: {', '.join(wrong)}")


def _about(login: Login, standing: Standing) -> list[tuple[str, str]]:
    if login.refresh_token:
        how = f"a person's refresh token, client {login.client_id}"
        unknown = "unknown" if login.identity_token else f"unknown: no identity token; {_STORES_ONE}"
    else:
        how = f"service account, client {login.client_id}"
        unknown = "Globus keeps no record for a service account"
    return [
        ("connection", f"{login.connection_id}: {how}"),
        ("identity", str(standing.identity or "unknown")),
        ("last used", _timestamp(standing.last_used) or unknown),
        ("last transfer", _timestamp(standing.last_transfer) or "none known to Globus"),
    ]


def _timestamp(when: dt.datetime | None) -> str:
    return f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC" if when else ""


def _listing_problem(check: StandingCheck, place: Place) -> str:
    """Why a place cannot be listed; '' if it can."""
    from globus_provider.errors import GlobusConsentError, GlobusLoginError, GlobusProviderError

    try:
        check.require_listing(collection=str(place.collection), path=place.directory)
    except GlobusLoginError:
        raise
    except GlobusConsentError:
        return "its data_access consent is missing: run `session-archive login`"
    except GlobusProviderError as error:
        return str(error)
    return ""
