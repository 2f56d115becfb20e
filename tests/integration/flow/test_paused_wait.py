"""A transfer that waits for a person is seen while its run still waits for it, and so is that it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import pytest
from tests.integration.flow.sent import SentDataSet

from archive_flow.run.context import Run
from archive_flow.transfer import report_standing as module
from archive_flow.transfer.report_standing import report_standing
from archive_flow.upload.shipment import UploadShipment
from globus_provider.task_status import Progress, judge
from session_archive import clock
from session_archive.errors import CatalogUnavailableError
from session_archive.states.state import State, StateRow
from support.stack import Stack


def look(run: Run, task: str) -> tuple[Mapping[str, Any], Progress]:
    document = run.hook.task(task)
    return document, judge(document, now=clock.utc_now(), patience=3600)


def state(night: Run, sent: SentDataSet) -> StateRow:
    rows = night.catalog.states.newest_rows(data_set_type="raw-ephys")
    return next(row for row in rows if row.data_set == str(sent.name))


@pytest.fixture
def transfers(console: Callable[..., Any]) -> Callable[[], list[str]]:
    """What `session-archive status` says of transfers."""

    def lines() -> list[str]:
        shown: list[str] = json.loads(console("status", "--json").stdout)["transfers"]
        return shown

    return lines


def test_a_pause_is_in_the_state_and_in_status_while_the_run_waits_and_ends_there_too(
    night: Run, stack: Stack, transfers: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "open_run", lambda route, context, **given: nullcontext(night))
    sent = SentDataSet(night, stack, origin="rig")
    shipment = UploadShipment("upload", sent.item)
    stack.globus.fault(file=f"*{sent.paths[1]}", do="permission_denied", times=0)
    begun = sent.begin()
    task = str(sent.post(begun))
    night.catalog.ledger.accept(begun.submission_id, sent.post(begun))
    shipment.submitted(night)
    assert transfers() == []
    stack.globus.change_task(task, "pause", message="disk swap on Friday")
    document, progress = look(night, task)
    assert report_standing({}, document, progress, route="upload", shipment=shipment, hook=night.hook)
    row = state(night, sent)
    assert (row.state, "disk swap on Friday; ask the administrators" in row.reason) == (State.SUBMITTED, True)
    (line,) = transfers()
    assert line.startswith(str(sent.name)) and "disk swap on Friday" in line
    stack.globus.change_task(task, "resume")
    document, progress = look(night, task)
    assert report_standing({}, document, progress, route="upload", shipment=shipment, hook=night.hook)
    assert state(night, sent).reason == "on its way to the archive"
    assert transfers() == []


def test_where_the_catalog_does_not_answer_the_wait_goes_on_and_reports_later(
    night: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(route: str, context: object, **given: object) -> object:
        raise CatalogUnavailableError("does not answer")

    monkeypatch.setattr(module, "open_run", silent)
    sent = SentDataSet(night, stack, origin="rig")
    shipment = UploadShipment("upload", sent.item)
    task = str(sent.send().transfer_task_id)
    assert not report_standing({}, *look(night, task), route="upload", shipment=shipment, hook=night.hook)
