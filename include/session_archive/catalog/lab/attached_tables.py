"""The lab's tables as DataJoint classes, found by the names that archive.toml gives them."""

from __future__ import annotations

import re
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, dj
from session_archive.catalog.lab.references import is_table
from session_archive.errors import CatalogError


class LabTables:
    """Finds tables in the lab's databases; never writes."""

    def __init__(self, connection: OwnConnection) -> None:
        self._connection = connection
        self._modules: dict[str, Any] = {}

    def table(self, reference: str, *, setting: str) -> Any:
        """The class of 'database.Table'. Raises CatalogError, naming `setting` and the existing tables."""
        if not is_table(reference):
            raise CatalogError(
                f"{setting}: {reference!r} is not a table; expected 'database.Table', such as 'experiment.Session'"
            )
        database, *names = reference.split(".")
        table = self._module(database, setting)
        for name in names:
            parent, table = table, getattr(table, name, None)
            if not (isinstance(table, type) and issubclass(table, dj.Table)):
                known = sorted(
                    key for key, value in vars(parent).items() if isinstance(value, type) and key[0].isupper()
                )
                raise CatalogError(
                    f"{setting}: there is no table {reference!r}; there are {', '.join(known) or 'none'}"
                )
        return table

    def _module(self, database: str, setting: str) -> Any:
        if database not in self._modules:
            try:
                self._modules[database] = dj.VirtualModule(database, database, connection=self._connection)
            except dj.errors.DataJointError as error:
                if isinstance(error, dj.errors.LostConnectionError):
                    raise
                raise CatalogError(
                    f"{setting}: the login {self._connection.conn_info['user']!r} sees no database {database!r} "
                    f"at {self._connection.where}; check the name and the right to SELECT ({error})"
                ) from error
        return self._modules[database]


def require_attribute(table: Any, attribute: str, *, setting: str, kinds: tuple[str, ...] = ()) -> None:
    """Raise CatalogError, naming `setting`, unless the table itself has the attribute, of one of `kinds`."""
    heading = (table() if isinstance(table, type) else table).heading
    if attribute not in heading.names:
        elsewhere = "; an attribute of another table cannot be used" if kinds else ""
        raise CatalogError(
            f"{setting}: there is no attribute {attribute!r}; there are {', '.join(heading.names)}{elsewhere}"
        )
    kind = heading[attribute].type
    if kinds and re.split(r"\W", kind)[0] not in kinds:
        raise CatalogError(f"{setting}: {attribute!r} is a {kind}; expected a {' or '.join(kinds)}")
