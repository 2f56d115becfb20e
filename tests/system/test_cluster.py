"""Fifty data sets through several workers, while one worker is killed and the triggerer is restarted."""

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from session_archive.states.state import State
from support.cluster import Cluster
from support.processes import Processes
from support.sample_rig import LabSession, make_recordings
from support.stack import Stack

N_DATA_SETS = 50
MAX_UNFINISHED = 8
EVERYTHING = "/4ElectrodeRig_Ephys/*"
ONLY_EPHYS = {"kinds": ["raw-ephys"]}

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]


def sessions() -> list[LabSession]:
    """Ten animals, with five days each."""
    return [
        LabSession(500_000 + animal, f"SC{100 + animal}", day, dt.date(2021, 3, day), dt.time(10, 0))
        for animal in range(N_DATA_SETS // 5)
        for day in range(1, 6)
    ]


@pytest.fixture
def running() -> Iterator[tuple[Stack, Cluster]]:
    with Stack(poll_interval="2 s") as stack, Processes() as processes:
        make_recordings(stack.rig, sessions())
        stack.enter_sessions(sessions())
        with stack.settings_file.open("a") as file:
            file.write(f"max_unfinished = {MAX_UNFINISHED}\n")
        with Cluster(stack, processes) as cluster:
            yield stack, cluster
        directory = stack.directory
    assert running_below(directory) == []


def running_below(directory: Path) -> list[str]:
    """Command lines of processes whose command line or environment names a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            known = (path / "environ").read_bytes() + (path / "cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        if str(directory).encode() in known and path.name != str(os.getpid()):
            found.append((path / "cmdline").read_text())
    return found


def until(condition: Callable[[], Any], *, what: str, seconds: float = 900) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(1)


def peak_concurrency(journal: list[dict[str, Any]]) -> int:
    """The largest number of transfers under way at a time: from acceptance to the last change on disk."""
    begun = {line["task_id"]: line["time"] for line in journal if line.get("effect") == "accepted"}
    ended = {
        line["task_id"]: line["time"] for line in journal if line.get("effect") not in (None, "accepted")
    }
    return max(
        sum(other <= when < ended[task_id] for task_id, other in begun.items()) for when in begun.values()
    )


@pytest.mark.fault(7)
def test_fifty_data_sets_are_archived_once_each_although_processes_die(running) -> None:
    stack, cluster = running
    api = cluster.api
    # Transfers under way stay under way until this fault is cleared.
    stack.globus.fault(file=EVERYTHING, do="permission_denied", times=0)
    api.unpause("upload_sessions")
    run_id = api.scheduled_run("upload_sessions")

    def accepted() -> int:
        return len(stack.globus.effects("accepted"))

    def states() -> Counter[str]:
        tasks = api.task_instances("upload_sessions", run_id)
        return Counter(f"{task['task_id']} {task['state']}" for task in tasks)

    def everything_waits() -> bool:
        return states()["data_set.wait deferred"] == MAX_UNFINISHED and cluster.at_work() == []

    until(everything_waits, what="the workers were never free while transfers were under way")
    assert accepted() == MAX_UNFINISHED
    stack.globus.clear_faults()

    until(lambda: accepted() >= 16, what="nothing went on")
    cluster.kill("worker-1")
    until(lambda: accepted() >= 24, what="one worker alone did not go on")
    cluster.start_service("worker-1")
    cluster.stop("triggerer")
    cluster.start_service("triggerer")
    for name in ("worker-1", "triggerer"):
        cluster.wait_until_healthy(name)
    assert accepted() < N_DATA_SETS, (
        "every transfer had ended before the triggerer was back, so this test proves nothing"
    )
    run = api.wait("upload_sessions", run_id, timeout=1500)

    journal = stack.globus.journal()
    labels = Counter(line["label"] for line in journal if line.get("effect") == "accepted")
    assert len(labels) == N_DATA_SETS
    assert [label for label, times in labels.items() if times > 1] == [], "sent more than once"
    with stack.catalog() as catalog:
        found = Counter(row.state for row in catalog.states.newest_rows(data_set_type="raw-ephys"))
    assert found == {State.ARCHIVED: N_DATA_SETS}
    assert peak_concurrency(journal) == MAX_UNFINISHED
    assert run["state"] == "success", states()
    secrets = [secret.encode() for secret in (*stack.secrets, *cluster.secrets)]
    for log in cluster.directory.rglob("*.log"):
        assert not [secret for secret in secrets if secret in log.read_bytes()], log
