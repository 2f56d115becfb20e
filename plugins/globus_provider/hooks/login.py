"""Makes a Transfer client from an Airflow connection: which login, which addresses, which timeout."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from globus_provider.errors import GlobusLoginError

if TYPE_CHECKING:
    import globus_sdk
    from airflow.sdk import Connection

#: Part of the User-Agent that Globus sees.
APP_NAME = "airflow-globus-provider"


@dataclass(frozen=True, slots=True)
class Login:
    """The content of a connection of type `globus`. Its repr holds no secret.

    refresh_token           : a user's; without it the client logs in as itself (a service account)
    identity_token          : another refresh token, which only says who the user is and when the login was last used
    transfer_url, auth_url  : '' for Globus' own; set them for a local service
    plain_http              : whether these may be http:// on another machine, so that its network reads every secret
    timeout                 : seconds for one HTTP answer
    """

    connection_id: str
    client_id: str
    client_secret: str = field(repr=False, default="")
    refresh_token: str = field(repr=False, default="")
    identity_token: str = field(repr=False, default="")
    transfer_url: str = ""
    auth_url: str = ""
    timeout: float = 60.0
    plain_http: bool = False

    @classmethod
    def of(cls, connection: Connection) -> Login:
        """Read a connection. Raises GlobusLoginError, naming what is missing."""
        extra: Mapping[str, Any] = connection.extra_dejson
        login = cls(
            connection_id=connection.conn_id,
            client_id=connection.login or "",
            client_secret=connection.password or "",
            refresh_token=extra.get("refresh_token") or "",
            identity_token=extra.get("identity_token") or "",
            transfer_url=extra.get("transfer_url") or "",
            auth_url=extra.get("auth_url") or "",
            timeout=_seconds(extra.get("timeout") or 60, connection_id=connection.conn_id),
            plain_http=says_yes(extra.get("plain_http")),
        )
        if not login.client_id:
            raise GlobusLoginError(
                f"Airflow connection '{connection.conn_id}' has no client id; enter it as Client ID"
            )
        if not login.client_secret and not login.refresh_token:
            raise GlobusLoginError(
                f"Airflow connection '{connection.conn_id}' has neither a client secret nor a refresh token; "
                "enter one of them"
            )
        login.require_safe_addresses()
        return login

    def require_safe_addresses(self) -> None:
        """Raise GlobusLoginError for plain HTTP to another machine, unless it was asked for."""
        for field_name, address in (("transfer_url", self.transfer_url), ("auth_url", self.auth_url)):
            if not self.plain_http and _is_plain_and_far(address):
                raise GlobusLoginError(
                    f"Airflow connection '{self.connection_id}': {field_name} is plain HTTP to another machine: "
                    "everybody on the way could read its secrets; use https://, or set the extra plain_http of the "
                    "connection to true if the network is safe"
                )

    def open_polling(self) -> globus_sdk.TransferClient:
        """A new client for one of many polls of a process: they share a token, and the SDK repeats no call."""
        import globus_sdk

        from globus_provider.hooks.shared_token import shared_token

        client = globus_sdk.TransferClient(
            authorizer=shared_token(self), **self._options(self.transfer_url, max_retries=0)
        )
        client.transport.http_timeout = self.timeout
        return client

    def open(self, *, max_retries: int) -> tuple[globus_sdk.TransferClient, globus_sdk.ClientApp | None]:
        """A new client, and its app if it can get consents by itself.

        For one process and one thread at a time: the SDK promises neither fork nor thread safety.
        """
        import globus_sdk

        auth = self.auth_client(max_retries=max_retries)
        app = self._app(auth)
        options = self._options(self.transfer_url, max_retries=max_retries)
        if app is not None:
            client = globus_sdk.TransferClient(app=app, **options)
        else:
            authorizer = globus_sdk.RefreshTokenAuthorizer(self.refresh_token, auth)
            client = globus_sdk.TransferClient(authorizer=authorizer, **options)
        client.transport.http_timeout = self.timeout
        return client, app

    def open_identity(self, *, max_retries: int) -> globus_sdk.AuthClient | None:
        """A client that may ask Auth who this login is; None for a user's login without identity token."""
        import globus_sdk

        auth = self.auth_client(max_retries=max_retries)
        app = self._app(auth)
        options = self._options(self.auth_url, max_retries=max_retries)
        if app is not None:
            client = globus_sdk.AuthClient(app=app, **options)
        elif self.identity_token:
            authorizer = globus_sdk.RefreshTokenAuthorizer(self.identity_token, auth)
            client = globus_sdk.AuthClient(authorizer=authorizer, **options)
        else:
            return None
        client.transport.http_timeout = self.timeout
        return client

    def auth_client(
        self, *, max_retries: int
    ) -> globus_sdk.ConfidentialAppAuthClient | globus_sdk.NativeAppAuthClient:
        """The client that asks Auth for tokens: with its secret, or as a native app that has none."""
        import globus_sdk

        options = self._options(self.auth_url, max_retries=max_retries)
        auth: globus_sdk.ConfidentialAppAuthClient | globus_sdk.NativeAppAuthClient
        if self.client_secret:
            auth = globus_sdk.ConfidentialAppAuthClient(self.client_id, self.client_secret, **options)
        else:
            auth = globus_sdk.NativeAppAuthClient(self.client_id, **options)
        auth.transport.http_timeout = self.timeout
        return auth

    def _app(
        self, auth: globus_sdk.ConfidentialAppAuthClient | globus_sdk.NativeAppAuthClient
    ) -> globus_sdk.ClientApp | None:
        """A service account's; None for a user's login."""
        import globus_sdk

        if self.refresh_token or not isinstance(auth, globus_sdk.ConfidentialAppAuthClient):
            return None
        # Tokens stay in this process: workers share no home directory, and files would outlive the process.
        config = globus_sdk.GlobusAppConfig(token_storage="memory")
        return globus_sdk.ClientApp(APP_NAME, login_client=auth, config=config)

    def _options(self, address: str, *, max_retries: int) -> dict[str, Any]:
        from globus_sdk.transport import RetryConfig

        self.require_safe_addresses()
        return {
            "base_url": address or None,
            "app_name": APP_NAME,
            "retry_config": RetryConfig(max_retries=max_retries),
        }


def says_yes(value: object) -> bool:
    """Whether a field of a connection's extra, or a variable, is switched on."""
    return str(value or "").lower() in ("1", "true", "yes")


def _is_plain_and_far(address: str) -> bool:
    """Whether an address sends secrets in plain to a machine that is not this one by its address or `localhost`."""
    parts = urlsplit(address.strip())
    if not address or parts.scheme.lower() == "https":
        return False
    host = (parts.hostname or "").lower()
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _seconds(value: Any, *, connection_id: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise GlobusLoginError(
            f"Airflow connection '{connection_id}' has the timeout {value!r}; expected seconds"
        ) from None
