"""The old path of `session_archive.catalog.open`.

Kept until version 0.3 for code that follows the docs of version 0.1.
"""

from session_archive.catalog.open import Catalog

__all__ = ["Catalog"]
