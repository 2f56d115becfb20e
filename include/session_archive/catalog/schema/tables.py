"""The tables of the archive, as DataJoint classes bound to one connection.

Keys that stand for text (a data set's name, a file's path) are uuids: a text key would merge names that differ in
case, accents or trailing blanks under most collations. Times are UTC. Rows are only ever added.
"""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj
from session_archive.catalog.schema.audit_tables import audit_tables
from session_archive.catalog.schema.checksum_tables import checksum_tables
from session_archive.catalog.schema.copy_tables import copy_tables
from session_archive.catalog.schema.decision_tables import decision_tables
from session_archive.catalog.schema.import_tables import import_tables
from session_archive.catalog.schema.inquiry_tables import inquiry_tables
from session_archive.catalog.schema.ledger_tables import ledger_tables
from session_archive.catalog.schema.limits import NAME_LENGTH, SCHEMA_VERSION, TEXT_LENGTH
from session_archive.catalog.schema.message_tables import message_tables
from session_archive.catalog.schema.place_name_tables import place_name_tables
from session_archive.catalog.schema.refusal_tables import refusal_tables
from session_archive.catalog.schema.release_tables import release_tables
from session_archive.catalog.schema.repair_tables import repair_tables
from session_archive.catalog.schema.review_tables import review_tables
from session_archive.catalog.schema.root_tables import root_tables
from session_archive.catalog.schema.turn_tables import turn_tables
from session_archive.catalog.schema.unconfirmed_tables import unconfirmed_tables

__all__ = ["NAME_LENGTH", "SCHEMA_VERSION", "TEXT_LENGTH", "archive_tables"]


