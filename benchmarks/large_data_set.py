"""The memory that one data set of 100,000 files takes in each of its tasks: select, submit, record.

Run: PYTHONPATH=script .venv/bin/python benchmarks/large_data_set.py [files]
With fewer files, the memory is that for each 100,000. Each task runs in a process of its own, with a real catalog and
the local Globus service. It does the same for a data set of a few files first, so that imports and open connections do
not count: what counts is the growth of the process' peak memory over that. The files are those that most rules look
at: a .bin and a .meta for each trial, band and probe. About ten minutes, most of it copying.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from goals import Result, report

from support.airflow_settings import own_home

if TYPE_CHECKING:
    from archive_flow.run.work_item import WorkItem

#: MB that a task may take for a data set of so many files.
GOAL, FILES = 100, 100_000
#: Its subject and that of the small one, and how many files that has.
LARGE, SMALL, FEW, DAY = "SC022", "SC023", 160, dt.date(2021, 1, 1)
PROBES, BANDS = 4, {"ap": (30_000, "384,0,1"), "lf": (2_500, "0,384,1")}
STEPS = ("select", "submit", "record")


def main() -> None:
    """Make a rig, an archive and a catalog; run the tasks in processes of their own."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        os.environ |= own_home(home)
        results = _measure(home, n)
    report(
        Result(
            f"{each['task']} of a data set of {n} files",
            each["MB"] * FILES / n,
            f"MB for each {FILES} files",
            GOAL,
            details=f"{each['MB']} MB, {each['CPU s']} CPU s, {each['s']} s",
        )
        for each in results
    )


def _measure(home: str, n: int) -> list[dict[str, Any]]:
    from support.sample_rig import LabSession
    from support.stack import Stack
    from support.task_environment import task_environment

    with Stack() as stack:
        named = [
            LabSession(number, subject, 1, DAY, dt.time(10)) for number, subject in enumerate((LARGE, SMALL))
        ]
        stack.enter_sessions(named)
        stack.install_catalog()
        # As in a task, in the processes of the steps.
        os.environ |= task_environment(stack)
        for subject, files in ((LARGE, n), (SMALL, FEW)):
            _write(stack.rig, f"{subject}_{DAY:%m%d%y}", subject, files)
        results = []
        for step in STEPS:
            done = subprocess.run(
                [sys.executable, __file__, "--step", step, home],
                # As docker-compose.yaml has it, unless the caller sets another.
                env={"MALLOC_ARENA_MAX": "1", **os.environ},
                stdout=subprocess.PIPE,
                text=True,
            )
            if done.returncode:
                raise RuntimeError(f"{step} failed; its messages are above")
            results.append(json.loads(done.stdout.strip().splitlines()[-1]))
        return results


