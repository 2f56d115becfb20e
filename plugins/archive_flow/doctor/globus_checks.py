"""Globus' side: the login, and what it may do at each place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

from globus_provider.errors import GlobusConsentError, GlobusOfflineError, GlobusProviderError
from globus_provider.hooks.login_status import StandingCheck
from session_archive.doctor.check import Check, Checks
from session_archive.doctor.machine import clock_check
from session_archive.settings.load import Place, Settings

if TYPE_CHECKING:
    from archive_flow.doctor.logins import Logins
    from globus_provider.hooks.globus import GlobusHook
    from globus_provider.hooks.login import Login
    from globus_provider.response_keys import Witness

#: A person's login ends after six months without use.
_STALE = dt.timedelta(days=150)
_MAKE = Checks("globus")
_PLACE = Checks("place")


def login_check(login: Login, *, now: dt.datetime) -> Check:
    """Whether the login is accepted, whose it is, and whether it is about to end."""
    subject = f"login of {login.connection_id}"
    try:
        standing = StandingCheck(login).standing()
    except GlobusProviderError as error:
        return _MAKE.failure(
            subject, str(error), advice(error) or "`session-archive login --check` says more"
        )
    whose = standing.identity or f"client {login.client_id}"
    if standing.last_used and now - standing.last_used > _STALE:
        return _MAKE.warning(
            subject,
            f"{whose}, last used {standing.last_used:%Y-%m-%d}: it ends after six months without use",
            "`session-archive login`",
        )
    kind = "a person's refresh token" if login.refresh_token else "a service account"
    return _MAKE.ok(subject, f"{whose}: {kind}")


def service_clock_check(witness: Witness) -> Iterator[Check]:
    """The clock of this machine against the Date of the service's newest response."""
    if witness.clock:
        theirs, ours = witness.clock
        yield clock_check("globus", theirs=theirs, ours=ours)


def place_checks(settings: Settings, logins: Logins) -> Iterator[Check]:
    """Each place: its collection is known and online, its directory can be listed and, except at a source, written."""
    for role, place in settings.places:
        hook, listing = logins.hook_of(place.name), StandingCheck(logins.login_of(place.name))
        subject = f"{role} {place.name}"
        where = f"{place.collection}:{place.directory}"
        try:
            yield _PLACE.ok(subject, f"{_visible(hook, listing, place)}; {where} can be read")
            if role != "source":
                hook.require_writing(collection=str(place.collection), path=place.directory)
                yield _PLACE.ok(
                    f"{subject} (write)", "the access rules allow it; `doctor --transfer` writes a file"
                )
        except GlobusConsentError:
            yield _PLACE.failure(
                subject, f"{where}: its data_access consent is missing", "`session-archive login`"
            )
        except GlobusProviderError as error:
            yield _PLACE.failure(subject, str(error), advice(error))


def copy_checks(settings: Settings, logins: Logins) -> Iterator[Check]:
    """Each way that a further copy may take: the login that writes it has to read the other location too."""
    ways = {
        (one, other)
        for data_set in settings.data_sets.values()
        for one, other in permutations(data_set.locations, 2)
    }
    for one, other in sorted(ways):
        login, place = logins.login_of(one, other), settings.locations[one]
        subject = f"copies from {one} to {other}"
        try:
            StandingCheck(login).require_listing(collection=str(place.collection), path=place.directory)
        except GlobusProviderError as error:
            yield _PLACE.failure(
                subject,
                f"the login of {login.connection_id}, which writes to {other}, cannot read {one}: {error}",
                f"give it the right to read {one}, or both locations one login",
            )
        else:
            yield _PLACE.ok(
                subject, f"the login of {login.connection_id} reads the one and may write to the other"
            )


def advice(error: GlobusProviderError) -> str:
    """What to do while Globus or a collection does not answer; '' for what no waiting mends."""
    if isinstance(error, GlobusOfflineError):
        return "see that its machine is on, on the network and not paused; transfers go on when it is"
    if error.retryable:
        return (
            "see https://status.globus.org: if Globus is away, wait, since nights wait for it too and go on when it is "
            "back; if it is not, see that this machine reaches the network"
        )
    return ""


def _visible(hook: GlobusHook, listing: StandingCheck, place: Place) -> str:
    """The collection's name, if its directory can be listed. Raises GlobusProviderError."""
    document = hook.endpoint(str(place.collection))
    listing.require_listing(collection=str(place.collection), path=place.directory)
    return str(document.get("display_name") or place.collection)
