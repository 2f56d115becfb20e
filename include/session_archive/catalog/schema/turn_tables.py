"""The tables of work that is spread over many nights, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def turn_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of turns, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class RigLook(dj.Manual):
        definition = """
        # An archived data set was compared with its rig through Globus
        place            : varchar(64)     # the rig, name in archive.toml
        data_set_id      : uuid
        looked_at        : datetime(6)     # UTC
        ---
        settled          : bool            # the rig had what the archive has; else the next run looks again
        run_id           : varchar(255)
        """

    @schema
    class ProofTurn(dj.Manual):
        definition = """
        # A run took up an unverified data set, to read its copy in the archive and the rig's
        place            : varchar(64)     # the location, name in archive.toml
        data_set_id      : uuid
        taken_at         : datetime(6)     # UTC
        ---
        n_bytes          : int64           # to be read in the archive, bytes
        run_id           : varchar(255)
        """

    return SimpleNamespace(RigLook=RigLook, ProofTurn=ProofTurn)
