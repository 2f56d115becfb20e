"""One token for all clients of one login in a process: a triggerer polls for many waits at the same time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from globus_sdk import (
    ClientCredentialsAuthorizer,
    ConfidentialAppAuthClient,
    RefreshTokenAuthorizer,
    TransferClient,
)
from globus_sdk.authorizers import GlobusAuthorizer

if TYPE_CHECKING:
    from globus_provider.hooks.login import Login

T = TypeVar("T")

_lock = threading.Lock()
_shared: dict[str, tuple[int, Login, SharedToken]] = {}


def shared_token(login: Login) -> SharedToken:
    """The token of this login in this process; another one once the connection's content has changed."""
    with _lock:
        process, known, token = _shared.get(login.connection_id, (0, None, None))
        if token is None or process != os.getpid() or known != login:
            token = SharedToken(login)
            _shared[login.connection_id] = (os.getpid(), login, token)
        return token


class SharedToken(GlobusAuthorizer):
    """Asks for a token once, whichever threads need it, and renews it when it has expired or was refused."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._authorizer: ClientCredentialsAuthorizer | RefreshTokenAuthorizer | None = None
        self._sent = threading.local()
        self._failures = 0
        self._failure: Exception | None = None

    def get_authorization_header(self) -> str:
        """The header for one call. raises : what the SDK raises for a login that Globus Auth refuses."""
        header = self._alone(lambda authorizer: authorizer.get_authorization_header())
        self._sent.header = header
        return header

    def handle_missing_authorization(self) -> bool:
        """Drop the token of this thread's call, which the service did not accept; the next call gets another one."""
        # Others were refused at the same time, and one of them may have fetched a new token already.
        return self._alone(
            lambda authorizer: (
                self._sent.header != f"Bearer {authorizer.access_token}"
                or authorizer.handle_missing_authorization()
            )
        )

    def _alone(self, do: Callable[[ClientCredentialsAuthorizer | RefreshTokenAuthorizer], T]) -> T:
        before = self._failures
        with self._lock:
            if self._failure is not None and self._failures != before:
                # Auth has failed while this thread waited: it would only make all others wait as long again.
                raise self._failure
            self._failure = None
            try:
                if self._authorizer is None:
                    self._authorizer = self._open()
                return do(self._authorizer)
            except Exception as error:  # whatever it is, the threads that wait for the lock raise it too
                self._failures += 1
                self._failure = error
                raise

    def _open(self) -> ClientCredentialsAuthorizer | RefreshTokenAuthorizer:
        auth = self._login.auth_client(max_retries=0)
        if self._login.refresh_token or not isinstance(auth, ConfidentialAppAuthClient):
            return RefreshTokenAuthorizer(self._login.refresh_token, auth)
        return ClientCredentialsAuthorizer(auth, TransferClient.scopes.all)
