"""Measures what reading each DAG file costs over `airflow.sdk`: Airflow does so for every task, and every few minutes.

Run: .venv/bin/python benchmarks/dag_files.py
Prints one JSON line a file: CPU seconds, and their ratio to those of importing `airflow.sdk` in the same process, which
shows whether the machine is slow, or the file. Exits 1 when a file costs more than its goal.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

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
    lines = [_cost(path) for path in sorted(DAGS.glob("*.py"))]
    for line in lines:
        print(json.dumps(line))
    sys.exit(0 if all(float(line["CPU s"]) <= GOAL for line in lines) else 1)


def _cost(path: Path) -> dict[str, str | float]:
    rounds = [_read(path) for _ in range(ROUNDS)]
    sdk, file, modules = (statistics.median(values) for values in zip(*rounds, strict=True))
    return {
        "file": path.name,
        "CPU s": round(file, 3),
        "of airflow.sdk": round(file / sdk, 3),
        "modules": modules,
        "goal CPU s": GOAL,
    }


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
