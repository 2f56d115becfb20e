"""The logins that archive.toml names, and the hook with the one that belongs to a place or a transfer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from session_archive.settings.load import Settings

#: The names of one place, or of both ends of a transfer -> the hook that lists or sends there.
HookOf = Callable[..., GlobusHook]


class Logins:
    """One login for each Airflow connection of type globus.

    logins : by the connection's id
    """

    def __init__(self, settings: Settings, logins: Mapping[str, Login]) -> None:
        self._settings, self._logins = settings, logins
        self._hooks = {
            connection: GlobusHook(globus_conn_id=connection, login=login, max_retries=1)
            for connection, login in logins.items()
        }

    def login_of(self, *places: str) -> Login:
        """The login for a place, or for a transfer between two."""
        return self._logins[self._settings.connection_of(*places)]

    def hook_of(self, *places: str) -> GlobusHook:
        """The hook with that login."""
        return self._hooks[self._settings.connection_of(*places)]
