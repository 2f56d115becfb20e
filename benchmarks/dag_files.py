"""Measures what reading each DAG file costs over `airflow.sdk`: Airflow does so for every task, and every few minutes.

Run: .venv/bin/python benchmarks/dag_files.py
Beside each is the import of `airflow.sdk` in the same process: it shows whether the machine is slow or the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from goals import Result, report

DAGS = Path(__file__).resolve().parents[1] / "dags"
GOAL, ROUNDS = 0.3, 3
_READ = """
import importlib.util, json, sys, time
began = time.process_time()
from airflow.sdk import BaseOperator, Param, dag, task, task_group
sdk = time.process_time()
modules = len(sys.modules)
spec = importlib.util.spec_from_file_location("dag_file", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps([sdk - began, time.process_time() - sdk, len(sys.modules) - modules]))
"""


def main() -> None:
    """Read each file a few times, each time in a new process."""
    report([_cost(path) for path in sorted(DAGS.glob("*.py"))])


def _cost(path: Path) -> Result:
    rounds = [_read(path) for _ in range(ROUNDS)]
    sdk, file, modules = (min(values) for values in zip(*rounds, strict=True))
    return Result(
        f"reading dags/{path.name}",
        file,
        "CPU s over airflow.sdk",
        GOAL,
        details=f"airflow.sdk {sdk:.2f} CPU s; {modules:.0f} modules more",
    )


def _read(path: Path) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        done = subprocess.run(
            [sys.executable, "-c", _READ, str(path)],
            env=os.environ | {"AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
            capture_output=True,
            text=True,
            check=True,
        )
    values: list[float] = json.loads(done.stdout.splitlines()[-1])
    return values


if __name__ == "__main__":
    main()
