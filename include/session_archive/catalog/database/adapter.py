"""DataJoint's access to MySQL and MariaDB, with the connections of `driver`."""

# mypy: allow-subclassing-any

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datajoint.adapters.mysql import MySQLAdapter

from session_archive.catalog.database.driver import open_connection

#: Seconds for which the server keeps a connection that is silent while a task reads files: longer than a run lasts.
_SILENT = 24 * 3600
_STAY_OPEN = f"SET SESSION wait_timeout = GREATEST(@@SESSION.wait_timeout, {_SILENT})"


class TlsAdapter(MySQLAdapter):
    """DataJoint's, which speaks TLS wherever the server offers it.

    tls : None if TLS is not required; else PyMySQL's `ssl` values
    """

    def __init__(self, tls: Mapping[str, Any] | None) -> None:
        super().__init__()
        self._tls = tls

    def connect(self, host: str, port: int, user: str, password: str, **values: Any) -> Any:
        """As DataJoint's."""
        return open_connection(
            host=host,
            port=port,
            user=user,
            password=password,
            tls=self._tls,
            charset=values["charset"],
            setting=_STAY_OPEN,
        )
