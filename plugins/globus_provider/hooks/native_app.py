"""A person's login with a native app: an address to open, a code to paste, refresh tokens to keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from globus_provider.errors import GlobusLoginError
from globus_provider.hooks.login import Login
from globus_provider.refusals import OF_CODE, translate

if TYPE_CHECKING:
    pass

_TRANSFER = "transfer.api.globus.org"
_AUTH = "auth.globus.org"
_TRANSFER_SCOPE = "urn:globus:auth:scope:transfer.api.globus.org:all"


@dataclass(frozen=True, slots=True)
class PersonTokens:
    """The tokens of a person's login. Its repr holds no token.

    refresh_token  : for Globus Transfer
    identity_token : a refresh token that says whose login it is
    """

    refresh_token: str = field(repr=False)
    identity_token: str = field(repr=False)

    def login(self, login: Login) -> Login:
        """The same connection with these tokens in it."""
        return replace(
            login, client_secret="", refresh_token=self.refresh_token, identity_token=self.identity_token
        )


class NativeAppLogin:
    """One login under way: the verifier of PKCE stays in this object, and so in this process.

    login       : client id and addresses; its tokens are not used
    data_access : ids of the collections whose consent is requested; no other collection may be named
    """

    def __init__(self, login: Login, *, data_access: Collection[str] = (), max_retries: int = 3) -> None:
        import globus_sdk

        self._connection_id = login.connection_id
        native = replace(login, client_secret="", refresh_token="", identity_token="")
        client = native.auth_client(max_retries=max_retries)
        assert isinstance(client, globus_sdk.NativeAppAuthClient)
        client.oauth2_start_flow(requested_scopes=_scopes(data_access), refresh_tokens=True)
        self._client = client

    @property
    def address(self) -> str:
        """Where the person logs in; it holds no secret."""
        return self._client.oauth2_get_authorize_url()

    def exchange(self, code: str) -> PersonTokens:
        """The tokens for the code that the person was shown.

        raises : GlobusLoginError if the code is wrong, used or too old, or the client is not a native app;
                 GlobusUnavailableError
        """
        from globus_sdk import GlobusError

        try:
            tokens = self._client.oauth2_exchange_code_for_tokens(code).by_resource_server
        except GlobusError as error:
            raise translate(error, doing="log in", connection=self._connection_id, of_auth=OF_CODE) from error
        return PersonTokens(_refresh_token(tokens, _TRANSFER), _refresh_token(tokens, _AUTH))


def _scopes(data_access: Iterable[str]) -> list[str]:
    nested = " ".join(f"*https://auth.globus.org/scopes/{each}/data_access" for each in sorted(data_access))
    transfer = f"{_TRANSFER_SCOPE}[{nested}]" if nested else _TRANSFER_SCOPE
    return ["openid", "profile", "email", transfer]


def _refresh_token(tokens: Mapping[str, Mapping[str, Any]], server: str) -> str:
    token = (tokens.get(server) or {}).get("refresh_token")
    if not token:
        raise GlobusLoginError(f"could not log in: Globus Auth gave no refresh token for {server}")
    return str(token)
