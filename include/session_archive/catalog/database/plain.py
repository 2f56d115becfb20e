"""A connection that only reads, by PyMySQL alone: importing DataJoint costs more than all that `status` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from session_archive.catalog.database.driver import driver, open_connection
from session_archive.catalog.database.driver_errors import from_driver, no_right, no_table, unavailable
from session_archive.catalog.database.opening import opened
from session_archive.errors import CatalogError

#: Numbers of the MySQL and MariaDB manuals, as DataJoint reads them.
_NO_RIGHT = {1044, 1142, 1143}
_NO_TABLE = 1146
_LOST = {0, 2006, 2013}

#: The server itself refuses what writes, whatever the login may do.
_READ_ONLY = "SET SESSION TRANSACTION READ ONLY"


class PlainConnection:
    """As `OwnConnection` for what reads: `query`, `where`, `conn_info`; the server refuses every write."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        password: str,
        tls: Mapping[str, Any] | None,
        patience: float | None = None,
    ) -> None:
        self.conn_info = {"host": host, "port": port, "user": user}
        self._connection = open_connection(
            host=host,
            port=port,
            user=user,
            password=password,
            tls=tls,
            charset="utf8mb4",
            setting=_READ_ONLY,
            # The server ends a statement first, with its own words.
            patience=None if patience is None else patience + 1,
        )
        if patience is not None:
            self._limit(patience)

    @property
    def where(self) -> str:
        """`host:port`, for messages."""
        return f"{self.conn_info['host']}:{self.conn_info['port']}"

    def query(self, query: str, args: Any = (), *, as_dict: bool = False) -> Any:
        """The cursor after this statement; a '%' in it is doubled, as for DataJoint."""
        cursor = self._connection.cursor(driver.cursors.DictCursor if as_dict else None)
        cursor.execute(query, args)
        return cursor

    @contextmanager
    def clear_errors(self) -> Iterator[None]:
        """Turn what the driver raises into this package's errors, with the words of a DataJoint connection."""
        try:
            yield
        except driver.err.MySQLError as error:
            raise self._clear(error) from error

    def _limit(self, seconds: float) -> None:
        """Let the server itself end a statement by then, so that none goes on for a reader who has left."""
        [version] = self.query("SELECT VERSION()").fetchone()
        if "mariadb" in str(version).lower():
            self.query("SET SESSION max_statement_time = %s", (seconds,))
        else:
            self.query("SET SESSION max_execution_time = %s", (int(seconds * 1000),))

    def close(self) -> None:
        """End the connection; one that the server has ended is closed already."""
        if self._connection.open:
            self._connection.close()

    def _clear(self, error: Exception) -> CatalogError:
        number, reason = error.args if len(error.args) == 2 else (0, "")
        if number in _LOST:
            return unavailable(self.where, error)
        if number in _NO_RIGHT:
            return no_right(self.where, str(self.conn_info["user"]), str(reason))
        if number == _NO_TABLE:
            return no_table(self.where, str(reason))
        return from_driver(self.where, str(self.conn_info["user"]), error, None)


def connect_plain(
    *,
    host: str,
    port: int,
    user: str,
    password: str,
    tls: Mapping[str, Any] | None = None,
    patience: float | None = None,
) -> PlainConnection:
    """Open a connection to read, with the rules and the errors of `connection.connect`; the caller closes it.

    patience : seconds that any statement may take; None for as long as it takes
    """
    try:
        return opened(
            lambda: PlainConnection(
                host=host, port=port, user=user, password=password, tls=tls, patience=patience
            ),
            host=host,
            port=port,
            tls=tls,
        )
    except driver.err.MySQLError as error:
        raise from_driver(f"{host}:{port}", user, error, tls) from error
