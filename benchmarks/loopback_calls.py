"""Measures how many requests loopback_globus answers in a second on one core, and how fast it accepts a large transfer.

Run: .venv/bin/python benchmarks/loopback_calls.py [seconds a rate is measured]
Answers are counted per CPU second of the service, which is a second of one core whatever else the machine does;
tokens are checked, the journal is written, and the callers keep their connections. A submission's seconds are those
of the service and of the SDK, which writes the document, together; elapsed seconds are printed too.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from pathlib import Path

import cpu
from globus_sdk import ClientApp, GlobusAppConfig, TransferClient, TransferData
from goals import Result, report

from loopback_globus.testing import LoopbackGlobus

GET_TASK, LS, ACCEPTED_WITHIN = 500, 150, 3.0
CONNECTIONS, ENTRIES, ITEMS = 4, 100, 100_000


def main() -> None:
    """Measure two rates and one submission; fail when a goal is missed."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        rig, archive = Path(home, "rig"), Path(home, "archive")
        for folder in (rig, archive):
            folder.mkdir()
        for n in range(ENTRIES):
            (rig / f"file{n:03}.bin").touch()
        with LoopbackGlobus({"rig": rig, "archive": archive}) as globus:
            os.environ.update(globus.environment())
            app = ClientApp(
                "benchmark",
                client_id=globus.client_id,
                client_secret=globus.client_secret,
                config=GlobusAppConfig(token_storage="memory"),
            )
            client = TransferClient(app=app)
            authorizer = app.get_authorizer(TransferClient.resource_server)
            headers = {"Authorization": authorizer.get_authorization_header() or ""}
            task_id = client.submit_transfer(_transfer(globus, 1))["task_id"]
            listing = f"/v0.10/operation/endpoint/{globus.collections['rig']}/ls?path=%2F"
            get_task = _rate(globus, f"/v0.10/task/{task_id}", headers, seconds)
            ls = _rate(globus, listing, headers, seconds)
            spent, elapsed = _accepted(globus, client)
    report(
        [
            Result("loopback_globus: get_task", get_task, "answers a CPU second", GET_TASK, at_least=True),
            Result(f"loopback_globus: ls of {ENTRIES}", ls, "answers a CPU second", LS, at_least=True),
            Result(
                f"loopback_globus: a transfer of {ITEMS} items accepted",
                spent,
                "CPU s",
                ACCEPTED_WITHIN,
                details=f"{elapsed:.2f} s elapsed",
            ),
        ]
    )


def _transfer(globus: LoopbackGlobus, items: int) -> TransferData:
    data = TransferData(
        globus.collections["rig"], globus.collections["archive"], submission_id=str(uuid.uuid4())
    )
    for n in range(items):
        name = f"/SC022/catgt_SC022_010121_g0/SC022_010121_g0_imec0/missing-{n:06}.bin"
        data.add_item(name, f"/4ElectrodeRig_Ephys{name}")
    return data


def _rate(globus: LoopbackGlobus, path: str, headers: dict[str, str], seconds: float) -> float:
    """Answers over all connections, per CPU second of the service."""
    counts: list[int] = []
    arguments = (globus.url, path, headers, time.perf_counter() + seconds, counts)
    threads = [threading.Thread(target=_ask, args=arguments) for _ in range(CONNECTIONS)]
    before = cpu.of_process(globus.pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == CONNECTIONS, "a caller failed"
    return round(sum(counts) / (cpu.of_process(globus.pid) - before), 1)


def _ask(url: str, path: str, headers: dict[str, str], end: float, counts: list[int]) -> None:
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    count = 0
    while time.perf_counter() < end:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        count += 1
    connection.close()
    counts.append(count)


def _accepted(globus: LoopbackGlobus, client: TransferClient) -> tuple[float, float]:
    """CPU seconds of the service and of the SDK together, and elapsed seconds."""
    data = _transfer(globus, ITEMS)
    start, before = time.perf_counter(), cpu.of_process(globus.pid) + time.process_time()
    task_id = client.submit_transfer(data)["task_id"]
    spent = cpu.of_process(globus.pid) + time.process_time() - before
    elapsed = time.perf_counter() - start
    client.cancel_task(task_id)
    return spent, elapsed


if __name__ == "__main__":
    main()
