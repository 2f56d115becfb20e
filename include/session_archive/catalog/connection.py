"""The old path of `session_archive.catalog.database.connection`.

Kept until version 0.3 for code that follows the docs of version 0.1.
"""

from session_archive.catalog.database.connection import connect

__all__ = ["connect"]
