"""The tables of the ledger, as DataJoint classes bound to one connection: what was submitted, and how it ended.

No foreign key refers to the data sets: one that has failed has no row there. Times are UTC.
"""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj
from session_archive.catalog.schema.copy_tables import STATE


def ledger_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the ledger's tables, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class SchemaVersion(dj.Manual):
        definition = """
        # The installed version of these tables; the highest counts
        schema_version  : int32
        ---
        installed_at    : datetime(6)      # UTC
        """

    @schema
    class Manifest(dj.Manual):
        definition = """
        # The promised files of a data set
        manifest_id      : char(64)        # sha256 over path, size, mtime
        ---
        n_files          : int32
        n_bytes          : int64           # bytes
        """

        class Content(dj.Part):
            definition = """
            # The packed manifest in pieces; a revision with other checksums or file types follows the first
            -> master
            revision         : int16
            piece            : int16
            ---
            content          : bytes
            saved_at         : datetime(6)     # UTC
            """

    @schema
    class Submission(dj.Manual):
        definition = """
        # A transfer, recorded before it was posted to the service
        submission_id    : uuid            # Globus
        ---
        -> Manifest
        data_set_id      : uuid            # no foreign key: it has no row before it is recorded
        data_set_name    : varchar(640)
        route            : varchar(16)     # upload, retrieve
        source           : varchar(64)     # name in archive.toml
        destination      : varchar(64)     # name in archive.toml
        n_items          : int32
        resumes          : bool            # some items were begun by an earlier attempt
        label            : varchar(255)
        run_id           : varchar(255)
        begun_at         : datetime(6)     # UTC
        index (data_set_id)
        index (begun_at)
        """

        class Items(dj.Part):
            definition = """
            # The packed list of the paths that this transfer moves, in pieces
            -> master
            piece            : int16
            ---
            content          : bytes
            """

    @schema
    class Acceptance(dj.Manual):
        definition = """
        # The service accepted the submission
        -> Submission
        ---
        transfer_task_id : uuid            # Globus
        accepted_at      : datetime(6)     # UTC
        """

    @schema
    class TransferOutcome(dj.Manual):
        definition = """
        # How the transfer ended; a submission without one is unfinished
        -> Submission
        ---
        status           : varchar(16)     # SUCCEEDED, FAILED, LOST
        detail           : varchar(1024)   # the service's reason
        n_files          : int32
        n_bytes          : int64           # bytes
        completed_at=null : datetime(6)    # UTC, by the service's clock
        recorded_at      : datetime(6)     # UTC
        index (recorded_at)
        index (status, recorded_at)
        """

        class Checksums(dj.Part):
            definition = """
            # The packed checksums of the files that the service compared at both ends, in pieces
            -> master
            piece            : int16
            ---
            content          : bytes
            """

        class Left(dj.Part):
            definition = """
            # The packed list of the files that an unsuccessful transfer left at the destination, in pieces
            -> master
            piece            : int16
            ---
            content          : bytes
            """

    @schema
    class DataSetState(dj.Manual):
        definition = f"""
        # The log of states; the highest state_id of a type and target is the current state
        state_id         : bigint unsigned auto_increment
        ---
        data_set_type    : varchar(64)
        target           : uuid            # lab session, or data set that no session claims
        {STATE}
        index (data_set_type, target)
        index (data_set_name)
        index (state)
        """

    @schema
    class Look(dj.Manual):
        definition = """
        # An observation of a data set at a rig before it was archived; a row for each that differs from the last
        look_id          : uuid
        ---
        data_set_id      : uuid            # no foreign key: it has no row before it is recorded
        place            : varchar(64)     # name in archive.toml
        looked_at        : datetime(6)     # UTC
        manifest_id      : char(64)        # sha256 over path, size, mtime
        n_files          : int32
        n_bytes          : int64           # bytes
        newest           : int64           # mtime of the newest file, seconds UTC since 1970
        index (data_set_id, place)
        index (place, looked_at)
        """

        class Finding(dj.Part):
            definition = """
            # What was missing or odd; the first thousand
            -> master
            number           : int16
            ---
            file_path        : varchar(1024)   # the folder's path if it is not about one file
            what             : varchar(1024)
            blocks           : bool            # the data set waited for this; else it is only reported
            """

    @schema
    class SourceDigest(dj.Manual):
        definition = """
        # A file of a source that was read once; if it is written again, it gets a new row
        place            : varchar(64)     # name in archive.toml
        device           : bigint unsigned
        inode            : bigint unsigned
        size             : int64           # bytes
        mtime_ns         : int64           # nanoseconds since 1970
        ---
        sha256           : char(64)        # lower-case hex
        path             : varchar(1024)   # where it was when read, relative to the root of its place
        computed_at      : datetime(6)     # UTC
        """

    return SimpleNamespace(
        SchemaVersion=SchemaVersion,
        Manifest=Manifest,
        Submission=Submission,
        Acceptance=Acceptance,
        TransferOutcome=TransferOutcome,
        DataSetState=DataSetState,
        Look=Look,
        SourceDigest=SourceDigest,
    )
