"""A user's own login to the catalog, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.errors import SettingsError

PREFIX = "SESSION_ARCHIVE_CATALOG_"


def login_from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT), as `connect` takes them; None if no user is set.

    Raises SettingsError.
    """
    user = environment.get(f"{PREFIX}USER")
    if not user:
        return None
    port = environment.get(f"{PREFIX}PORT", "3306")
    if not port.isdigit():
        raise SettingsError(f"{PREFIX}PORT: {port!r} is not a port; expected a number, such as 3306")
    return {
        "host": environment.get(f"{PREFIX}HOST", "127.0.0.1"),
        "port": int(port),
        "user": user,
        "password": environment.get(f"{PREFIX}PASSWORD", ""),
    }
