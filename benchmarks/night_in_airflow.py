"""Measures what a night costs in a whole Airflow: CPU seconds for each data set, and how soon the transfers are sent.

Run: PYTHONPATH=script .venv/bin/python benchmarks/night_in_airflow.py [data sets]
Beside the upload, in the same Airflow, a DAG of the same shape whose tasks do nothing: what is above it is ours. On a
busy machine, the seconds until a transfer is sent say more beside those until its tasks have ended. Takes minutes.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections import defaultdict
from typing import Any

from cpu import of_children
from goals import Result, report

from support.airflow import Airflow
from support.processes import Processes
from support.sample_rig import LabSession
from support.stack import ROOT, Stack

#: A transfer takes TASK_DELAY seconds, and Globus works on three of a login at a time.
DATA_SETS, SLOTS, FILES, TASK_DELAY = 20, 4, 10, 10.0
#: CPU seconds of a data set; seconds from the end of `select` to the first and to the last transfer.
CPU_GOAL, FIRST_GOAL, LAST_GOAL = 6.0, 60.0, 180.0
DAY = dt.date(2021, 1, 1)
COMPONENTS = ("scheduler", "dag-processor", "triggerer", "api-server", "api_server")
UPLOAD, EMPTY = "upload_sessions", "empty_night"
_EMPTY_DAG = """\
import datetime as dt

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator, dag, task, task_group


class Wait(BaseOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(dt.timedelta(seconds=10)), method_name="over")

    def over(self, context, event=None):
        return None


@dag(schedule=None, max_active_tasks=64, default_args={{"retries": 3}})
def {dag_id}():
    @task
    def select():
        return list(range({count}))

    @task
    def submit(number):
        return number

    @task
    def record(number):
        return number

    @task_group
    def data_set(number):
        submit(number) >> Wait(task_id="wait") >> record(number)

    data_set.expand(number=select())


{dag_id}()
"""


def main() -> None:
    """Run both nights, and print what they cost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DATA_SETS
    with Processes() as processes, Stack(task_delay=TASK_DELAY, poll_interval="15 s") as stack:
        results = _measure(stack, processes, count)
    report(results)


def _measure(stack: Stack, processes: Processes, count: int) -> list[Result]:
    sessions = [LabSession(number, f"BM{number:03}", 1, DAY, dt.time(10)) for number in range(1, count + 1)]
    _write_recordings(stack, sessions)
    _without_far_rig(stack)
    stack.enter_sessions(sessions)
    dags = stack.directory / "dags"
    dags.mkdir()
    for path in (ROOT / "dags").glob("*.py"):
        (dags / path.name).symlink_to(path)
    (dags / f"{EMPTY}.py").write_text(_EMPTY_DAG.format(dag_id=EMPTY, count=count))
    settings = {"SESSION_ARCHIVE_CONFIG": str(stack.settings_file), "SESSION_ARCHIVE_SCHEDULE": "none"}
    airflow = Airflow(
        stack.directory / "airflow",
        dags=dags,
        plugins=ROOT / "plugins",
        environment=settings,
        parallelism=SLOTS,
    )
    process = airflow.start(processes)
    stack.set_up(airflow.environment)
    for dag_id in (UPLOAD, EMPTY):
        airflow.unpause(dag_id)
    time.sleep(20)
    idle = _idle(process.popen.pid)
    calls_before, connections = len(stack.globus.journal()), _connections(stack)
    empty, empty_run = _night(airflow, process.popen.pid, EMPTY, idle=idle)
    ours, our_run = _night(airflow, process.popen.pid, UPLOAD, idle=idle, kinds=["raw-ephys"])
    connections = _connections(stack) - connections
    journal = stack.globus.journal()[calls_before:]
    selected = _end_of_select(airflow, UPLOAD, our_run)
    sent = sorted(_time(line["time"]) - selected for line in journal if line.get("effect") == "accepted")
    if len(sent) != count:
        raise RuntimeError(f"{len(sent)} of {count} transfers were sent; {airflow.home} has the logs")
    nothing = _submits_ended(airflow, EMPTY, empty_run)
    cpu, cpu_nothing = (sum(each.values()) / count for each in (ours, empty))
    parts = ", ".join(f"{name} {seconds / count:.2f}" for name, seconds in sorted(ours.items()))
    tokens = sum(str(line.get("path")).endswith("/token") for line in journal)
    what, load = f"a night of {count} data sets in Airflow", f"load {os.getloadavg()[0]:.1f}"
    other = "where tasks do nothing"
    return [
        Result(
            what,
            cpu,
            "CPU s a data set",
            CPU_GOAL,
            details=f"{other} {cpu_nothing:.2f}; {parts}; {load}",
        ),
        Result(
            f"{what}, {SLOTS} slots: first transfer",
            sent[0],
            "s after select",
            FIRST_GOAL,
            details=f"{other} {nothing[0]:.0f} s; {load}",
        ),
        Result(
            f"{what}, {SLOTS} slots: last transfer",
            sent[-1],
            "s after select",
            LAST_GOAL,
            details=f"{other} {nothing[-1]:.0f} s; {load}",
        ),
        Result(what, connections / count, "connections to the database a data set"),
        Result(what, tokens / count, "tokens a data set"),
    ]


