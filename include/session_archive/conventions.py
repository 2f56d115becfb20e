"""The old path of `session_archive.naming.conventions`.

Kept until version 0.3 for code that follows the docs of version 0.1.
"""

from session_archive.naming.conventions import Conventions, load_conventions

__all__ = ["Conventions", "load_conventions"]
