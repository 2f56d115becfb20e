"""How archive.toml names the lab's tables, and what their SQL names can be; importing it does not import DataJoint."""

from __future__ import annotations

import re

from session_archive.catalog.schema.table_names import table_name

#: The form of a table in archive.toml; any other text is a restriction.
TABLE = re.compile(r"[\w$-]+(\.[A-Z]\w*)+", re.ASCII)

#: DataJoint's prefixes of a table's SQL name: manual, lookup, imported, computed.
_TIERS = ("", "#", "_", "__")


def is_table(text: str) -> bool:
    """True for 'database.Table', False for a restriction."""
    return TABLE.fullmatch(text) is not None


def sql_names(reference: str) -> tuple[str, tuple[str, ...]]:
    """The database of 'database.Table', and the names that DataJoint can have given the table there."""
    database, *classes = reference.split(".")
    name = "__".join(map(table_name, classes))
    return database, tuple(f"{tier}{name}" for tier in _TIERS)
