"""A whole Airflow for tests that break it: Postgres, LocalExecutor, short time-outs, and logs that hide nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system.canaries import Arguments
from tests.system.nights import TWO_AT_ONCE, UPLOAD, Nights

from support.cluster import Cluster
from support.processes import Processes
from support.stack import ROOT, Stack

#: Airflow notices a dead process within seconds, not minutes.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__CORE__PARALLELISM": "6",
}
#: Everything is logged, and Airflow masks nothing: what its masker would hide in a log can be read there.
TALKATIVE = {
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
    "AIRFLOW__LOGGING__MIN_LENGTH_MASKED_SECRET": "1000",
    "AIRFLOW__CORE__HIDE_SENSITIVE_VAR_CONN_FIELDS": "False",
}


@contextmanager
def impatient_airflow() -> Iterator[Nights]:
    """Started, with the project's DAGs; nothing is scheduled, a test begins each night."""
    with Stack(poll_interval="2 s") as stack, Processes() as processes:
        with stack.settings_file.open("a") as file:
            file.write("[fixity]\nsource_sha256 = true\n")
        dags = stack.directory / "dags"
        shutil.copytree(ROOT / "dags", dags)
        shutil.copy(Path(__file__).parent / "dags" / "two_at_once.py", dags)
        cluster = Cluster(
            stack, processes, workers=(), dags=dags, schedule="none", settings=IMPATIENT | TALKATIVE
        )
        secrets = {f"secret {n}": value for n, value in enumerate((*stack.secrets, *cluster.secrets))}
        arguments = Arguments(secrets)
        nights = Nights(stack, cluster, secrets, arguments)
        # `setup` attaches the catalog to a lab's pipeline.
        nights.record("SC100")
        with arguments, cluster:
            for dag_id in (UPLOAD, TWO_AT_ONCE):
                nights.api.unpause(dag_id)
            yield nights
