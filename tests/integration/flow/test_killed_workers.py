"""A worker is killed at any point: the retry makes one transfer, one row, and nothing half done stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.flow.sent import PLACE, SentDataSet
from tests.integration.flow.tasks import Death, Tasks, back, killed, with_digests

from archive_flow.run.context import Run
from globus_provider.errors import NotNow
from globus_provider.hooks.globus import GlobusHook
from session_archive.catalog.history.ledger import Ledger
from session_archive.errors import CatalogUnavailableError
from session_archive.listing.digests import sha256
from session_archive.states.state import State
from session_archive.transfers.submission import End, Outcome, Submission
from support.stack import Stack


@pytest.fixture
def sent(night: Run, stack: Stack) -> SentDataSet:
    return SentDataSet(with_digests(night), stack, origin="rig")


def transfers(sent: SentDataSet) -> int:
    accepted = sent.stack.globus.effects("accepted")
    return sum(str(sent.name) in line["label"] for line in accepted)


def written(sent: SentDataSet) -> list[str]:
    return sorted(
        line["path"].removeprefix("/4ElectrodeRig_Ephys/")
        for line in sent.stack.globus.effects("written")
        if sent.directory in line["path"]
    )


def rows(sent: SentDataSet) -> dict[str, int]:
    tables, key = sent.night.catalog.tables, {"data_set_id": sent.name.id}
    found = {
        "files": tables.DataSet.PhysicalFile,
        "replicas": tables.Replica,
        "verifications": tables.Verification,
    }
    return {name: len(table & key) for name, table in found.items()}


NOTHING = {"files": 0, "replicas": 0, "verifications": 0}
ALL = {"files": 2, "replicas": 1, "verifications": 1}
LEDGER = "session_archive.catalog.history.ledger:Ledger"
WRITER = "session_archive.catalog.data_sets.replica_writer:ReplicaWriter"


@pytest.mark.parametrize("then", ["night 1", "night 2"])
@pytest.mark.parametrize(
    ("death", "n_transfers", "recorded"),
    [
        pytest.param(
            Death("archive_flow.upload.source_digests:sha256", "before", nth=2), 0, NOTHING,
            marks=pytest.mark.fault(1), id="as it reads the second file",
        ),
        pytest.param(
            Death(f"{LEDGER}.begin", "after"), 0, NOTHING,
            marks=pytest.mark.fault(2), id="before the POST",
        ),
        pytest.param(
            Death("globus_provider.hooks.globus:GlobusHook.submit", "after"), 1, NOTHING,
            marks=pytest.mark.fault(3), id="after the POST",
        ),
        pytest.param(
            Death(f"{LEDGER}.accept", "after"), 1, NOTHING,
            marks=pytest.mark.fault(3), id="after the answer was saved",
        ),
        pytest.param(
            Death(f"{LEDGER}.finish", "after"), 1, NOTHING,
            marks=pytest.mark.fault(4), id="after the end was saved",
        ),
        pytest.param(
            Death(f"{WRITER}.record_replica", "before"), 1, NOTHING,
            marks=pytest.mark.fault(4), id="before the catalog is written",
        ),
        pytest.param(
            Death("session_archive.catalog.history.states:States.append", "before"), 1, NOTHING,
            marks=pytest.mark.fault(5), id="in the transaction",
        ),
        pytest.param(
            Death(f"{WRITER}.record_replica", "after"), 1, ALL,
            marks=pytest.mark.fault(6), id="after the commit",
        ),
    ],
)  # fmt: skip
def test_the_retry_or_the_next_night_after_a_kill_sends_and_records_each_file_once(
    stack: Stack, sent: SentDataSet, death: Death, n_transfers: int, recorded: dict[str, int], then: str
) -> None:
    assert killed(stack, Tasks(sent.night, sent.item), death)
    assert (transfers(sent), rows(sent)) == (n_transfers, recorded)
    result = Tasks(replace(sent.night, run_id=then), sent.item).all()
    assert (result.state, result.new) == (State.ARCHIVED, recorded == NOTHING)
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)
    assert [file.path for file in sent.cataloged()] == sent.paths
    for path in sent.paths:
        assert (stack.archive / "4ElectrodeRig_Ephys" / path).read_bytes() == b"as recorded"


@pytest.mark.fault(1)
def test_what_a_killed_worker_has_read_is_not_read_again(
    night: Run, stack: Stack, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    death = Death("archive_flow.upload.source_digests:sha256", "before", nth=2)
    assert killed(stack, Tasks(sent.night, sent.item), death)
    read: list[str] = []

    def noted(root: Path, path: str) -> object:
        read.append(path)
        return sha256(root, path)

    monkeypatch.setattr("archive_flow.upload.source_digests.sha256", noted)
    Tasks(sent.night, sent.item).submit()
    assert len(read) == 1


@pytest.mark.parametrize(
    ("death", "n_transfers"),
    [
        pytest.param(Death(f"{LEDGER}.begin", "after"), 0, marks=pytest.mark.fault(2)),
        pytest.param(
            Death("globus_provider.hooks.globus:GlobusHook.submit", "after"), 1, marks=pytest.mark.fault(3)
        ),
        pytest.param(Death(f"{WRITER}.record_retrieval", "before"), 1, marks=pytest.mark.fault(4)),
        pytest.param(Death(f"{WRITER}.record_retrieval", "after"), 1, marks=pytest.mark.fault(6)),
    ],
)
def test_the_retry_of_a_killed_retrieval_brings_and_records_each_file_once(
    stack: Stack, sent: SentDataSet, death: Death, n_transfers: int
) -> None:
    assert Tasks(sent.night, sent.item).all().state is State.ARCHIVED
    retrieval = back(sent.night, sent.item, origin=PLACE, destination="analysis")
    assert killed(stack, retrieval, death)
    assert transfers(sent) == 1 + n_transfers
    assert retrieval.all().state is State.RETRIEVED
    arrived = [line["path"] for line in stack.globus.effects("written") if "/retrieved/" in line["path"]]
    assert sorted(path for path in arrived if sent.directory in path) == [
        f"/retrieved/{path}" for path in sent.paths
    ]
    assert transfers(sent) == 2
    tables, key = sent.night.catalog.tables, {"data_set_id": sent.name.id}
    assert (len(tables.Retrieval & key), len(tables.Verification & key)) == (1, 2)


@pytest.mark.fault(12)
def test_two_runs_at_once_make_one_transfer(night: Run, stack: Stack, sent: SentDataSet) -> None:
    manual = Tasks(replace(sent.night, run_id="manual"), sent.item)

    class Slow(GlobusHook):
        def submit(self, request, *, submission_id):
            manual.submit()
            return super().submit(request, submission_id=submission_id)

    nightly = Tasks(sent.night, sent.item, hook=Slow(globus_conn_id=night.settings.globus.connection))
    nightly.submit()
    assert nightly.pushed["transfer"] == manual.pushed["transfer"]
    nightly.wait()
    results = [tasks.record() for tasks in (manual, nightly)]
    assert [(result.state, result.new) for result in results] == [
        (State.ARCHIVED, True),
        (State.ARCHIVED, False),
    ]
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)


@pytest.mark.fault(14)
def test_the_cleared_tasks_of_a_finished_run_send_and_record_nothing(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    assert Tasks(sent.night, sent.item).all().new
    again = Tasks(sent.night, sent.item).all()
    later = Tasks(replace(sent.night, run_id="night 2"), sent.item).all()
    for result in (again, later):
        assert (result.state, result.new, result.changed) == (State.ARCHIVED, False, False)
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)


@pytest.mark.fault(16)
def test_a_wait_that_is_called_a_success_too_early_catalogs_nothing(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    stack.globus.fault(file=f"*{sent.paths[0]}", do="permission_denied", times=0)
    tasks = Tasks(sent.night, sent.item)
    tasks.submit()
    early = tasks.record()
    assert (early.state, rows(sent)) == (State.SUBMITTED, NOTHING)
    stack.globus.clear_faults()
    tasks = Tasks(replace(sent.night, run_id="night 2"), sent.item)
    assert tasks.all().state is State.ARCHIVED
    assert (transfers(sent), written(sent)) == (1, sorted(sent.paths))
    assert sent.night.catalog.ledger.open_submission(sent.name.id, "upload", PLACE) is None


@pytest.mark.fault(55)
def test_a_database_connection_that_dies_during_the_wait_loses_nothing(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    with stack.catalog() as catalog:
        tasks = Tasks(replace(sent.night, catalog=catalog), sent.item)
        tasks.submit()
        tasks.wait()
        [number] = catalog.writer._store.connection.query("SELECT CONNECTION_ID()").fetchone()
        stack.database.execute(f"KILL {number}")
        with pytest.raises(CatalogUnavailableError, match="does not answer"):
            tasks.record()
    with stack.catalog() as catalog:
        retry = Tasks(replace(sent.night, catalog=catalog), sent.item, pushed=tasks.pushed)
        assert (retry.submit(), retry.record().state) == (tasks.pushed["transfer"], State.ARCHIVED)
        sent.night = replace(sent.night, catalog=catalog)
        assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)


@pytest.mark.fault(10)
def test_a_worker_that_goes_on_after_another_has_done_its_work_sends_nothing(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    other = Tasks(replace(sent.night, run_id="the other try"), sent.item)

    class Slow(GlobusHook):
        def submission_id(self):
            assert other.all().state is State.ARCHIVED
            return super().submission_id()

    slow = Tasks(sent.night, sent.item, hook=Slow(globus_conn_id=night.settings.globus.connection))
    with pytest.raises(NotNow, match="another task has begun to send raw-ephys"):
        slow.submit()
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)
    assert Tasks(sent.night, sent.item).all().state is State.ARCHIVED
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)


@pytest.mark.fault(10)
def test_a_worker_whose_submission_was_given_up_meanwhile_does_not_post_it(
    night: Run, stack: Stack, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, other = night.catalog.ledger, Tasks(replace(sent.night, run_id="the other try"), sent.item)

    def begin_and_pause(self: Ledger, submission: Submission, **values: Any) -> None:
        begin(self, submission, **values)
        monkeypatch.undo()
        ledger.finish(submission.submission_id, Outcome(End.LOST, "it was taken for dead"))
        assert other.all().state is State.ARCHIVED

    begin = Ledger.begin
    monkeypatch.setattr(Ledger, "begin", begin_and_pause)
    with pytest.raises(NotNow, match="another task has begun to send raw-ephys"):
        Tasks(sent.night, sent.item).submit()
    assert (transfers(sent), written(sent), rows(sent)) == (1, sorted(sent.paths), ALL)
