"""Makes a Transfer client from an Airflow connection: which login, which addresses, how patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from globus_provider.errors import GlobusLoginError

if TYPE_CHECKING:
    import globus_sdk
    from airflow.sdk import Connection

#: Part of the User-Agent that Globus sees.
APP_NAME = "airflow-globus-provider"


@dataclass(frozen=True, slots=True)
class Login:
    """What a connection of type `globus` says. Its repr holds no secret.

    refresh_token           : a user's; without it the client logs in as itself (a service account)
    transfer_url, auth_url  : '' for Globus' own; set them for a local service
    timeout                 : seconds for one HTTP answer
    """

    connection_id: str
    client_id: str
    client_secret: str = field(repr=False, default="")
    refresh_token: str = field(repr=False, default="")
    transfer_url: str = ""
    auth_url: str = ""
    timeout: float = 60.0

    @classmethod
    def of(cls, connection: Connection) -> Login:
        """Read a connection. Raises GlobusLoginError, naming what is missing."""
        extra: Mapping[str, Any] = connection.extra_dejson
        login = cls(
            connection_id=connection.conn_id,
            client_id=connection.login or "",
            client_secret=connection.password or "",
            refresh_token=extra.get("refresh_token") or "",
            transfer_url=extra.get("transfer_url") or "",
            auth_url=extra.get("auth_url") or "",
            timeout=_seconds(extra.get("timeout") or 60, connection_id=connection.conn_id),
        )
        if not login.client_id:
            raise GlobusLoginError(
                f"Airflow connection '{connection.conn_id}' has no client id; put it into Login"
            )
        if not login.client_secret and not login.refresh_token:
            raise GlobusLoginError(
                f"Airflow connection '{connection.conn_id}' has neither a client secret nor a refresh token; "
                "put one of them in"
            )
        return login

    def open(self, *, max_retries: int) -> tuple[globus_sdk.TransferClient, globus_sdk.ClientApp | None]:
        """A client of its own, and its app where it can fetch consents by itself.

        Of one process and one thread at a time: the SDK promises neither fork nor thread safety.
        """
        import globus_sdk
        from globus_sdk.transport import RetryConfig

        of_auth: dict[str, Any] = {
            "base_url": self.auth_url or None,
            "app_name": APP_NAME,
            "retry_config": RetryConfig(max_retries=max_retries),
        }
        options: dict[str, Any] = {
            "base_url": self.transfer_url or None,
            "retry_config": RetryConfig(max_retries=max_retries),
        }
        app = None
        auth: globus_sdk.ConfidentialAppAuthClient | globus_sdk.NativeAppAuthClient
        if not self.client_secret:
            auth = globus_sdk.NativeAppAuthClient(self.client_id, **of_auth)
        else:
            auth = globus_sdk.ConfidentialAppAuthClient(self.client_id, self.client_secret, **of_auth)
            if not self.refresh_token:
                # Tokens stay in this process: workers share no home directory, and files would outlive them.
                config = globus_sdk.GlobusAppConfig(token_storage="memory")
                app = globus_sdk.ClientApp(APP_NAME, login_client=auth, config=config)
        auth.transport.http_timeout = self.timeout
        if app is not None:
            client = globus_sdk.TransferClient(app=app, **options)
        else:
            authorizer = globus_sdk.RefreshTokenAuthorizer(self.refresh_token, auth)
            client = globus_sdk.TransferClient(authorizer=authorizer, app_name=APP_NAME, **options)
        client.transport.http_timeout = self.timeout
        return client, app


def _seconds(value: Any, *, connection_id: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise GlobusLoginError(
            f"Airflow connection '{connection_id}' has the timeout {value!r}; expected seconds"
        ) from None
