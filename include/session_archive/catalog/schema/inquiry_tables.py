"""The table of inquiries about unfinished transfers, as a DataJoint class bound to one connection."""

# mypy: allow-subclassing-any

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj


def inquiry_tables(
    connection: Any, database: str, *, submission: Any, create: bool = False
) -> SimpleNamespace:
    """Bind the table of inquiries, by name.

    submission : the ledger's table
    create     : declare what is missing; only `install` does
    """
    schema = dj.Schema(database, connection=connection, create_schema=False, create_tables=create)

    class Inquiry(dj.Manual):
        definition = """
        # What the service said of an unfinished transfer; a row when that changes, none while all is well
        -> Submission
        inquired_at      : datetime(6)     # UTC
        ---
        answer           : varchar(16)     # under way, needs a person, no answer
        since            : datetime(6)     # UTC, since when each answer has been of this kind
        words            : varchar(1024)   # the service's own, or why there are none
        """

    return SimpleNamespace(Inquiry=schema(Inquiry, context={"Submission": submission}))
