"""The link tables, which attach data sets to the lab's sessions, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.database.connection import dj

#: The comment of a link table, by which a notebook finds the tables of each type.
LINK_COMMENT = "Sessions whose {kind} the archive holds"


def link_tables(
    connection: Any,
    database: str,
    link_tables: Mapping[str, str],
    *,
    session: Any = None,
    data_set: Any = None,
) -> dict[str, Any]:
    """Bind one link table for each data set type, by table name.

    link_tables       : data set type -> class name
    session, data_set : the tables to attach to; given only by `install`, which declares what is missing
    """
    schema = dj.Schema(
        database, connection=connection, create_schema=False, create_tables=session is not None
    )
    tables = {}
    for kind, name in link_tables.items():
        definition = f"""
        # {LINK_COMMENT.format(kind=kind)}
        -> Session
        -> DataSet
        ---
        linked_at        : datetime(6)     # UTC
        unique index (data_set_id)
        """
        table = type(name, (dj.Manual,), {"definition": definition})
        tables[name] = schema(table, context={"Session": session, "DataSet": data_set})
    return tables
