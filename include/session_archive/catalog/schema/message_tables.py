"""The tables of nights and of the messages about them, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def message_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of messages, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class Night(dj.Manual):
        definition = """
        # A run of the upload that looked for everything has ended
        night_id         : bigint unsigned auto_increment
        ---
        run_id           : varchar(255)
        began_at         : datetime(6)     # UTC
        ended_at         : datetime(6)     # UTC
        n_problems       : int32           # none if it succeeded
        n_new            : int32           # data sets that it archived
        content          : bytes           # the packed summary: problems, text, states, unclaimed
        index (ended_at)
        """

    @schema
    class Message(dj.Manual):
        definition = """
        # A message, recorded before it is sent
        message_id       : bigint unsigned auto_increment
        ---
        kind             : varchar(16)     # alarm, digest, all clear, all well, test
        sent_at          : datetime(6)     # UTC
        recipient        : varchar(1024)
        title            : varchar(255)
        """

        class Line(dj.Part):
            definition = """
            # A cause that was open then
            -> master
            number           : int16
            ---
            cause            : varchar(255)    # night, rig:rig1, ...
            since            : datetime(6)     # UTC, when a message first named it
            line             : varchar(1024)
            """

        class Failed(dj.Part):
            definition = """
            # It could not be sent
            -> master
            ---
            failed_at        : datetime(6)     # UTC
            error            : varchar(1024)
            """

    return SimpleNamespace(Night=Night, Message=Message)
