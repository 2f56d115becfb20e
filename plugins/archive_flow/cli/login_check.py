"""What `session-archive login --check` tells: whose login it is, when it was last used, what it may list."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from rich.console import Console

from session_archive.errors import ArchiveError
from session_archive.settings.load import Settings
from session_archive.settings.places import Place

if TYPE_CHECKING:
    from globus_provider.hooks.login import Login
    from globus_provider.hooks.standing import Standing, StandingCheck

_STORES_ONE = "`session-archive login` stores one"


def check_login(settings: Settings, login: Login, console: Console) -> None:
    """Print the login's standing and a line for each place; `console` takes no markup and folds nothing.

    raises : ArchiveError when a place cannot be listed, GlobusProviderError when the login is not accepted
    """
    from globus_provider.hooks.standing import StandingCheck

    asked = StandingCheck(login)
    for word, told in _about(login, asked.standing()):
        console.print(f"{word:<14}{told}")
    looked = [(role, place, _listing(asked, place)) for role, place in settings.places]
    # Writing is not tried: a check leaves nothing behind.
    for role, place, why in looked:
        where = f"{place.collection}:{place.directory}"
        console.print(
            f"{role:<14}{place.name}, {where}: {why or 'can be listed'}", style="red" if why else "green"
        )
    if wrong := [f"{role} {place.name}" for role, place, why in looked if why]:
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
        ("last used", _instant(standing.last_used) or unknown),
        ("last transfer", _instant(standing.last_transfer) or "none that Globus knows of"),
    ]


def _instant(when: dt.datetime | None) -> str:
    return f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC" if when else ""


def _listing(asked: StandingCheck, place: Place) -> str:
    """Why a place cannot be listed; '' where it can."""
    from globus_provider.errors import GlobusConsentError, GlobusLoginError, GlobusProviderError

    try:
        asked.require_listing(collection=str(place.collection), path=place.directory)
    except GlobusLoginError:
        raise
    except GlobusConsentError:
        return "its data_access consent is missing: run `session-archive login`"
    except GlobusProviderError as error:
        return str(error)
    return ""
