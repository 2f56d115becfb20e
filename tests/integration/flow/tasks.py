"""The tasks of one data set without Airflow: submit, wait and record, by what the operators call."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import wraps
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from archive_flow.repair.shipment import RepairShipment
from archive_flow.retrieve.shipment import RetrieveShipment
from archive_flow.routes import REPAIR, RETRIEVE, UPLOAD
from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.submissions.ending import ending_of
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.transfer import ledger_store
from archive_flow.transfer.ledger_store import LedgerStore
from archive_flow.transfer.shipment import Shipment, data_set_name
from archive_flow.upload.shipment import UploadShipment
from globus_provider.hooks.globus import GlobusHook
from globus_provider.operators.transfer import GlobusTransferOperator
from support.stack import Stack


@dataclass
class Tasks:
    """The mapped group of one data set; what its tasks pushed outlives a try, as XComs do.

    hook  : what submits; the run's own unless a test needs another
    route : UPLOAD, RETRIEVE or REPAIR
    """

    run: Run
    item: WorkItem
    hook: GlobusHook | None = None
    route: TransferRoute = UPLOAD
    pushed: dict[str, Any] = field(default_factory=dict)

    @property
    def shipment(self) -> Shipment:
        if self.route is REPAIR:
            return RepairShipment(self.route.name, self.item, why=self.run.params["why"])
        kind = UploadShipment if self.route is UPLOAD else RetrieveShipment
        return kind(self.route.name, self.item)

    def submit(self) -> str | None:
        """The transfer task; None if there was nothing to move."""
        context: Any = {"ti": SimpleNamespace(xcom_push=lambda key, value: self.pushed.update({key: value}))}
        name = self.shipment.name
        operator = GlobusTransferOperator(
            task_id="submit",
            source_collection=str(self.run.place(name.origin).collection),
            destination_collection=str(self.run.place(name.destination).collection),
            transfer_label=self.shipment.label,
            submission_store=LedgerStore(context, name.route, self.shipment),
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger_store, "open_run", lambda route, context, **given: nullcontext(self.run))
            task = operator._submit_once(context, self.hook or self.run.hook)
        self.pushed["transfer"] = task
        return task

    def wait(self) -> None:
        """Until the service says that the transfer is over."""
        while task := self.pushed["transfer"]:
            if self.run.hook.task(task)["status"] not in ("ACTIVE", "INACTIVE"):
                return

    def record(self, *, given_up: str = "") -> Result:
        """What the record task makes of the results of the others."""
        previous = PreviousTasks(
            transfer_task_id=self.pushed.get("transfer"),
            n_items=self.pushed.get("n_items"),
            refused=self.pushed.get("refused", ""),
            given_up=given_up,
        )
        ending = ending_of(self.run, data_set_name(self.route.name, self.item), previous)
        return self.route._record(self.run, self.item, ending)

    def all(self) -> Result:
        """One try of each."""
        self.submit()
        self.wait()
        return self.record()


def back(run: Run, item: WorkItem, *, origin: str, destination: str) -> Tasks:
    """The tasks that bring an archived data set to a scratch place."""
    again = replace(item, origin=origin, destination=destination)
    return Tasks(replace(run, route=RETRIEVE.name, run_id="retrieval 1"), again, route=RETRIEVE)


def with_digests(run: Run) -> Run:
    """The same run, which reads each file at the source."""
    fixity = run.settings.fixity.model_copy(update={"source_sha256": True})
    return replace(run, settings=run.settings.model_copy(update={"fixity": fixity}))


@dataclass(frozen=True)
class Death:
    """When a worker is killed: before or after the nth call of a function, `module:name` or `module:Class.name`."""

    function: str
    when: str
    nth: int = 1

    def arm(self) -> None:
        module, _, path = self.function.partition(":")
        *parents, name = path.split(".")
        owner: Any = import_module(module)
        for parent in parents:
            owner = getattr(owner, parent)
        setattr(owner, name, self._dying(getattr(owner, name)))

    def _dying(self, function: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0

        @wraps(function)
        def dying(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == self.nth and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            if calls == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return dying


def killed(stack: Stack, tasks: Tasks, death: Death) -> bool:
    """Do all tasks of a data set in a process of its own, as a worker does; whether that was killed."""
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(stack, tasks, death))
    worker.start()
    worker.join()
    return worker.exitcode == -signal.SIGKILL


def _work(stack: Stack, tasks: Tasks, death: Death) -> None:
    death.arm()
    with stack.catalog() as catalog:
        replace(tasks, run=replace(tasks.run, catalog=catalog, hook=globus_hook(tasks.run.settings))).all()
