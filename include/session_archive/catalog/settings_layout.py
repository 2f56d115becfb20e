"""The old path of `session_archive.catalog.schema.settings_layout`.

Kept until version 0.3 for code that follows the docs of version 0.1.
"""

from session_archive.catalog.schema.settings_layout import layout_of

__all__ = ["layout_of"]