def _end_of_select(airflow: Airflow, dag_id: str, run_id: str) -> float:
    tasks = airflow.task_instances(dag_id, run_id)
    return next(_time(each["end_date"]) for each in tasks if each["task_id"] == "select")


def _submits_ended(airflow: Airflow, dag_id: str, run_id: str) -> list[float]:
    """Seconds from the end of `select`."""
    selected, tasks = _end_of_select(airflow, dag_id, run_id), airflow.task_instances(dag_id, run_id)
    return sorted(_time(each["end_date"]) - selected for each in tasks if each["task_id"].endswith(".submit"))


def _night(
    airflow: Airflow, pid: int, dag_id: str, *, idle: dict[str, float], **conf: Any
) -> tuple[dict[str, float], str]:
    """CPU seconds of each of Airflow's processes beyond those of an idle Airflow, and the run's id."""
    before, began = _cpu(pid), time.monotonic()
    run_id = airflow.trigger(dag_id, conf)
    run = airflow.wait(dag_id, run_id, timeout=1500, interval=5)
    seconds, after = time.monotonic() - began, _cpu(pid)
    if run["state"] != "success":
        raise RuntimeError(f"{dag_id} ended as {run['state']}; {airflow.home} has the logs")
    return {
        name: after[name] - before.get(name, 0.0) - idle.get(name, 0.0) * seconds for name in after
    }, run_id


def _idle(pid: int, *, seconds: float = 20.0) -> dict[str, float]:
    """CPU seconds for each second of each of Airflow's processes while it has nothing to do."""
    before = _cpu(pid)
    time.sleep(seconds)
    after = _cpu(pid)
    return {name: (after[name] - before.get(name, 0.0)) / seconds for name in after}


def _cpu(pid: int) -> dict[str, float]:
    """CPU seconds so far of Airflow's processes, with all that they have started and seen end."""
    total: dict[str, float] = defaultdict(float)
    for command, seconds in of_children(pid).items():
        total[next((name for name in COMPONENTS if name in command), "other")] += seconds
    return dict(total)


def _write_recordings(stack: Stack, sessions: list[LabSession]) -> None:
    for each in sessions:
        folder = stack.rig / each.subject / f"catgt_{each.subject}_{each.date:%m%d%y}_g0"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"{number}.txt").write_text("x")


def _without_far_rig(stack: Stack) -> None:
    """One rig is enough, and the service has room for the whole night at once."""
    text = stack.settings_file.read_text()
    begin, end = text.index("# Not mounted"), text.index("[locations.archive-ephys]")
    stack.settings_file.write_text(text[:begin] + text[end:] + "max_unfinished = 100\n")


def _connections(stack: Stack) -> int:
    return int(stack.database.execute("SHOW STATUS LIKE 'Connections'")[0][1])


def _time(text: str) -> float:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


if __name__ == "__main__":
    main()
