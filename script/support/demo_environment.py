"""`demo.env`: what another terminal reads, to be at the demo's archive with console and notebook."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from support.airflow import Airflow
from support.stack import Stack

_HEAD = """\
# The demo's archive in this terminal: session-archive, python and airflow, with their logins; $DEMO is its folder.
# Its passwords are in here; the demo removes the folder when it ends.
"""


def write_environment(stack: Stack, airflow: Airflow, *, more: Mapping[str, str] | None = None) -> Path:
    """Write the file into the demo's folder, readable by its owner only; returns its path.

    more : further variables, such as those with which `session-archive setup` is run by hand
    """
    path = stack.directory / "demo.env"
    path.touch(mode=0o600)
    programs = f"{airflow.home / 'bin'}:{Path(sys.executable).parent}"
    variables = {**_variables(stack, airflow), **(more or {})}
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    path.write_text(f'{_HEAD}{"".join(lines)}export PATH={shlex.quote(programs)}:"$PATH"\n')
    return path


def _variables(stack: Stack, airflow: Airflow) -> Mapping[str, str]:
    own = {
        name: value
        for name, value in airflow.environment.items()
        if name.startswith(("AIRFLOW", "SESSION_ARCHIVE")) or name.upper() == "NO_PROXY"
    }
    return {
        "DEMO": str(stack.directory),
        **own,
        "SESSION_ARCHIVE_AIRFLOW_URL": airflow.url,
        "SESSION_ARCHIVE_AIRFLOW_USER": airflow.username,
        "SESSION_ARCHIVE_AIRFLOW_PASSWORD": airflow.password,
        # Of tables in a notebook; the console reads Airflow's connection.
        "DJ_HOST": stack.database.host,
        "DJ_PORT": str(stack.database.port),
        "DJ_USER": "session_archive",
        "DJ_PASS": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
    }
