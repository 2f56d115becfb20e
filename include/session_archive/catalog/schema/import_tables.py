"""The tables of data sets that another catalog names, as DataJoint classes bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def import_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of imported data sets, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class ImportedDataSet(dj.Manual):
        definition = """
        # A data set that is in the archive according to another catalog; no run has seen it yet
        data_set_id      : uuid            # no foreign key: only a data set that a run has seen has a DataSet
        ---
        data_set_type    : varchar(64)
        data_set_name    : varchar(640)
        session_id       : uuid            # target of the session's states
        session_key      : varchar(1024)   # the lab's primary key, as JSON
        place            : varchar(64)     # name in archive.toml
        directory        : varchar(4096)   # relative to the root of its place; one line for each if it has several
        source           : varchar(255)    # the other catalog: database, host and port
        old_name         : varchar(255)    # its name there
        method           : varchar(1024)   # what was read there
        imported_by      : varchar(255)    # a person's login
        imported_at      : datetime(6)     # UTC
        index (data_set_type)
        index (session_id)
        index (place, imported_at)
        """

        class File(dj.Part):
            definition = """
            # A file that the other catalog names; it kept no sizes, times or checksums
            -> master
            path_id          : uuid            # derived from file_path
            ---
            file_path        : varchar(1024)   # relative to the root of its place
            old_file_type    : varchar(64)     # its name there
            """

    return SimpleNamespace(ImportedDataSet=ImportedDataSet)
