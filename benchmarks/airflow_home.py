"""An Airflow of a benchmark's own: a database in a folder of its own, and this project's DAGs."""

from __future__ import annotations

import os
from pathlib import Path

from support.airflow_settings import fernet_key

ROOT = Path(__file__).resolve().parents[1]


def use_airflow_home(home: str) -> None:
    """Set Airflow's environment; before Airflow is imported, which reads it once."""
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__FERNET_KEY": fernet_key(),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "NO_PROXY": "127.0.0.1",
    }
