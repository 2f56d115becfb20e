"""The tables of audits, as DataJoint classes bound to one connection: looks at archived copies, and their damage."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def audit_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of audits, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class AuditLook(dj.Manual):
        definition = """
        # An audit looked at a replica; its verification says what it saw
        place            : varchar(64)     # the location, name in archive.toml
        how              : varchar(16)     # listing; read: some content too; proven: all content, as cataloged
        data_set_id      : uuid
        looked_at        : datetime(6)     # UTC
        ---
        revision         : int16           # of the replica
        listed_id        : char(64)        # sha256 over path, size, mtime of the cataloged files, as listed there
        verification_id  : uuid
        """

    @schema
    class Damage(dj.Manual):
        definition = """
        # A file of a replica is no longer as cataloged; without an Ended it still is so
        damage_id        : uuid
        ---
        data_set_id      : uuid
        data_set_name    : varchar(640)
        place            : varchar(64)     # the location, name in archive.toml
        revision         : int16           # of the replica
        file_path        : varchar(1024)   # relative to the root of its place
        problem          : varchar(16)     # missing, size, checksum
        detail           : varchar(1024)   # both values
        whole_at         : datetime(6)     # UTC; it was last seen as cataloged
        found_at         : datetime(6)     # UTC; it was first seen damaged
        verification_id  : uuid            # of the audit that found it
        index (data_set_id, place)
        """

        class Ended(dj.Part):
            definition = """
            # A later audit found the file as cataloged
            -> master
            ---
            verification_id  : uuid
            ended_at         : datetime(6)     # UTC
            """

    @schema
    class ProvenShare(dj.Manual):
        definition = """
        # How much of an archive was proven, as an audit counted it
        place            : varchar(64)     # the location, name in archive.toml
        counted_at       : datetime(6)     # UTC
        ---
        within_seconds   : int64           # before it was counted
        n_bytes          : int64           # of all replicas there
        proven_bytes     : int64           # of those whose content was proven within that time
        """

    @schema
    class ProvenScratch(dj.Manual):
        definition = """
        # `doctor --transfer` has seen that audits can bring files to a scratch place, read them there, and remove them
        place            : varchar(64)     # its name in archive.toml
        proven_at        : datetime(6)     # UTC
        ---
        collection       : uuid            # Globus collection
        directory        : varchar(1024)   # the root, absolute in the collection
        local_path       : varchar(1024)   # the root, on the disks of the workers
        """

    return SimpleNamespace(
        AuditLook=AuditLook, Damage=Damage, ProvenShare=ProvenShare, ProvenScratch=ProvenScratch
    )
