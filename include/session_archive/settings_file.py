"""Where archive.toml is; importing it reads nothing, and no other room."""

from __future__ import annotations

import os
from pathlib import Path


def settings_path() -> Path:
    """Where the settings are expected by default."""
    return settings_path_and_reason()[0]


def settings_path_and_reason() -> tuple[Path, str]:
    """Where the settings are expected, and why, in words."""
    if named := os.environ.get("SESSION_ARCHIVE_CONFIG"):
        return Path(named).absolute(), "the file that SESSION_ARCHIVE_CONFIG names"
    home = os.environ.get("AIRFLOW_HOME") or "~/airflow"
    return (Path(home).expanduser() / "archive.toml").absolute(), (
        "archive.toml in the Airflow home, since SESSION_ARCHIVE_CONFIG is not set"
    )
