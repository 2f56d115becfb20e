"""The memory that a discovery of 1,000,000 files in 20,000 folders takes: in select, and in the tasks that record.

Run: PYTHONPATH=script .venv/bin/python benchmarks/discovery.py [folders] [batches]
A folder has 50 files; select sees all folders, and each record task a batch of limits.max_batch of them, whatever
their number. So recording many batches one after the other in one process, as here, must not make it grow. By default
it records all: a quarter of an hour.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from goals import Result, report

from support.airflow_settings import own_home

if TYPE_CHECKING:
    pass

ROOT = Path(__file__).resolve().parents[1]
#: limits.max_batch has its default, 200.
FILES, BATCH, SUBJECTS = 50, 200, 100
#: Bytes of memory that select may take for each folder, and that recording may keep for each file.
PER_FOLDER, PER_FILE = 10_000, 100


def main() -> None:
    """Make a lab, an archive and a catalog; run both steps in processes of their own."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    batches = int(sys.argv[2]) if len(sys.argv) > 2 else n // BATCH
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        os.environ |= own_home(home)
        results = _measure(home, n, batches)
    selected, recorded = results
    report(
        [
            Result(
                f"select of a discovery of {selected['folders']} folders",
                selected["bytes a folder"],
                "bytes of memory a folder",
                PER_FOLDER,
                details=f"{selected['MB']} MB, {selected['CPU s']} CPU s with imports, "
                f"{selected['MB of XCom']} MB of XCom",
            ),
            Result(
                f"recording {recorded['files']} files of a discovery",
                recorded["bytes a file"],
                "bytes of memory kept a file",
                PER_FILE,
                details=f"{recorded['MB']} MB, {recorded['CPU s']} CPU s with imports",
            ),
        ]
    )


def _measure(home: str, n: int, batches: int) -> list[dict[str, float]]:
    from airflow.utils import db

    from support.sample_rig import LabSession
    from support.stack import Stack
    from support.task_environment import task_environment

    db.initdb()
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=number) for number in range(n // SUBJECTS)]
    named = [
        LabSession(number, f"BM{number:03}", count + 1, day, dt.time(10))
        for number in range(SUBJECTS)
        for count, day in enumerate(days)
    ]
    with Stack() as stack:
        stack.enter_sessions(named)
        os.environ["SESSION_ARCHIVE_CONFIG"] = str(stack.settings_file)
        stack.set_up({"AIRFLOW_HOME": home})
        # As in a task, in the processes of the steps.
        os.environ |= task_environment(stack)
        fresh = sorted(named, key=lambda each: (-each.date.toordinal(), each.subject))
        for position, each in enumerate(fresh):
            run = f"{each.subject}_{each.date:%m%d%y}"
            folder = stack.archive / "4ElectrodeRig_Ephys" / each.subject / f"catgt_{run}_g0"
            folder.mkdir(parents=True)
            if position < BATCH * batches:
                for number in range(FILES):
                    (folder / f"{number:03}.txt").touch()
        return [
            json.loads(_in_a_process(step, str(batches)).strip().splitlines()[-1])
            for step in ("select", "record")
        ]


def _in_a_process(*arguments: str) -> str:
    done = subprocess.run([sys.executable, __file__, "--step", *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed; its messages are above")
    return done.stdout


def _step(name: str, batches: int) -> None:
    """Run one step as a task does, and print the memory that it took beyond that of its start."""
    from archive_flow.discover.record import record_found
    from archive_flow.routes import DISCOVER
    from archive_flow.run.context import Run
    from archive_flow.run.readers import globus_hook, listing_rate, open_catalog
    from archive_flow.run.report import Selected
    from archive_flow.select.choose import select
    from archive_flow.select.in_archive import InArchive
    from session_archive.request.selection import Selection
    from session_archive.settings.load import load_settings

    settings = load_settings()
    with open_catalog(settings) as catalog:
        run = Run(
            route=DISCOVER.name,
            settings=settings,
            catalog=catalog,
            hook=globus_hook(settings),
            rate=listing_rate(1_000_000),
            selection=Selection.from_params(
                {"kinds": ["raw-ephys"], "subjects": ["nobody"]}, kinds=("raw-ephys",)
            ),
            params={},
            dag_id="benchmark",
            run_id="benchmark",
        )
        select(InArchive(run))
        object.__setattr__(run, "selection", Selection.from_params({}, kinds=("raw-ephys",)))
        before = _peak()
        selected = select(InArchive(run), group_size=DISCOVER.group_size(settings.limits))
        assert isinstance(selected, Selected)
        work_items = selected.work_items
        result: dict[str, float] = {"folders": len(work_items)}
        result["MB of XCom"] = round(
            len(json.dumps([work_item.as_xcom() for work_item in work_items])) / 1e6, 1
        )
        if name == "select":
            result["CPU s"] = round(time.process_time(), 1)
            result["MB"] = round((_peak() - before) / 1e6, 1)
            result["bytes a folder"] = round((_peak() - before) / len(work_items))
            print(json.dumps({"step": name, **result}))
            return
        size, result = settings.limits.max_batch, {}
        record_found(run, work_items[:size], key="first", given_up="")
        before = _peak()
        for first in range(size, size * batches, size):
            record_found(run, work_items[first : first + size], key=str(first), given_up="")
        files = FILES * size * (batches - 1)
        result["files"], result["CPU s"] = files, round(time.process_time(), 1)
        result["MB"] = round((_peak() - before) / 1e6, 1)
        result["bytes a file"] = round((_peak() - before) / files)
        print(json.dumps({"step": name, **result}))


def _peak() -> int:
    """The peak memory of this process, bytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        _step(sys.argv[2], int(sys.argv[3]))
    else:
        main()
