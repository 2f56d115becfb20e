"""One Airflow home for the whole test run, named before anything imports Airflow."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from support.airflow_settings import own_home

HOME = Path(tempfile.mkdtemp(prefix="session-archive-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ |= own_home(HOME) | {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}
