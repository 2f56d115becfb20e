"""The tables of reviews, as DataJoint classes bound to one connection: so that no run reads all that has ended."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def review_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of reviews, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class Review(dj.Manual):
        definition = """
        # A run saw that nothing up to a point is open any more, but what is listed; the newest of each table counts
        review_id        : bigint unsigned auto_increment
        ---
        about            : varchar(255)    # submissions, or states or sessions of a data set type
        until            : int64           # the point: a state_id, or a time in microseconds since 1970
        n_open           : int32
        reviewed_at      : datetime(6)     # UTC
        index (about)
        """

        class Open(dj.Part):
            definition = """
            # What was still open: a submission, or the target of a state
            -> master
            item             : uuid
            """

        class Sessions(dj.Part):
            definition = """
            # The packed list of the lab's sessions that were open: when they were read, then their ids and keys
            -> master
            piece            : int16
            ---
            content          : bytes
            """

    return SimpleNamespace(Review=Review)
