"""What an audit of 1,000,000 files in 20,000 data sets takes: CPU beside discover's, memory, and bytes read.

Run: PYTHONPATH=script .venv/bin/python benchmarks/audit.py [data sets]
A data set has 50 files. Discovery catalogs them all, and then an audit lists and records them all, in batches of
limits.max_batch, each flow in a process of its own over the same archive: a quarter of an hour. The content of one
large copy is read in the same process, whose own counter (/proc/self/io) shows how many bytes that took.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goals import Result, report

from support.airflow_settings import own_home

FILES, SUBJECTS = 50, 100
#: CPU of a data set beside discover's; bytes of memory that select may take for each data set, and that recording may
#: keep for each file; bytes read for each byte of a copy.
CPU, PER_DATA_SET, PER_FILE, READ = 1.5, 10_000, 100, 1.01
LARGE = 200_000_000


def main() -> None:
    """Make a lab, an archive and a catalog; run both flows in processes of their own."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        os.environ |= own_home(home)
        discovered, audited, content = _measure(home, n)
    report(
        [
            Result(
                f"listing audit of {audited['data sets']} data sets: CPU of each",
                audited["CPU ms"] / discovered["CPU ms"],
                "times discover's",
                CPU,
                details=f"{audited['CPU ms']} ms; discover {discovered['CPU ms']} ms",
            ),
            Result(
                f"select of an audit of {audited['data sets']} data sets",
                audited["bytes a data set"],
                "bytes of memory a data set",
                PER_DATA_SET,
                details=f"{audited['select MB']} MB, {audited['select CPU s']} CPU s",
            ),
            Result(
                f"an audit that records {audited['files']} files",
                audited["bytes a file"],
                "bytes of memory kept a file",
                PER_FILE,
                details=f"{audited['record MB']} MB more than after the first batch",
            ),
            Result(
                f"content of a copy of {LARGE // 1_000_000} MB",
                content["read"] / LARGE,
                "bytes read a byte",
                READ,
            ),
        ]
    )


def _measure(home: str, n: int) -> list[dict[str, float]]:
    from airflow.utils import db

    from support.sample_rig import LabSession
    from support.stack import Stack
    from support.task_environment import task_environment

    db.initdb()
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=number) for number in range(max(n // SUBJECTS, 1))]
    named = [
        LabSession(number, f"BM{number:03}", count + 1, day, dt.time(10))
        for number in range(min(SUBJECTS, n))
        for count, day in enumerate(days)
    ]
    with Stack() as stack:
        stack.enter_sessions(named)
        os.environ["SESSION_ARCHIVE_CONFIG"] = str(stack.settings_file)
        stack.set_up({"AIRFLOW_HOME": home})
        # As in a task, in the processes of the steps.
        os.environ |= task_environment(stack)
        for each in named:
            name = f"catgt_{each.subject}_{each.date:%m%d%y}_g0"
            folder = stack.archive / "4ElectrodeRig_Ephys" / each.subject / name
            folder.mkdir(parents=True)
            for number in range(FILES):
                (folder / f"{number:03}.txt").touch()
        large = stack.directory / "large"
        large.mkdir()
        (large / "a.bin").write_bytes(os.urandom(LARGE // 200) * 200)
        return [
            json.loads(_in_a_process(*step).strip().splitlines()[-1])
            for step in (("discover",), ("audit",), ("content", str(large)))
        ]


def _in_a_process(*arguments: str) -> str:
    done = subprocess.run([sys.executable, __file__, "--step", *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed; its messages are above")
    return done.stdout


def _step(name: str, large: str = "") -> None:
    """Run all of one flow as its tasks do, and print what it took."""
    from archive_flow.audit.choose import choose_copies
    from archive_flow.audit.record import audit_copies
    from archive_flow.discover.record import record_found
    from archive_flow.routes import AUDIT, DISCOVER
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
            route=AUDIT.name if name == "audit" else DISCOVER.name,
            settings=settings,
            catalog=catalog,
            hook=globus_hook(settings),
            rate=listing_rate(1_000_000),
            selection=Selection.from_params({"kinds": ["raw-ephys"]}, kinds=("raw-ephys",)),
            params={},
            dag_id="benchmark",
            run_id=f"benchmark {name}",
        )
        if name == "content":
            print(json.dumps(_content(run, Path(large))))
            return
        before, began = _peak(), time.process_time()
        size = settings.limits.max_batch
        selected = choose_copies(run) if name == "audit" else select(InArchive(run), group_size=size)
        assert isinstance(selected, Selected)
        items = selected.work_items
        after_select, selecting = _peak(), time.process_time() - began
        first = 0
        for at in range(0, len(items), size):
            batch = items[at : at + size]
            if name == "audit":
                audit_copies(run, batch)
            else:
                record_found(run, batch, key=str(at), given_up="")
            first = first or _peak()
        files = FILES * len(items)
        took = time.process_time() - began
        print(
            json.dumps(
                {
                    "data sets": len(items),
                    "files": files,
                    "CPU ms": round(1000 * took / len(items), 2),
                    "select CPU s": round(selecting, 1),
                    "select MB": round((after_select - before) / 1e6, 1),
                    "bytes a data set": round((after_select - before) / len(items)),
                    "record MB": round((_peak() - first) / 1e6, 1),
                    "bytes a file": round((_peak() - first) / files),
                }
            )
        )


def _content(run: object, root: Path) -> dict[str, int]:
    """The bytes that reading one large copy takes."""
    from archive_flow.audit.read import read_content
    from archive_flow.run.context import Run
    from session_archive.fixity.manifest import FileEntry, Manifest

    assert isinstance(run, Run)
    file = root / "a.bin"
    with file.open("rb") as opened:
        sha1 = hashlib.file_digest(opened, "sha1").hexdigest()
    entry = FileEntry("a.bin", LARGE, int(file.stat().st_mtime), checksum=sha1, checksum_algorithm="SHA1")
    place = run.settings.locations["archive-ephys"].model_copy(update={"declared_local_path": str(root)})
    before = _read_so_far()
    content = read_content(run, place, Manifest.of([entry]), {"a.bin": entry})
    assert content.read == ("a.bin",), content
    return {"read": _read_so_far() - before}


def _read_so_far() -> int:
    """Bytes that this process has read, from its caches too."""
    return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])


def _peak() -> int:
    """The peak memory of this process, bytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        _step(*sys.argv[2:])
    else:
        main()
