"""The tables of refusals, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def refusal_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of refusals, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class Refusal(dj.Manual):
        definition = """
        # Why a data set waits for a person because of some of its files; the newest of a data set counts
        refusal_id       : uuid
        ---
        data_set_id      : uuid            # no foreign key: what was refused may never be archived
        data_set_name    : varchar(640)
        place            : varchar(64)     # where the files are, or would be: name in archive.toml
        reason           : varchar(1024)   # as in its state
        n_files          : int32
        digest           : char(64)        # sha256 over place, reason and files: the same again is not recorded
        run_id           : varchar(255)
        refused_at       : datetime(6)     # UTC
        index (data_set_id)
        """

        class File(dj.Part):
            definition = """
            # A file that is a reason: each of them, where the state's text names the first
            -> master
            number           : int32           # from 0, in the order in which they are reported
            ---
            file_path        : varchar(4096)   # relative to the root of the place; a longer one is cut
            why              : varchar(1024)
            """

    return SimpleNamespace(Refusal=Refusal)
