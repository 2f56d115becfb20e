"""Settings of a private Airflow that starts fast, stays on this machine and meets no other Airflow."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def airflow_settings(
    *, home: Path, dags: Path, plugins: Path, passwords: Path, ports: tuple[int, int, int], parallelism: int
) -> dict[str, str]:
    """The AIRFLOW variables of one Airflow.

    ports       : of the API, of the workers' log server, of the triggerer's log server
    parallelism : task instances that run at the same time; each is a process that is forked at the start
    """
    api, worker_logs, triggerer_logs = ports
    url = f"http://127.0.0.1:{api}"
    sections: dict[str, dict[str, object]] = {
        "core": {
            "dags_folder": dags,
            "plugins_folder": plugins,
            "load_examples": False,
            "parallelism": parallelism,
            "test_connection": "Enabled",
            # Tasks report here; the default port would be another Airflow's.
            "execution_api_server_url": f"{url}/execution/",
            "simple_auth_manager_passwords_file": passwords,
            "fernet_key": fernet_key(),
        },
        # SQLite has one writer at a time; its default timeout of 5 s ends in "database is locked".
        "database": {"sql_alchemy_conn": f"sqlite:///{home}/airflow.db?timeout=30"},
        "api": {"host": "127.0.0.1", "port": api, "base_url": f"{url}/"},
        "logging": {"worker_log_server_port": worker_logs, "trigger_log_server_port": triggerer_logs},
        # New files are found quickly, known ones are not parsed over and over: two cores are few.
        "dag_processor": {"refresh_interval": 5, "min_file_process_interval": 120},
        "scheduler": {"scheduler_idle_sleep_time": 0.3},
        "usage_data_collection": {"enabled": False},
    }
    variables = {
        f"AIRFLOW__{section}__{key}".upper(): str(value)
        for section, values in sections.items()
        for key, value in values.items()
    }
    return variables | {"AIRFLOW_HOME": str(home), "NO_COLOR": "1"}


def own_home(home: Path | str) -> dict[str, str]:
    """Variables for Airflow in this process: a new home with this project's DAGs. Airflow reads them when imported."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": fernet_key(),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def fernet_key() -> str:
    """A new key; without one, Airflow stores passwords unencrypted, and `setup` refuses to work."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def clean_environment() -> dict[str, str]:
    """Our own environment without variables of another Airflow or lab, and with our programs first in PATH."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "SESSION_ARCHIVE", "PYTHONPATH"))
    }
    # `airflow standalone` starts its components by name.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost"
    return environment
