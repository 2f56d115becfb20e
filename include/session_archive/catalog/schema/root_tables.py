"""The table of the listings of roots, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def root_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the table of the listings of roots, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class RootListing(dj.Manual):
        definition = """
        # A root as a run listed and believed it; a row for each that differs from the last of its place
        root_listing_id  : uuid
        ---
        place            : varchar(64)     # name in archive.toml
        listed_at        : datetime(6)     # UTC
        marker           : bool            # it had the folder .session-archive
        n_folders        : int32           # in the root itself
        n_unarchived=null : int32          # data sets with a folder there that were not archived; null: not looked for
        run_id           : varchar(255)
        index (place, listed_at)
        """

        class Unarchived(dj.Part):
            definition = """
            # The packed list of the names of those data sets, in pieces
            -> master
            piece            : int16
            ---
            content          : bytes
            """

        class Accepted(dj.Part):
            definition = """
            # A row means: a person said that what was missing is really gone
            -> master
            ---
            what             : varchar(1024)   # was missing
            n_known          : int32
            n_missing        : int32
            accepted_by      : varchar(255)    # a person's login
            accepted_at      : datetime(6)     # UTC
            """

    return SimpleNamespace(RootListing=RootListing)
