"""The tables of what places can compute, and of the digests of files, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def checksum_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of checksums, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class PlaceChecksum(dj.Manual):
        definition = """
        # What the storage of a place answers; the highest number of a place, collection and algorithm counts
        place_checksum_id : bigint unsigned auto_increment
        ---
        place            : varchar(64)     # name in archive.toml
        collection       : uuid            # Globus collection
        algorithm        : varchar(16)     # MD5, SHA1, SHA256, SHA512
        computes=null    : bool            # a right checksum was accepted; null while that is in doubt
        notices=null     : bool            # a wrong checksum was noticed; null if not tried, or not answered
        detail           : varchar(1024)   # what happened
        observed_by      : varchar(255)    # a person's login, or the run
        observed_at      : datetime(6)     # UTC
        index (place)
        """

    @schema
    class FileDigest(dj.Manual):
        definition = """
        # A digest of a file; a file has several, since two places may have no algorithm in common
        digest_id        : uuid            # derived from what follows; from the time only if a worker read it
        ---
        data_set_id      : uuid            # no foreign key: a rig's file is read before anything is archived
        path_id          : uuid            # derived from file_path
        file_path        : varchar(1024)   # relative to the root of its place
        place            : varchar(64)     # where the file is: name in archive.toml
        algorithm        : varchar(16)     # MD5, SHA1, SHA256, SHA512
        digest           : varchar(128)    # lower-case hex
        computed_by      : varchar(16)     # acquisition, worker, globus
        basis            : varchar(16)     # read or stored; '' where Globus does not say
        file_size        : int64           # bytes
        file_mtime       : int64           # seconds UTC since 1970
        file_version     : varchar(128)    # device, inode and time of a file that was read on a disk; else ''
        computed_at      : datetime(6)     # UTC
        index (data_set_id)
        """

    return SimpleNamespace(PlaceChecksum=PlaceChecksum, FileDigest=FileDigest)
