"""A repair sends only bytes that were just read, to a path that is empty; wherever it is broken off, it goes on."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from tests.integration.flow.sent import PLACE, SentDataSet
from tests.integration.flow.tasks import Death, Tasks, back, killed, with_digests

from archive_flow.audit.content import audit_in_place
from archive_flow.audit.record import audit_copies
from archive_flow.repair.choose import choose_repairs
from archive_flow.routes import REPAIR
from archive_flow.run.context import Run
from archive_flow.run.report import Selected
from archive_flow.run.work_item import Result
from globus_provider.errors import NotNow
from session_archive.errors import ArchiveError
from session_archive.states.state import State
from support.stack import Stack

CONTENT = b"as recorded"
WHY = "a disk of the archive failed"
_NUMBERS = itertools.count(1)


def _local(place: Any, path: Path) -> Any:
    """The place, which this worker can read."""
    return place.model_copy(update={"declared_local_path": str(path)})


class Archived:
    """An archived data set of two files, which this worker can read in the archive."""

    def __init__(self, night: Run, stack: Stack, *, readable: bool = True) -> None:
        self.stack = stack
        settings = night.settings
        analysis = {"analysis": _local(settings.scratch["analysis"], stack.scratch / "retrieved")}
        settings = settings.model_copy(update={"scratch": {**settings.scratch, **analysis}})
        if readable:
            archive = {PLACE: _local(settings.locations[PLACE], stack.archive / "4ElectrodeRig_Ephys")}
            settings = settings.model_copy(update={"locations": {**settings.locations, **archive}})
        self.night = replace(with_digests(replace(night, settings=settings)), believed={})
        self.sent = SentDataSet(self.night, stack, origin="rig")
        self.file = self.copy(0)

    def copy(self, number: int) -> Path:
        return self.stack.archive / "4ElectrodeRig_Ephys" / self.sent.paths[number]

    def send(self) -> Archived:
        assert Tasks(self.night, self.sent.item).all().state is State.ARCHIVED
        return self

    def damage(self, how: str, number: int = 0) -> Archived:
        """Damage a file, and let an audit find it."""
        self.spoil(self.copy(number), how)
        self.audit()
        assert self.state() is State.DAMAGED
        return self

    @staticmethod
    def spoil(file: Path, how: str) -> None:
        times = file.stat()
        if how == "missing":
            file.unlink()
        else:
            file.write_bytes(b"As recorded" if how == "flipped" else b"as rec")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def audit(self) -> list[Result]:
        run_id = f"audit {next(_NUMBERS)}"
        run = replace(self.night, route="audit", dag_id="audit_archive", run_id=run_id, believed={})
        item = replace(self.sent.item, origin=PLACE, proof=run.place(PLACE).local_path is not None)
        return audit_in_place(run, item) if item.proof else audit_copies(run, [item])

    def state(self) -> State:
        rows = self.night.catalog.states.of_data_sets([str(self.sent.name)], "raw-ephys")
        return rows[-1].state

    def reason(self) -> str:
        return self.night.catalog.states.of_data_sets([str(self.sent.name)], "raw-ephys")[-1].reason

    def run(self, run_id: str = "repair 1", **params: Any) -> Run:
        return replace(
            self.night,
            route=REPAIR.name,
            dag_id="repair_archive",
            run_id=run_id,
            started_by="ann",
            params={"data_sets": [str(self.sent.name)], "why": WHY, **params},
            believed={},
        )

    def choose(self, run_id: str = "repair 1", **params: Any) -> Selected:
        return choose_repairs(self.run(run_id, **params))

    def tasks(self, run_id: str = "repair 1") -> Tasks:
        chosen = self.choose(run_id)
        assert chosen.report.alarms == []
        (item,) = chosen.work_items
        return Tasks(self.run(run_id), item, route=REPAIR)

    def asides(self) -> list[bytes]:
        """The content of what was set aside of this data set."""
        table, part = self.night.catalog.tables.Repair, self.night.catalog.tables.Repair.SetAside
        rows = (part & (table & {"data_set_id": self.sent.name.id})).to_dicts(order_by="noted_at")
        files = [self.stack.archive / "4ElectrodeRig_Ephys" / row["aside_path"] for row in rows]
        return [file.read_bytes() for file in files if file.exists()]

    def written(self) -> list[str]:
        """What the service wrote of this data set, after its upload."""
        effects = self.stack.globus.effects("written")
        paths = [line["path"] for line in effects if self.sent.directory in line["path"]]
        return [path.removeprefix("/4ElectrodeRig_Ephys/") for path in paths][len(self.sent.paths) :]

    def renamed(self) -> int:
        return sum(line["path"].endswith(self.file.name) for line in self.stack.globus.effects("renamed"))


@pytest.fixture(autouse=True)
def tried(night: Run) -> None:
    for place in night.settings.locations.values():
        night.catalog.aside_trials.record(place, works=True)


@pytest.fixture
def archived(night: Run, stack: Stack) -> Archived:
    return Archived(night, stack).send()


REPAIRS = "session_archive.catalog.data_sets.repairs:Repairs"
LEDGER = "session_archive.catalog.history.ledger:Ledger"
HOOK = "globus_provider.hooks.globus:GlobusHook"


@pytest.mark.fault(80)
@pytest.mark.parametrize("then", ["the retry", "another run"])
@pytest.mark.parametrize(
    ("death", "n_asides"),
    [
        pytest.param(Death(f"{REPAIRS}.begin", "before"), 0, id="before the row"),
        pytest.param(Death(f"{REPAIRS}.begin", "after"), 0, id="between row and rename"),
        pytest.param(Death(f"{HOOK}.rename", "after"), 1, id="between rename and transfer"),
        pytest.param(Death(f"{LEDGER}.begin", "after"), 1, id="before the POST"),
        pytest.param(Death(f"{HOOK}.submit", "after"), 1, id="after the POST"),
        pytest.param(Death(f"{LEDGER}.finish", "after"), 1, id="between transfer and record"),
        pytest.param(Death(f"{REPAIRS}.finish", "before"), 1, id="before the catalog is written"),
        pytest.param(
            Death("session_archive.catalog.data_sets.audits:Audits.append", "after"),
            1,
            id="in the transaction",
        ),
        pytest.param(Death(f"{REPAIRS}.finish", "after"), 1, id="after the commit"),
    ],
)
def test_a_repair_that_is_killed_goes_on_where_it_was(
    archived: Archived, death: Death, n_asides: int, then: str
) -> None:
    archived.damage("flipped")
    tasks = archived.tasks()
    assert killed(archived.stack, tasks, death)
    assert archived.asides() == [b"As recorded"] * n_asides
    if death.when == "after" and death.function.endswith("Repairs.finish"):
        assert archived.state() is State.ARCHIVED
        if then == "another run":
            with pytest.raises(ArchiveError, match="no audit has found"):
                archived.choose("repair 2")
            return
    again = tasks if then == "the retry" else archived.tasks("repair 2")
    result = Tasks(again.run, again.item, route=REPAIR).all()
    assert result.state is State.ARCHIVED, result
    assert archived.file.read_bytes() == CONTENT
    assert archived.asides() == [b"As recorded"]
    assert archived.written() == [archived.sent.paths[0]]
    assert "from rig; asked for by ann: a disk of the archive failed" in archived.reason()
    table = archived.night.catalog.tables.Repair & {"data_set_id": archived.sent.name.id}
    assert len(table) == len(archived.night.catalog.tables.Repair.Ended & table.proj())
    assert archived.night.catalog.damages.of((archived.sent.name.id,), PLACE) == {}


@pytest.mark.fault(79)
def test_where_the_rigs_copy_is_rotten_too_the_scratch_place_is_next(archived: Archived) -> None:
    name = archived.sent.name
    retrieval = back(archived.night, archived.sent.item, origin=PLACE, destination="analysis")
    assert retrieval.all().state is State.RETRIEVED
    archived.damage("flipped")
    archived.spoil(archived.sent.root / archived.sent.paths[0], "flipped")
    chosen = archived.choose()
    assert [item.origin for item in chosen.work_items] == ["analysis"], chosen.report.alarms
    assert f"{name}: 1 file, 11 bytes, from analysis to {PLACE}" in chosen.report.plan[0]
    assert archived.tasks().all().state is State.ARCHIVED
    assert archived.file.read_bytes() == CONTENT
    assert "1 file from analysis" in archived.reason()


@pytest.mark.fault(81)
@pytest.mark.parametrize("at_rig", ["flipped", "cut", "missing"])
def test_without_a_good_copy_nothing_moves_and_what_is_lost_is_said(archived: Archived, at_rig: str) -> None:
    archived.damage("flipped")
    archived.spoil(archived.sent.root / archived.sent.paths[0], at_rig)
    chosen = archived.choose()
    assert chosen.work_items == []
    (alarm,) = chosen.report.alarms
    assert "no good copy of 1 file, 11 bytes, was found anywhere" in alarm
    assert archived.sent.paths[0] in alarm
    why = {"flipped": "SHA256", "cut": "6 bytes there, 11 bytes cataloged", "missing": "not there"}[at_rig]
    assert why in alarm
    assert (archived.written(), archived.asides(), archived.renamed()) == ([], [], 0)
    assert archived.file.read_bytes() == b"As recorded"
    assert archived.state() is State.DAMAGED


@pytest.mark.fault(81)
def test_what_rots_after_it_was_chosen_is_read_again_and_nothing_is_renamed(archived: Archived) -> None:
    archived.damage("cut")
    tasks = archived.tasks()
    archived.spoil(archived.sent.root / archived.sent.paths[0], "flipped")
    with pytest.raises(
        AirflowFailException, match=r"rig:.* is not as cataloged: SHA256 .* Nothing was set aside or sent"
    ):
        tasks.submit()
    assert (archived.written(), archived.asides(), archived.renamed()) == ([], [], 0)
    assert archived.file.read_bytes() == b"as rec"
    assert tasks.record().state is State.REFUSED
    assert archived.state() is State.DAMAGED


def test_a_part_is_repaired_although_the_rest_is_lost(archived: Archived) -> None:
    archived.damage("flipped").damage("missing", 1)
    archived.spoil(archived.sent.root / archived.sent.paths[0], "missing")
    chosen = archived.choose()
    assert len(chosen.report.alarms) == 1
    (item,) = chosen.work_items
    assert Tasks(archived.run(), item, route=REPAIR).all().state is State.DAMAGED
    assert archived.copy(1).read_bytes() == CONTENT
    assert archived.written() == [archived.sent.paths[1]]
    assert archived.file.read_bytes() == b"As recorded"
    assert "1 of 2 files are not as cataloged" in archived.reason()


@pytest.mark.fault(79)
def test_a_file_that_rots_again_is_repaired_again(archived: Archived) -> None:
    for number in (1, 2):
        archived.damage("flipped")
        assert archived.tasks(f"repair {number}").all().state is State.ARCHIVED
        assert archived.file.read_bytes() == CONTENT
        assert archived.asides() == [b"As recorded"] * number
    assert archived.written() == [archived.sent.paths[0]] * 2
    with pytest.raises(
        ArchiveError, match=r"no audit has found raw-ephys.* damaged, so that there is nothing"
    ):
        archived.choose("repair 3")


@pytest.mark.fault(82)
def test_while_an_upload_of_it_is_open_a_repair_is_refused_and_one_that_was_chosen_waits(
    archived: Archived,
) -> None:
    archived.damage("flipped")
    tasks = archived.tasks()
    begun = archived.sent.begin()
    chosen = archived.choose("repair 2")
    assert chosen.work_items == []
    assert "is under way (route upload, run night 1); repair it when that is over" in chosen.report.alarms[0]
    with pytest.raises(NotNow, match="is under way"):
        tasks.submit()
    assert (archived.asides(), archived.renamed()) == ([], 0)
    from session_archive.transfers.submission import End, Outcome

    archived.night.catalog.ledger.finish(begun.submission_id, Outcome(End.LOST, "never posted"))
    assert tasks.all().state is State.ARCHIVED


@pytest.mark.fault(82)
def test_an_audit_leaves_a_copy_alone_while_it_is_repaired(archived: Archived) -> None:
    archived.damage("flipped")
    tasks = archived.tasks()
    tasks.submit()
    assert [result.state for result in archived.audit()] == [State.SUBMITTED]
    tasks.wait()
    assert tasks.record().state is State.ARCHIVED
    assert [result.state for result in archived.audit()] == [State.ARCHIVED]


def test_a_file_that_was_put_back_is_compared_and_nothing_is_sent(archived: Archived) -> None:
    archived.damage("missing")
    archived.file.write_bytes(CONTENT)
    assert archived.tasks().all().state is State.ARCHIVED
    assert (archived.written(), archived.asides()) == ([], [])
    assert "the files were whole when it came to them" in archived.reason()


def test_where_the_archive_cannot_be_read_globus_proves_the_content(night: Run, stack: Stack) -> None:
    archived = Archived(night, stack, readable=False).send().damage("cut")
    assert archived.tasks().all().state is State.ARCHIVED
    assert archived.file.read_bytes() == CONTENT
    tables = archived.night.catalog.tables
    (row,) = (tables.Verification & {"data_set_id": archived.sent.name.id, "route": "repair"}).to_dicts()
    assert "1 " in row["method"] and "Globus" in row["method"]


def test_where_the_archive_cannot_be_read_what_was_put_back_needs_an_audit(night: Run, stack: Stack) -> None:
    archived = Archived(night, stack, readable=False).send().damage("missing")
    archived.file.write_bytes(b"AS RECORDED")
    chosen = archived.choose()
    assert chosen.work_items == []
    assert "Let an audit look at it first" in chosen.report.alarms[0]
    assert archived.file.read_bytes() == b"AS RECORDED"


@pytest.mark.fault(83)
def test_what_may_not_be_renamed_is_refused_and_nothing_is_sent(archived: Archived) -> None:
    archived.damage("flipped")
    archived.stack.globus.fault(
        match="POST */rename", do="status", status=403, code="PermissionDenied", times=0
    )
    try:
        with pytest.raises(AirflowFailException, match="could not be set aside, so that nothing was sent"):
            archived.tasks().submit()
    finally:
        archived.stack.globus.clear_faults()
    assert archived.file.read_bytes() == b"As recorded"
    assert (archived.written(), archived.state()) == ([], State.DAMAGED)
    assert archived.tasks().all().state is State.ARCHIVED
    assert archived.asides() == [b"As recorded"]


@pytest.mark.fault(83)
def test_a_place_that_nobody_has_tried_is_not_repaired(archived: Archived) -> None:
    archived.damage("flipped")
    archived.night.catalog.aside_trials.record(archived.night.place(PLACE), works=False, detail="refused")
    chosen = archived.choose()
    assert chosen.work_items == []
    assert f"at {PLACE}; `session-archive doctor --transfer` does" in chosen.report.alarms[0]


def test_without_a_cataloged_digest_a_copy_is_not_repaired(
    archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.damage("cut")
    monkeypatch.setattr(
        "archive_flow.repair.damaged_copy.agreed",
        lambda digests, files: {file.path: {} for file in files.files},
    )
    chosen = archived.choose()
    assert chosen.work_items == []
    (alarm,) = chosen.report.alarms
    assert "not repaired: the catalog has no checksum of 1 file, the first: " in alarm


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"data_sets": ["raw-ephys/SC999/2021-01-01"]},
            "the archive holds no data set 'raw-ephys/SC999/2021-01-01'",
        ),
        ({"data_sets": ["SC999"]}, "param data_sets: "),
        ({"data_sets": []}, "param why: it is a yes to the repair of data sets that data_sets names"),
    ],
)
def test_a_wrong_request_is_one_line(archived: Archived, params: dict[str, Any], message: str) -> None:
    with pytest.raises(ArchiveError, match=message) as caught:
        archived.choose(**params)
    assert "\n" not in str(caught.value)


def test_without_a_reason_the_run_asks(archived: Archived) -> None:
    archived.damage("flipped")
    report = archived.choose(why=None).report
    assert "Asked for by ann" in report.approval["subject"]
    assert "1 file, 11 bytes, from rig to archive-ephys; 1 damaged file set aside" in report.approval["body"]
    assert archived.choose().report.approval == {}


@pytest.mark.fault(79)
def test_what_arrived_and_rotted_at_once_ends_no_damage(archived: Archived) -> None:
    archived.damage("cut")
    tasks = archived.tasks()
    tasks.submit()
    tasks.wait()
    archived.spoil(archived.file, "flipped")
    result = tasks.record()
    assert result.state is State.DAMAGED
    assert archived.state() is State.DAMAGED
    assert archived.tasks("repair 2").all().state is State.ARCHIVED
    assert archived.file.read_bytes() == CONTENT
    assert archived.asides() == [b"as rec", b"As recorded"]
