"""One connection to the catalog's database: quiet, guarded against sharing, clear when it fails."""

# mypy: allow-subclassing-any

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

with warnings.catch_warnings():
    # Warnings about a missing datajoint.json, which our connections never read, and about DataJoint's deprecations.
    warnings.simplefilter("ignore")
    import datajoint as dj
from datajoint.adapters.mysql import (
    client as driver,
)  # DataJoint passes most of its errors through as they are
from datajoint.settings import Config

from session_archive.errors import CatalogError, CatalogUnavailableError

__all__ = ["OwnConnection", "clear_errors", "connect", "datajoint_login", "dj", "quiet"]

#: Numbers of the MySQL and MariaDB manuals ("Server Error Message Reference", "Client Error Message Reference").
_REFUSED_LOGIN = {1044, 1045, 1130, 1698}
_MISSING = {1049, 1146}
_UNAVAILABLE = {
    1040, 1041, 1053, 1077, 1079, 1203, 1205, 1213, 1226, 1290, 1836, 1927, 2002, 2003, 2005, 2006, 2013, 2055,
}  # fmt: skip


class OwnConnection(dj.Connection):
    """A DataJoint connection that only the process and thread that opened it can use.

    If two processes or threads shared it, one could silently get the other's rows.
    """

    def __init__(
        self, *, host: str, port: int, user: str, password: str, tls: Mapping[str, Any] | None
    ) -> None:
        self._owner = (os.getpid(), threading.get_ident())
        # PyMySQL reads an empty mapping as "no TLS".
        use_tls: Any = False if tls is None else dict(tls) or {"check_hostname": False}
        with quiet():
            config = _config()
        with quiet():  # again: a Config sets the logger's level while it is made
            super().__init__(host, user, password, port, use_tls, backend="mysql", config_override=config)

    @property
    def where(self) -> str:
        """`host:port`, for messages."""
        return f"{self.conn_info['host']}:{self.conn_info['port']}"

    def query(self, *args: Any, **kwargs: Any) -> Any:
        """As DataJoint's. Raises CatalogError in another process or thread, and for what DataJoint refuses."""
        if self._owner != (os.getpid(), threading.get_ident()):
            raise CatalogError(
                "this catalog connection was opened by another process or thread; "
                "open one with connect() inside the task that uses it"
            )
        return super().query(*args, **kwargs)

    def close(self) -> None:
        """Close, unless another process opened it: that process still needs it."""
        if self._owner[0] == os.getpid():
            super().close()


def connect(
    *, host: str, port: int, user: str, password: str, tls: Mapping[str, Any] | None = None
) -> OwnConnection:
    """Open a connection; the caller closes it, in the task that opened it.

    tls    : None if TLS is not required; else PyMySQL's `ssl` values ({'ca': path}), {} for "encrypted, not verified"
    raises : CatalogUnavailableError when nothing answers, CatalogError when the login or TLS is refused
    """
    where = f"{host}:{port}"
    if ":" in host:
        raise CatalogError(
            f"the catalog's host {host!r} is an IPv6 address, which DataJoint cannot read; use a host name"
        )
    with clear_errors(where=where, user=user):
        try:
            connection = OwnConnection(host=host, port=port, user=user, password=password, tls=tls)
        except OSError as error:  # a certificate file that is missing, a TLS handshake that fails
            raise CatalogError(f"no TLS connection to the catalog's database at {where}: {error}") from error
        if tls is not None and not connection.query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1]:
            connection.close()
            raise CatalogError(
                f"the catalog's database at {where} offers no TLS, but the connection requires it"
            )
    return connection


def datajoint_login() -> dict[str, Any]:
    """What `connect` needs, from DataJoint's own configuration. Raises CatalogError if that has no login."""
    config = dj.config
    if not (config["database.user"] and config["database.password"]):
        raise CatalogError(
            "DataJoint has no login for the catalog's database; set DJ_HOST, DJ_USER and DJ_PASS, or write its "
            "datajoint.json and .secrets, as for the lab's pipeline"
        )
    login = {key: config[f"database.{key}"] for key in ("host", "port", "user", "password")}
    tls = config["database.use_tls"]
    return {**login, "tls": tls if isinstance(tls, dict) else {} if tls else None}


@contextmanager
def clear_errors(*, where: str, user: str) -> Iterator[None]:
    """Turn what the driver and DataJoint raise into this package's errors.

    where : 'host:port'
    user  : the login's name; a password never enters a message
    """
    try:
        yield
    except dj.errors.LostConnectionError as error:
        raise _unavailable(where, error) from error
    except dj.errors.AccessError as error:
        raise CatalogError(
            f"the login {user!r} may not do this at {where}: {error.args[1]}; `session-archive setup` grants the rights"
        ) from error
    except dj.errors.MissingTableError as error:
        raise CatalogError(
            f"a table is missing at {where}: {error.args[0]}; run `session-archive setup`"
        ) from error
    except driver.err.MySQLError as error:
        raise _from_driver(where, user, error) from error


def _from_driver(where: str, user: str, error: Exception) -> CatalogError:
    number = error.args[0] if error.args else 0
    if number in _REFUSED_LOGIN:
        return CatalogError(
            f"the catalog's database at {where} refuses the login {user!r}; check its name and password"
        )
    if number in _MISSING:
        return CatalogError(f"missing at {where}: {error.args[1]}; run `session-archive setup`")
    if number in _UNAVAILABLE or not number:
        return _unavailable(where, error)
    return CatalogError(f"the catalog's database at {where} says: {error.args[-1]} ({number})")


def _unavailable(where: str, error: Exception) -> CatalogUnavailableError:
    reason = next(
        (text for text in reversed(error.args) if isinstance(text, str) and text.strip("()")), "no reason"
    )
    return CatalogUnavailableError(
        f"the catalog's database at {where} does not answer; is it running? ({reason})"
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep DataJoint's chatter out of task logs: greetings, lineage advice, "MariaDB is not supported"."""
    logger = logging.getLogger("datajoint")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="MariaDB is not officially supported")
            yield
    finally:
        logger.setLevel(level)


def _config() -> Config:
    """DataJoint's settings for our connections, whatever its environment, files and defaults say."""
    config = Config()
    config.safemode = False  # it would prompt, and leave a transaction open if there is no terminal
    config.database.reconnect = False  # a named lock or a transaction would silently be lost
    config.database.create_tables = False
    config.database.name = None
    config.database.database_prefix = ""
    config.connection.charset = "utf8mb4"
    config.provenance.capture = False  # a hidden column in every table
    config.query_cache = None
    return config
