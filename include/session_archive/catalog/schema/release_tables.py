"""The tables of release lists, as DataJoint classes bound to one connection: what somebody may delete at a rig."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def release_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of release lists, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class ReleaseList(dj.Manual):
        definition = """
        # A list of what may be deleted at a rig was given to a person
        list_id          : uuid
        ---
        place            : varchar(64)     # the rig, name in archive.toml
        given_by         : varchar(255)    # a person's login
        given_at         : datetime(6)     # UTC
        expires_at       : datetime(6)     # UTC; its script refuses to run later
        n_bytes          : int64
        """

        class DataSet(dj.Part):
            definition = """
            # A data set of the list
            -> master
            data_set_id      : uuid
            ---
            data_set_name    : varchar(640)
            manifest_id      : char(64)        # of the files at the rig
            n_files          : int32
            n_bytes          : int64
            index (data_set_id)
            """

        class Removed(dj.Part):
            definition = """
            # What the log of its script says
            -> master
            data_set_id      : uuid
            read_at          : datetime(6)     # UTC, when the log was read back
            ---
            read_by          : varchar(255)
            n_removed        : int32           # files
            n_left           : int32           # files that it left, and data sets that were not as listed
            left_why         : varchar(1024)   # the first of them
            """

    return SimpleNamespace(ReleaseList=ReleaseList)
