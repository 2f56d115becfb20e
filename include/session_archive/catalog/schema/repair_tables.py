"""The tables of repairs, as DataJoint classes bound to one connection: who asked, what was set aside, how it ended."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def repair_tables(connection: Any, database: str, *, create: bool = False) -> SimpleNamespace:
    """Bind the tables of repairs, by name.

    create : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    @schema
    class Repair(dj.Manual):
        definition = """
        # A person said yes to the repair of a damaged data set; without an Ended it is not over
        repair_id        : uuid
        ---
        data_set_id      : uuid
        data_set_name    : varchar(640)
        place            : varchar(64)     # the location, name in archive.toml
        asked_by         : varchar(255)    # a person's login
        why              : varchar(1024)
        dag_id           : varchar(255)
        run_id           : varchar(255)
        asked_at         : datetime(6)     # UTC
        index (data_set_id, place)
        """

        class SetAside(dj.Part):
            definition = """
            # A damaged file is renamed; the row is there before the file is
            -> master
            aside_id         : uuid
            ---
            file_path        : varchar(1024)   # where it was, relative to the root of the location
            aside_path       : varchar(1024)   # where it is set aside, relative to the same root
            noted_at         : datetime(6)     # UTC
            """

        class Ended(dj.Part):
            definition = """
            # The data set was compared after the repair, and a file of it is whole again
            -> master
            ---
            verification_id  : uuid
            origin           : varchar(64)     # the place that the good bytes came from; '' if none were sent
            n_files          : int32           # that are whole again
            ended_at         : datetime(6)     # UTC
            """

    @schema
    class AsideTrial(dj.Manual):
        definition = """
        # Doctor tried whether files can be set aside at a place; the newest row of a root counts
        trial_id         : uuid
        ---
        place            : varchar(64)     # its name in archive.toml
        collection       : uuid            # Globus collection
        directory        : varchar(1024)   # the root, absolute in the collection
        works            : bool
        detail           : varchar(1024)   # why not
        tried_at         : datetime(6)     # UTC
        index (collection)
        """

    return SimpleNamespace(Repair=Repair, AsideTrial=AsideTrial)
