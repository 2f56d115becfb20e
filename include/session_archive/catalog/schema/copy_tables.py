"""The table of the states of copies, as a DataJoint class bound to one connection: for types with several locations."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj

#: The columns of a state, in the log of data sets and in that of copies.
STATE = """state            : varchar(16)
        reason           : varchar(1024)
        path             : varchar(1024)   # <place>:<path> that was listed
        session          : varchar(640)    # as shown to people
        data_set_name    : varchar(640)    # '' while no folder is known
        n_files          : int32
        n_bytes          : int64           # bytes
        run_id           : varchar(255)
        changed_at       : datetime(6)     # UTC"""


def copy_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the table, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class CopyState(dj.Manual):
        definition = f"""
        # The log of states of each copy; the highest copy_state_id of a type, target and place is the current one
        copy_state_id    : bigint unsigned auto_increment
        ---
        data_set_type    : varchar(64)
        target           : uuid            # lab session, or data set that no session claims
        place            : varchar(64)     # the location, name in archive.toml
        {STATE}
        index (data_set_type, target)
        """

    return SimpleNamespace(CopyState=CopyState)
