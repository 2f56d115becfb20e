"""Compares copying many small files by loopback_globus with Python doing the same copies and checksums, in one run.

Run: .venv/bin/python benchmarks/loopback_small_files.py [files]
The goals are CPU seconds of the service (10 s for 20,000 files), and their ratio to shutil and two passes of hashlib.
The time of other work on the machine is not counted.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import cpu
from globus_sdk import ClientApp, GlobusAppConfig, TransferClient, TransferData
from goals import Result, report

from loopback_globus.testing import LoopbackGlobus

SECONDS_PER_FILE, RATIO = 10 / 20_000, 5.0
SIZE = 2_000


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        rig, archive, by_hand = (Path(home, name) for name in ("rig", "archive", "by_hand"))
        archive.mkdir()
        names = [f"{number // 100}/{number % 100}.bin" for number in range(files)]
        for name in names:
            (rig / name).parent.mkdir(parents=True, exist_ok=True)
            (rig / name).write_bytes(os.urandom(SIZE))
        baseline = _python(rig, by_hand, names)
        with LoopbackGlobus({"rig": rig, "archive": archive}) as globus:
            service = _transfer(globus, names)
    what = f"loopback_globus: copying {files} small files, verified"
    report(
        [
            Result(what, service, "CPU s", SECONDS_PER_FILE * files),
            Result(
                what,
                service / baseline,
                "times shutil and two digests",
                RATIO,
                details=f"{service:.2f} and {baseline:.2f} CPU s",
            ),
        ]
    )


def _python(rig: Path, target: Path, names: list[str]) -> float:
    start = time.process_time()
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(rig / name, target / name)
        for file in (rig / name, target / name):
            hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    return time.process_time() - start


def _transfer(globus: LoopbackGlobus, names: list[str]) -> float:
    os.environ.update(globus.environment())
    config = GlobusAppConfig(token_storage="memory")
    app = ClientApp(
        "benchmark", client_id=globus.client_id, client_secret=globus.client_secret, config=config
    )
    client = TransferClient(app=app)
    data = TransferData(globus.collections["rig"], globus.collections["archive"], verify_checksum=True)
    for name in names:
        data.add_item(f"/{name}", f"/{name}")
    before = cpu.of_process(globus.pid)
    task_id = client.submit_transfer(data)["task_id"]
    while (task := client.get_task(task_id))["completion_time"] is None:
        time.sleep(0.2)
    assert task["status"] == "SUCCEEDED", task["fatal_error"]
    assert task["files_transferred"] == len(names)
    return cpu.of_process(globus.pid) - before


if __name__ == "__main__":
    main()
