"""What a task of an upload needs of its environment to run in a process of its own, without Airflow's database."""

from __future__ import annotations

import json
import sys

from support.stack import ROOT, Stack

#: Runs one task; its first lines say what it reads and prints. Not by its path: beside it is a module `airflow`.
ONE_TASK = (sys.executable, "-m", "support.one_task")


def airflow_connections(stack: Stack) -> dict[str, str]:
    """The connections to Globus and to the catalog, as Airflow reads them from the environment."""
    globus = stack.globus
    connections = {
        "GLOBUS_DEFAULT": {
            "conn_type": "globus",
            "login": globus.client_id,
            "password": globus.client_secret,
            "extra": {"auth_url": globus.url, "transfer_url": globus.url},
        },
        "ARCHIVE_CATALOG": {
            "conn_type": "mysql",
            "host": "127.0.0.1",
            "port": stack.database.port,
            "login": "session_archive",
            "password": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        },
    }
    return {f"AIRFLOW_CONN_{name}": json.dumps(values) for name, values in connections.items()}


def task_environment(stack: Stack) -> dict[str, str]:
    """The variables, without those that the machine has."""
    return airflow_connections(stack) | {
        "SESSION_ARCHIVE_CONFIG": str(stack.settings_file),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'script'}",
        "NO_PROXY": "127.0.0.1,localhost",
    }
