"""The table of what places do with names, as a DataJoint class bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def place_name_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the table of what places do with names, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class PlaceNames(dj.Manual):
        definition = """
        # Whether a place keeps names apart that look alike; the newest row of a root counts
        place_names_id   : bigint unsigned auto_increment
        ---
        place            : varchar(64)     # its name in archive.toml
        collection       : uuid            # Globus collection
        directory        : varchar(1024)   # the root, absolute in the collection
        keeps_case=null  : bool            # `A.bin` and `a.bin`; null if it could not be seen
        keeps_normalisation=null : bool    # two Unicode normalisations of one name; null if it could not be seen
        looked_at        : datetime(6)     # UTC
        index (collection)
        """

    return SimpleNamespace(PlaceNames=PlaceNames)
