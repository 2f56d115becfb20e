"""The SQL names of the catalog's tables, as DataJoint makes them; importing it does not import DataJoint."""

from __future__ import annotations

import re
from types import SimpleNamespace

#: Of `archive_tables`: those of the tier "lookup", whose names begin with '#'. All others are of the tier "manual".
_LOOKUPS = frozenset({"DataSetType", "FileType"})


def table_name(class_name: str) -> str:
    """'data_set_state' of 'DataSetState'."""
    return re.sub(r"\B(?=[A-Z])", "_", class_name).lower()


class TableNames(SimpleNamespace):
    """As `archive_tables`, with the `full_table_name` of every table and part, and nothing else of them."""

    def __init__(self, database: str) -> None:
        super().__init__()
        self._database = database

    def __getattr__(self, name: str) -> _TableName:
        return _TableName(self._database, f"{'#' if name in _LOOKUPS else ''}{table_name(name)}")


class _TableName:
    def __init__(self, database: str, name: str) -> None:
        self._database, self._name = database, name

    @property
    def full_table_name(self) -> str:
        """Quoted, with its database."""
        return f"`{self._database}`.`{self._name}`"

    def __getattr__(self, part: str) -> _TableName:
        return _TableName(self._database, f"{self._name}__{table_name(part)}")
