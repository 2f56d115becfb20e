"""One connection to the catalog's database: quiet, guarded against sharing, clear when it fails."""

# mypy: allow-subclassing-any

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

with warnings.catch_warnings():
    # Warnings about a missing datajoint.json, which our connections never read, and about DataJoint's deprecations.
    warnings.simplefilter("ignore")
    import datajoint as dj
from datajoint.settings import Config

from session_archive.catalog.database.adapter import TlsAdapter
from session_archive.catalog.database.driver import (
    PREFERRED,
    driver,  # DataJoint passes most of its errors through as they are
)
from session_archive.catalog.database.driver_errors import (
    NO_TLS,
    from_driver,
    no_right,
    no_table,
    no_tls,
    unavailable,
)
from session_archive.catalog.database.opening import cipher_of, opened
from session_archive.catalog.database.tls import tls_from_environment, tls_values
from session_archive.errors import CatalogError

__all__ = [
    "OwnConnection",
    "clear_errors",
    "connect",
    "datajoint_connection",
    "datajoint_login",
    "dj",
    "quiet",
]


class OwnConnection(dj.Connection):
    """A DataJoint connection that only the process and thread that opened it can use.

    If two processes or threads shared it, one could silently get the other's rows.
    """

    def __init__(
        self, *, host: str, port: int, user: str, password: str, tls: Mapping[str, Any] | None
    ) -> None:
        self._owner = (os.getpid(), threading.get_ident())
        self._tls = tls
        with quiet():
            config = _config()
        with quiet():  # again: a Config sets the logger's level while it is made
            # Not None: DataJoint would try again without TLS when the server refuses the login.
            super().__init__(host, user, password, port, False, backend="mysql", config_override=config)

    def connect(self) -> None:
        """As DataJoint's, with TLS wherever the server offers it."""
        self.adapter = TlsAdapter(self._tls)
        super().connect()

    @property
    def cipher(self) -> str:
        """What encrypts this connection; '' for nothing."""
        return cipher_of(self)

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

    def clear_errors(self) -> AbstractContextManager[None]:
        """Turn what the driver and DataJoint raise while this connection is used into this package's errors."""
        return clear_errors(where=self.where, user=self.conn_info["user"])

    def close(self) -> None:
        """Close, unless another process opened it: that process still needs it."""
        if self._owner[0] == os.getpid():
            super().close()


def connect(
    *, host: str, port: int, user: str, password: str, tls: Mapping[str, Any] | None = None
) -> OwnConnection:
    """Open a connection; the caller closes it, in the task that opened it.

    tls    : PyMySQL's `ssl` values ({'ca': path}), {} for "encrypted, not verified"; None if TLS is not required: it is
             spoken all the same where the server offers it
    raises : CatalogUnavailableError when nothing answers, CatalogError when the login or TLS is refused
    """
    with clear_errors(where=f"{host}:{port}", user=user, tls=tls):
        return opened(
            lambda: OwnConnection(host=host, port=port, user=user, password=password, tls=tls),
            host=host,
            port=port,
            tls=tls,
        )


def datajoint_login() -> dict[str, Any]:
    """What `connect` needs, from DataJoint's own configuration; the environment may ask for TLS.

    Raises CatalogError if there is no login, SettingsError for what the environment asks.
    """
    config = dj.config
    if not (config["database.user"] and config["database.password"]):
        raise CatalogError(
            "DataJoint has no login for the catalog's database; set DJ_HOST, DJ_USER and DJ_PASS, or write its "
            "datajoint.json and .secrets, as for the lab's pipeline"
        )
    login = {key: config[f"database.{key}"] for key in ("host", "port", "user", "password")}
    # DataJoint's own setting has no place for a certificate.
    requested = tls_from_environment(os.environ)
    own = tls_values(config["database.use_tls"], where="DataJoint's database.use_tls")
    return {**login, "tls": own if requested is None else requested}


def datajoint_connection(login: Mapping[str, Any]) -> Any:
    """DataJoint's own connection of this process, with TLS as `login` asks for; its own default speaks none.

    raises : CatalogError where TLS is requested for and DataJoint is connected without; what the driver raises
    """
    tls = login["tls"]
    try:
        # DataJoint reads `use_tls` only when it is given a host, too; a connection that is open stays as it is.
        connection = dj.conn(host=login["host"], use_tls=dict(tls or PREFERRED))
    except driver.err.OperationalError as error:
        if tls is not None or error.args[0] != NO_TLS:
            raise
        connection = dj.conn(host=login["host"], use_tls=False)  # PyMySQL 1.2, at a server without TLS
    if tls is not None and not cipher_of(connection):
        raise CatalogError(no_tls(f"{login['host']}:{login['port']}"))
    return connection


@contextmanager
def clear_errors(*, where: str, user: str, tls: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Turn what the driver and DataJoint raise into this package's errors.

    where : 'host:port'
    user  : the login's name; a password never enters a message
    tls   : what the connection asks for, while it is opened
    """
    try:
        yield
    except dj.errors.LostConnectionError as error:
        raise unavailable(where, error) from error
    except dj.errors.AccessError as error:
        raise no_right(where, user, error.args[1]) from error
    except dj.errors.MissingTableError as error:
        raise no_table(where, error.args[0]) from error
    except driver.err.MySQLError as error:
        raise from_driver(where, user, error, tls) from error


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
