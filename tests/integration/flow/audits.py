"""Audits without Airflow's processes, in this process or in one that is killed, over real transfers."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from tests.hammer.night import AuditRun
from tests.hammer.service import Service
from tests.integration.flow.sent import SentDataSet
from tests.integration.flow.tasks import Death

from archive_flow.run.context import Run
from archive_flow.spine import tasks
from session_archive.assess.brought_copy import COPIES
from session_archive.states.state import State, StateRow
from support.stack import Stack
from support.task_environment import airflow_connections

SCRATCH = """
[audit]
scratch = "analysis"
proven_within = "0.000001 s"
"""


@dataclass
class Audits:
    """Runs of the audit over the archive of a stack.

    night : of which the catalog is looked into
    """

    night: Run
    stack: Stack
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    def run(self, run_id: str = "", **params: Any) -> list[str]:
        """One run; its problems, none if it succeeded."""
        audit = AuditRun(Service(self.stack.globus), run_id or f"audit {next(self.numbers)}", retries=True)
        audit.params = params
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tasks, "get_current_context", audit.current_context)
            audit.run()
        [summary] = [pushed["summary"] for (task, _), pushed in audit.xcoms.items() if task == "summary"]
        self.text = cast("str", summary["text"])
        return cast("list[str]", summary["problems"])

    def killed(self, run_id: str, death: Death, **params: Any) -> bool:
        """One run in a process of its own, as a worker; whether it was killed."""

        def work() -> None:
            death.arm()
            self.run(run_id, **params)

        worker = multiprocessing.get_context("fork").Process(target=work)
        worker.start()
        worker.join()
        return worker.exitcode == -signal.SIGKILL

    # --- what is known after them ---

    def state(self, sent: SentDataSet) -> StateRow:
        """The newest of the data set."""
        return self.night.catalog.states.of_data_sets([str(sent.name)], "raw-ephys")[-1]

    def looks(self, sent: SentDataSet) -> list[tuple[str, str]]:
        """Run and verdict of each look at the data set, in their order."""
        t = self.night.catalog.tables
        rows = (t.Verification & {"data_set_id": sent.name.id, "route": "audit"}).to_dicts(
            order_by="verified_at"
        )
        return [(row["run_id"], row["verdict"]) for row in rows]

    def damaged(self, sent: SentDataSet) -> list[tuple[str, str]]:
        """Name and problem of each file of it that is damaged now."""
        found = self.night.catalog.damages.of((sent.name.id,), "archive-ephys").get(sent.name.id, ())
        return [(each.path.rpartition("/")[2], each.problem) for each in found]

    def at_scratch(self) -> list[str]:
        """Files in the folder of audits at the scratch place."""
        root = scratch_root(self.stack)
        found = (root / COPIES).rglob("*") if (root / COPIES).exists() else ()
        return sorted(file.relative_to(root).as_posix() for file in found if not file.is_dir())


def scratch_root(stack: Stack) -> Path:
    """The root of the scratch place on this disk."""
    return stack.scratch / "retrieved"


def in_archive(sent: SentDataSet, number: int = 0) -> Path:
    """A file of a data set in the archive."""
    return sent.stack.archive / "4ElectrodeRig_Ephys" / sent.paths[number]


def damage(file: Path, how: str) -> None:
    """An archived file is 'cut' or 'removed', or a bit of it is 'flipped': its size and time stay."""
    status, content = file.stat(), file.read_bytes()
    if how == "removed":
        file.unlink()
        return
    file.write_bytes(content[:-1] if how == "cut" else bytes([content[0] ^ 1]) + content[1:])
    if how == "flipped":
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


@contextmanager
def with_settings(stack: Stack, change: Callable[[str], str]) -> Iterator[None]:
    """The settings of the stack, changed for a while."""
    written = stack.settings_file.read_text()
    stack.settings_file.write_text(change(written))
    try:
        yield
    finally:
        stack.settings_file.write_text(written)


def as_brought(stack: Stack) -> Callable[[str], str]:
    """Settings of a lab whose audits bring copies to the scratch place."""
    old = 'directory = "/retrieved"\n'
    return lambda text: text.replace(old, f'{old}local_path = "{scratch_root(stack)}"\n') + SCRATCH


def as_in_place(stack: Stack) -> Callable[[str], str]:
    """Settings of a lab whose workers see the archive."""
    old = 'directory = "/4ElectrodeRig_Ephys"\n'
    root = stack.archive / "4ElectrodeRig_Ephys"
    return lambda text: (
        text.replace(old, f'{old}local_path = "{root}"\n') + SCRATCH.replace('scratch = "analysis"\n', "")
    )


@contextmanager
def connected(stack: Stack) -> Iterator[None]:
    """The connections of Airflow, for tasks that open them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        for name, value in airflow_connections(stack).items():
            patch.setenv(name, value)
        yield


def archived(night: Run, stack: Stack) -> SentDataSet:
    """A data set that is archived."""
    one = SentDataSet(night, stack, origin="rig")
    result = one.record(one.arrive())
    assert result.state is State.ARCHIVED, result.reason
    return one
