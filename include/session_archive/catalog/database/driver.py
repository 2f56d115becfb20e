"""PyMySQL's connection, with TLS decided before anything of the login is sent.

PyMySQL before 1.2 logs in without TLS where the server does not offer it, although TLS is asked for. DataJoint is not
imported here: a command that only reads does without it.
"""

# mypy: allow-subclassing-any

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pymysql as driver
from pymysql.constants import CLIENT, CR

__all__ = ["PREFERRED", "RefusedWithoutTlsError", "driver", "open_connection"]

#: Encrypted, not verified. PyMySQL reads an empty mapping as "no TLS".
PREFERRED = {"check_hostname": False}

#: Seconds, PyMySQL's own default.
_CONNECT = 10

#: "Access denied", and "connections using insecure transport are prohibited".
_REFUSED = {1045, 3159}

#: As DataJoint's adapter sets it.
_SQL_MODE = (
    "NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,"
    "ONLY_FULL_GROUP_BY"
)


class RefusedWithoutTlsError(driver.err.OperationalError):
    """The server refuses the login, and offers no TLS: it may be the password, or that the login requires TLS."""


class _Connection(driver.connections.Connection):
    def __init__(self, *, tls_required: bool, **values: Any) -> None:
        self._tls_required = tls_required
        super().__init__(**values)

    def _get_server_information(self) -> None:
        super()._get_server_information()
        if self.server_capabilities & CLIENT.SSL:
            return
        if self._tls_required:
            raise driver.err.OperationalError(CR.CR_SSL_CONNECTION_ERROR, "the server offers no TLS")
        self.ssl = self._ssl_required = False
        self.client_flag &= ~CLIENT.SSL

    def _request_authentication(self) -> None:
        try:
            super()._request_authentication()
        except driver.err.OperationalError as error:
            if not self.ssl and error.args[0] in _REFUSED:
                raise RefusedWithoutTlsError(*error.args) from error
            raise


def open_connection(
    *,
    host: str,
    port: int,
    user: str,
    password: str,
    tls: Mapping[str, Any] | None,
    charset: str,
    setting: str,
    patience: float | None = None,
) -> Any:
    """A connection that speaks TLS wherever the server offers it.

    tls      : None if TLS is not required; else PyMySQL's `ssl` values
    setting  : a statement for the start of the session
    patience : seconds to wait for each answer; None for as long as it takes
    """
    return _Connection(
        tls_required=tls is not None,
        host=host,
        port=port,
        user=user,
        passwd=password,
        charset=charset,
        sql_mode=_SQL_MODE,
        init_command=setting,
        autocommit=True,
        connect_timeout=_CONNECT if patience is None else patience,
        read_timeout=patience,
        write_timeout=patience,
        ssl=dict(tls or PREFERRED),
    )