def archive_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of the archive, by name; `create` declares what is missing, as only `install` does."""
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class StorageLocation(dj.Manual):
        definition = """
        # A place that holds replicas
        storage_location : varchar(64)     # its name in archive.toml
        ---
        collection       : uuid            # Globus collection
        directory        : varchar(1024)   # the root, absolute in the collection
        """

    @schema
    class DataSetType(dj.Lookup):
        definition = """
        # A kind of recording
        data_set_type    : varchar(64)
        ---
        data_set_type_description : varchar(1024)
        """

    @schema
    class FileType(dj.Lookup):
        definition = """
        # A kind of file; the patterns are in the conventions
        file_type        : varchar(64)
        ---
        file_type_description : varchar(1024)
        """

    @schema
    class DataSet(dj.Manual):
        definition = """
        # The files of one type in one session
        data_set_id      : uuid            # derived from data_set_name
        ---
        -> DataSetType
        data_set_name    : varchar(640)    # type/subject/date[/ident]
        subject          : varchar(255)    # short name, as in the names of folders
        session_date     : date            # rig-local
        ident            : varchar(255)    # '' for the first session of a day
        directory        : varchar(4096)   # relative to the root of its place; one line for each if it has several
        recorded_at      : datetime(6)     # UTC
        index (subject, session_date)
        index (session_date)
        """

        class PhysicalFile(dj.Part):
            definition = """
            # A file of the data set; the highest revision is the current one
            -> master
            revision         : int16
            path_id          : uuid            # derived from file_path
            ---
            file_path        : varchar(1024)   # relative to the root of its place
            -> FileType
            file_size        : int64           # bytes
            file_mtime       : datetime        # UTC
            checksum         : varchar(128)    # lower-case hex, '' if not known
            checksum_algorithm : varchar(16)   # SHA1, MD5, SHA256; '' if there is no checksum
            vouched_by       : varchar(64)     # who vouches for the content, as in docs/catalog.md; '' for nobody
            index (path_id)
            index (file_size, file_mtime)
            """

        class VideoTrial(dj.Part):
            definition = """
            # What a video shows; a camera's files and the rig's trials are numbered separately
            -> DataSet.PhysicalFile
            ---
            camera           : varchar(255)    # as the names of the videos spell it
            file_number      : int64           # in the video's name
            trial=null       : int64           # of the behaviour; null if no map file next to the videos has it
            """

    @schema
    class Replica(dj.Manual):
        definition = """
        # A data set at a place, as it was listed there
        -> DataSet
        -> StorageLocation
        revision         : int16           # of the files in DataSet.PhysicalFile
        ---
        manifest_id      : char(64)        # sha256 over path, size, mtime
        n_files          : int32
        n_bytes          : int64           # bytes
        found_by         : varchar(16)     # route: upload, discover
        dag_id           : varchar(255)
        run_id           : varchar(255)
        recorded_at      : datetime(6)     # UTC
        """

        class Verified(dj.Part):
            definition = """
            # A row means: the bytes there are the bytes that left the rig
            -> master
            ---
            verification_id  : uuid
            verified_at      : datetime(6)     # UTC
            index (storage_location, verified_at)
            """

        class Unproven(dj.Part):
            definition = """
            # A row means: an older version verified it, but nobody vouches for some of its files
            -> master
            ---
            n_files          : int32           # that nobody vouches for
            first_file       : varchar(1024)   # the first of them, relative to the root of its place
            found_at         : datetime(6)     # UTC
            """

        class Carried(dj.Part):
            definition = """
            # A row means: its sidecar manifest was seen in the archive
            -> master
            ---
            carried_at       : datetime(6)     # UTC
            """

    @schema
    class Verification(dj.Manual):
        definition = """
        # A comparison of what a place lists with what was promised, whatever the result
        verification_id  : uuid
        ---
        data_set_id      : uuid            # no foreign key: a data set that failed has no row
        data_set_name    : varchar(640)
        place            : varchar(64)     # name in archive.toml
        route            : varchar(16)     # upload, discover, retrieve, audit, repair
        submission_id=null : uuid
        manifest_id      : char(64)
        verdict          : varchar(16)     # verified, unverified, failed
        method           : varchar(1024)   # what was compared, and who vouches
        n_files          : int32
        n_bytes          : int64           # bytes
        n_differences    : int32
        dag_id           : varchar(255)
        run_id           : varchar(255)
        verified_at      : datetime(6)     # UTC
        index (data_set_id)
        index (submission_id)
        index (run_id)
        """

        class Difference(dj.Part):
            definition = """
            # A file that is not as promised, or that was not promised (extra); the first thousand
            -> master
            path_id          : uuid
            ---
            file_path        : varchar(1024)
            problem          : varchar(16)     # missing, size, checksum, extra, touched
            detail           : varchar(1024)
            """

    @schema
    class Retrieval(dj.Manual):
        definition = """
        # A data set, or selected files of it, retrieved to a scratch place and verified there
        retrieval_id     : uuid
        ---
        -> DataSet
        place            : varchar(64)     # name in archive.toml
        collection       : uuid
        directory        : varchar(1024)   # the root, absolute in the collection
        manifest_id      : char(64)
        verification_id  : uuid
        n_files          : int32
        n_bytes          : int64           # bytes
        chosen           : varchar(1024)   # which files were selected, in words; '' for all
        dag_id           : varchar(255)
        run_id           : varchar(255)
        retrieved_at     : datetime(6)     # UTC
        index (data_set_id, place)
        """

    ledger = ledger_tables(connection, database, create=create)
    return SimpleNamespace(
        StorageLocation=StorageLocation,
        DataSetType=DataSetType,
        FileType=FileType,
        DataSet=DataSet,
        Replica=Replica,
        Verification=Verification,
        Retrieval=Retrieval,
        **vars(ledger),
        **vars(inquiry_tables(connection, database, submission=ledger.Submission, create=create)),
        **vars(decision_tables(connection, database, create=create)),
        **vars(import_tables(connection, database, create=create)),
        **vars(root_tables(connection, database, create=create)),
        **vars(review_tables(connection, database, create=create)),
        **vars(refusal_tables(connection, database, create=create)),
        **vars(place_name_tables(connection, database, create=create)),
        **vars(turn_tables(connection, database, create=create)),
        **vars(checksum_tables(connection, database, create=create)),
        **vars(unconfirmed_tables(connection, database, create=create)),
        **vars(message_tables(connection, database, create=create)),
        **vars(release_tables(connection, database, create=create)),
        **vars(copy_tables(connection, database, create=create)),
        **vars(audit_tables(connection, database, create=create)),
        **vars(repair_tables(connection, database, create=create)),
    )