def _write(rig: Path, run: str, subject: str, n: int) -> None:
    """Write trials of one sample each, whose .meta files agree with them."""
    for trial in range(n // (PROBES * len(BANDS) * 2)):
        for probe in range(PROBES):
            folder = rig / subject / f"catgt_{run}_g0" / f"{run}_g0_imec{probe}"
            folder.mkdir(parents=True, exist_ok=True)
            for band, (rate, saved) in BANDS.items():
                binary = folder / f"{run}_g0_t{trial}.imec{probe}.{band}.bin"
                binary.write_bytes(b"\0" * 770)
                lines = (
                    f"fileName=D:/data/{binary.name}",
                    "fileSHA1=0",
                    "fileSizeBytes=770",
                    f"fileTimeSecs={1 / rate!r}",
                    f"imSampRate={rate}",
                    "nSavedChans=385",
                    f"snsApLfSy={saved}",
                    f"typeImEnabled={PROBES}",
                    "typeThis=imec",
                )
                binary.with_suffix(".meta").write_text("\n".join(lines) + "\n")


def _step(name: str, home: Path) -> None:
    """Do one task for the small data set, then for the large one; print what that took beyond the small one."""
    step: Callable[[str, Path], None] = {"select": _select, "submit": _submit, "record": _record}[name]
    step(SMALL, home)
    # From here on, the peak is that of the large data set.
    Path("/proc/self/clear_refs").write_text("5")
    before, cpu, start = _status("VmRSS"), time.process_time(), time.perf_counter()
    step(LARGE, home)
    result = {
        "task": name,
        "MB": round((_status("VmHWM") - before) / 1e6, 1),
        "CPU s": round(time.process_time() - cpu, 1),
        "s": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(result))


def _select(subject: str, home: Path) -> None:
    from archive_flow.routes import UPLOAD
    from archive_flow.run.context import open_run

    with open_run(UPLOAD.name, _context(subject, {})) as run:
        selected: Any = UPLOAD.choose(run)
    (work_item,) = selected.work_items
    (home / f"{subject}.json").write_text(json.dumps(work_item.as_xcom()))


def _submit(subject: str, home: Path) -> None:
    from archive_flow.routes import UPLOAD
    from archive_flow.run.context import open_run
    from archive_flow.transfer.ledger_store import LedgerStore
    from archive_flow.upload.shipment import UploadShipment
    from globus_provider.operators.transfer import GlobusTransferOperator

    work_item = _work_item(subject, home)
    pushed: dict[str, Any] = {}
    context = _context(subject, pushed)
    shipment = UploadShipment(UPLOAD.name, work_item)
    with open_run(UPLOAD.name, context) as run:
        ends = [str(run.place(name).collection) for name in (work_item.origin, work_item.destination)]
    operator = GlobusTransferOperator(
        task_id="submit",
        source_collection=ends[0],
        destination_collection=ends[1],
        transfer_label=shipment.label,
        submission_store=LedgerStore(context, UPLOAD.name, shipment),
    )
    pushed["transfer"] = operator.execute(context)
    (home / f"{subject}.pushed.json").write_text(json.dumps(pushed))


def _record(subject: str, home: Path) -> None:
    from archive_flow.routes import UPLOAD
    from archive_flow.run.context import open_run
    from archive_flow.submissions.ending import ending_of
    from archive_flow.submissions.previous_tasks import PreviousTasks
    from archive_flow.transfer.shipment import data_set_name
    from session_archive.states.state import State
    from session_archive.transfers.ending import Arrived

    work_item = _work_item(subject, home)
    pushed = json.loads((home / f"{subject}.pushed.json").read_text())
    with open_run(UPLOAD.name, _context(subject, {})) as run:
        while run.hook.task(pushed["transfer"])["status"] == "ACTIVE":
            time.sleep(1)
        previous = PreviousTasks(transfer_task_id=pushed["transfer"], n_items=pushed["n_items"])
        ending = ending_of(run, data_set_name(UPLOAD.name, work_item), previous)
        assert isinstance(ending, Arrived), ending
        result = UPLOAD.verify_and_record(run, work_item, ending)
    assert result.state is State.ARCHIVED, result.reason


def _work_item(subject: str, home: Path) -> WorkItem:
    from archive_flow.run.work_item import WorkItem

    return WorkItem(**json.loads((home / f"{subject}.json").read_text()))


def _context(subject: str, pushed: dict[str, Any]) -> Any:
    """What Airflow gives to a task, as far as these use it."""
    return {
        "params": {"subjects": [subject], "kinds": ["raw-ephys"], "second_look": False},
        "dag": SimpleNamespace(dag_id="benchmark"),
        "run_id": "benchmark",
        "dag_run": SimpleNamespace(start_date=None, triggering_user_name=None),
        "ti": SimpleNamespace(
            try_number=1, max_tries=0, xcom_push=lambda key, value: pushed.update({key: value})
        ),
    }


def _status(name: str) -> int:
    """A line of this process' status, bytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(name))) * 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        _step(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
