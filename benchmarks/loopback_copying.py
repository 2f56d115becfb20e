"""Compares copying by loopback_globus with `cp` and hashlib doing the same, each run into a new folder.

Run: .venv/bin/python benchmarks/loopback_copying.py [megabytes] [folder to work in]
The ratios are of CPU seconds: a verified copy is compared with `cp` and two passes of the same algorithm by hashlib,
an unverified one with `cp -a`, and a verified one with `rclone copy` where that is installed, which compares MD5. The
best of eight runs counts, since other work of the machine makes single runs slower; elapsed seconds depend on that
work too, and are only printed. It needs about three times the megabytes (default 256) of disk, and the files should
fit into memory: with so many that a run takes longer than a second or two, the cost of memory that the host of a
virtual machine had taken back is added to the slower ones.
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import cpu
from globus_sdk import MISSING, ClientApp, GlobusAppConfig, TransferClient, TransferData
from goals import Result, report

from loopback_globus.testing import LoopbackGlobus

VERIFIED, UNVERIFIED, OF_RCLONE = 1.15, 1.5, 1.0
RUNS, FILES = 8, 8
ALGORITHMS = ("MD5", "SHA1", "SHA256")


@dataclass
class Cost:
    cpu: float = float("inf")
    elapsed: float = float("inf")

    def best(self, other: Cost) -> Cost:
        return Cost(min(self.cpu, other.cpu), min(self.elapsed, other.elapsed))


def main() -> None:
    """Measure each way of copying in turn, several times; fail when a ratio misses its goal."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    place = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-", dir=place) as home:
        rig, archive = Path(home, "rig"), Path(home, "archive")
        for folder in (rig / "s", archive):
            folder.mkdir(parents=True)
        block = os.urandom(1 << 20)
        for n in range(FILES):
            with (rig / "s" / f"{n}.bin").open("wb") as file:
                for _ in range(megabytes // FILES):
                    file.write(block)
        with LoopbackGlobus({"rig": rig, "archive": archive}) as globus:
            os.environ.update(globus.environment())
            app = ClientApp(
                "benchmark",
                client_id=globus.client_id,
                client_secret=globus.client_secret,
                config=GlobusAppConfig(token_storage="memory"),
            )
            client = TransferClient(app=app)
            ratios = _ratios(globus, client, rig, archive)
    what = f"loopback_globus: copying {megabytes} MB"
    results = [
        Result(
            f"{what}, verified by {name}",
            ratios[f"verified {name}"],
            "times the CPU of cp and two digests",
            VERIFIED,
        )
        for name in ALGORITHMS
    ]
    elapsed = f"{ratios['unverified, elapsed']} times its elapsed time"
    unverified = Result(
        f"{what}, not verified", ratios["unverified"], "times the CPU of cp -a", UNVERIFIED, details=elapsed
    )
    if rclone := ratios.get("verified MD5 to rclone"):
        results.append(Result(f"{what}, verified by MD5", rclone, "times the CPU of rclone copy", OF_RCLONE))
    report([*results, unverified])


def _ratios(globus: LoopbackGlobus, client: TransferClient, rig: Path, archive: Path) -> dict[str, float]:
    ways: dict[str, Callable[[], Cost]] = {
        "cp": lambda: _cp(rig, archive, "-r"),
        "cp -a": lambda: _cp(rig, archive, "-a"),
        "unverified": lambda: _transfer(globus, client, archive, None),
    }
    if shutil.which("rclone"):
        ways["rclone copy"] = lambda: _copied_by(archive, "rclone", "copy", str(rig / "s"))
    for name in ALGORITHMS:
        ways[f"hash {name}"] = partial(_hash, rig, name)
        ways[f"verified {name}"] = partial(_transfer, globus, client, archive, name)
    costs = {way: Cost() for way in ways}
    for _ in range(RUNS):
        for way, run in ways.items():
            # Whoever writes first pays for the return of memory that has been free for seconds.
            _cp(rig, archive, "-r")
            os.sync()
            costs[way] = costs[way].best(run())
    ratios = {
        f"verified {name}": costs[f"verified {name}"].cpu / (costs["cp"].cpu + 2 * costs[f"hash {name}"].cpu)
        for name in ALGORITHMS
    }
    if rclone := costs.get("rclone copy"):
        ratios["verified MD5 to rclone"] = costs["verified MD5"].cpu / rclone.cpu
    ratios["unverified"] = costs["unverified"].cpu / costs["cp -a"].cpu
    ratios["unverified, elapsed"] = costs["unverified"].elapsed / costs["cp -a"].elapsed
    return {name: round(ratio, 2) for name, ratio in ratios.items()}


def _cp(rig: Path, archive: Path, switch: str) -> Cost:
    return _copied_by(archive, "cp", switch, str(rig / "s"))


def _copied_by(archive: Path, *command: str) -> Cost:
    with _fresh(archive) as target:
        start, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, str(target)], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(spent, time.time() - start)


def _hash(rig: Path, algorithm: str) -> Cost:
    start = time.process_time()
    for path in (rig / "s").iterdir():
        with path.open("rb") as file:
            hashlib.file_digest(file, algorithm.lower())
    return Cost(time.process_time() - start)


def _transfer(globus: LoopbackGlobus, client: TransferClient, archive: Path, algorithm: str | None) -> Cost:
    with _fresh(archive) as target:
        data = TransferData(
            globus.collections["rig"], globus.collections["archive"], verify_checksum=algorithm is not None
        )
        for n in range(FILES):
            data.add_item(f"/s/{n}.bin", f"/{target.name}/{n}.bin", checksum_algorithm=algorithm or MISSING)
        start, before = time.time(), cpu.of_process(globus.pid)
        task_id = client.submit_transfer(data)["task_id"]
        while (task := client.get_task(task_id))["completion_time"] is None:
            time.sleep(0.2)
        assert task["status"] == "SUCCEEDED", task["fatal_error"]
        written = globus.effects("written")[-1]["time"]
        return Cost(cpu.of_process(globus.pid) - before, datetime.fromisoformat(written).timestamp() - start)


@contextmanager
def _fresh(archive: Path) -> Iterator[Path]:
    target = Path(tempfile.mkdtemp(dir=archive))
    try:
        yield target
    finally:
        shutil.rmtree(target)


if __name__ == "__main__":
    main()
