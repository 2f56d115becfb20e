"""Finds out whose login a connection holds, when it was last used, and which directories it may list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from globus_provider.errors import GlobusAccessError
from globus_provider.hooks.calls import Calls
from globus_provider.hooks.login import Login
from globus_provider.refusals import OF_IDENTITY, translate


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a login; username is '' if only the id is known."""

    id: str
    username: str = ""

    def __str__(self) -> str:
        """`person@uni.edu (id)`."""
        return f"{self.username} ({self.id})" if self.username else self.id


@dataclass(frozen=True, slots=True)
class Standing:
    """What Globus knows about a login.

    identity      : None if it cannot be known
    last_used     : when Auth last made a Transfer token from the person's consent, before this check; None if that
                    is unknown, as for every service account
    last_transfer : when the newest transfer was submitted; None if there is none
    """

    identity: Identity | None
    last_used: dt.datetime | None
    last_transfer: dt.datetime | None


class StandingCheck:
    """Asks for a login's standing, in calls that change nothing. Raises only errors of this provider."""

    def __init__(self, login: Login, *, max_retries: int = 1) -> None:
        self._login, self._max_retries = login, max_retries
        self._calls = Calls(lambda: login, max_retries=max_retries)

    def standing(self) -> Standing:
        """Who it is, and when it was last used. Raises GlobusLoginError if the login is not accepted."""
        # Auth first, since the calls to Transfer use the login themselves.
        identity, last_used = self._of_auth()
        newest = self._newest_transfer()
        if identity is None and newest:
            identity = Identity(str(newest["owner_id"]))
        last_transfer = dt.datetime.fromisoformat(newest["request_time"]) if newest else None
        return Standing(identity, last_used, last_transfer)

    def needs_data_access(self, collection: str) -> bool:
        """True for a collection whose data_access consent a login must have (Globus SDK: mapped, not high assurance).

        raises : GlobusNotFoundError, GlobusUnavailableError
        """
        answer = self._calls.ask(
            f"look up collection {collection}",
            lambda client: client.get_endpoint(collection),
            needs=("entity_type",),
        )
        return answer["entity_type"] == "GCSv5_mapped_collection" and not answer.get("high_assurance")

    def require_listing(self, *, collection: str, path: str) -> None:
        """List a directory, and raise the error if that fails."""
        self._calls.ask(
            f"list {path} on collection {collection}",
            lambda client: client.operation_ls(collection, path=path, limit=1),
        )

    def _of_auth(self) -> tuple[Identity | None, dt.datetime | None]:
        from globus_sdk import GlobusError

        identity = None
        try:
            # A refresh token is used already here.
            client = self._login.open_identity(max_retries=self._max_retries)
            if client is None:
                return None, None
            answer = client.userinfo()
            identity = Identity(str(answer["sub"]), str(answer.get("preferred_username") or ""))
            if not self._login.refresh_token:
                return identity, None
            consents = client.get_consents(identity.id).to_forest().nodes
        except GlobusError as error:
            refused = translate(
                error,
                doing="ask who the login is",
                connection=self._login.connection_id,
                of_auth=OF_IDENTITY,
            )
            if isinstance(refused, GlobusAccessError):
                # This login may see its identity, but not its consents.
                return identity, None
            raise refused from error
        uses = [each.last_used for each in consents if "transfer.api.globus.org" in each.scope_name]
        return identity, max(uses, default=None)

    def _newest_transfer(self) -> dict[str, Any] | None:
        tasks = self._calls.ask(
            "list transfer tasks",
            lambda client: client.task_list(limit=1, orderby="request_time DESC", filter="type:TRANSFER"),
            needs=("DATA",),
        )
        return next(iter(tasks["DATA"]), None)
