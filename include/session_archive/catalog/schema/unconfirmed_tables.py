"""The tables of decisions that only a sidecar manifest tells of, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def unconfirmed_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of unconfirmed decisions, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class UnconfirmedDecision(dj.Manual):
        definition = """
        # A decision in a sidecar manifest on something else than its own data set; it does not count by itself
        unconfirmed_id   : bigint unsigned auto_increment
        ---
        sidecar_of          : varchar(640)    # the data set whose manifest has it
        sidecar_at          : varchar(64)     # the location of the manifest, name in archive.toml
        found_at         : datetime(6)     # UTC
        verdict          : varchar(64)     # the rest as in Decision
        place            : varchar(64)
        directory        : varchar(1024)
        data_set_id=null : uuid
        data_set_name    : varchar(640)
        manifest_id      : varchar(64)
        file_path        : varchar(1024)
        copy_at=""       : varchar(64)
        data_set_type    : varchar(64)
        session_id=null  : uuid
        session_key      : varchar(1024)
        session          : varchar(640)
        decided_by       : varchar(255)
        decided_at       : datetime(6)     # UTC
        why              : varchar(1024)
        """

        class Answer(dj.Part):
            definition = """
            # A person confirmed it, so that it is a row of Decision too, or rejected it
            -> master
            ---
            confirmed        : bool
            answered_by      : varchar(255)    # a person's login
            answered_at      : datetime(6)     # UTC
            answer_why       : varchar(1024)
            """

    return SimpleNamespace(UnconfirmedDecision=UnconfirmedDecision)
