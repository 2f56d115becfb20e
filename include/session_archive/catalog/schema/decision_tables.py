"""The tables of decisions, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def decision_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of decisions, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class Decision(dj.Manual):
        definition = """
        # What a person decided about a folder, a data set or a session; the highest decision_id of a target counts
        decision_id      : bigint unsigned auto_increment
        ---
        verdict          : varchar(64)     # session, ignore, withdraw, accept content, ...
        place            : varchar(64)     # for a folder: name in archive.toml; else ''
        directory        : varchar(1024)   # for a folder: relative to the root of its place
        data_set_id=null : uuid            # no foreign key: the data set may never be archived
        data_set_name    : varchar(640)    # '' if it is not about a data set
        manifest_id      : varchar(64)     # for a data set: the files that it applies to
        file_path        : varchar(1024)   # for a data set: one file; '' for all
        copy_at=""       : varchar(64)     # for a data set: only its copy at this location; empty for the only one
        data_set_type    : varchar(64)     # '' for all types of a session
        session_id=null  : uuid            # target of the session's states
        session_key      : varchar(1024)   # the lab's primary key, as JSON
        session          : varchar(640)    # as shown to people
        decided_by       : varchar(255)    # a person's login
        decided_at       : datetime(6)     # UTC
        why              : varchar(1024)
        index (data_set_type)
        index (data_set_id)
        """

        class Snooze(dj.Part):
            definition = """
            # A person wants no message about a cause for some time; the verdict of its decision is `snooze`
            -> master
            ---
            cause            : varchar(255)    # as messages name it
            until            : date            # the last day, by the calendar of the nights
            """

    return SimpleNamespace(Decision=Decision)
