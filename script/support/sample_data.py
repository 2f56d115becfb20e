"""Makes the sample rig, and its lab on an existing server: `python -m support.sample_data`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from session_archive.catalog.database.connection import connect
from support.sample_lab import LabRow, add_sessions, make_lab
from support.sample_rig import lab_sessions, make_rig


def main() -> None:
    """Make the parts that are missing; SESSION_ARCHIVE_ADMIN_USER and _PASSWORD hold the administrator's login."""
    switches = argparse.ArgumentParser(prog="python -m support.sample_data")
    switches.add_argument("--rig", type=Path, required=True, help="an existing folder; filled if it is empty")
    switches.add_argument("--host", required=True, help="host of the catalog's server")
    switches.add_argument("--port", type=int, default=3306)
    arguments = switches.parse_args()
    if not any(arguments.rig.iterdir()):
        make_rig(arguments.rig)
    connection = connect(
        host=arguments.host,
        port=arguments.port,
        user=os.environ["SESSION_ARCHIVE_ADMIN_USER"],
        password=os.environ["SESSION_ARCHIVE_ADMIN_PASSWORD"],
    )
    try:
        lab = make_lab(connection)
        if not lab.Session():
            rows = [
                LabRow(each.subject_id, each.subject, each.number, each.started) for each in lab_sessions()
            ]
            add_sessions(lab, rows)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
