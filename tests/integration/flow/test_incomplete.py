"""A recording of which a part is lost is sent once a person accepts it, and its state says so from then on."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.integration.flow.sent import DAY, PLACE, SentDataSet

from archive_flow.cli.accept import accept
from archive_flow.discover.record import record_found
from archive_flow.routes import DISCOVER
from archive_flow.run.context import Run
from archive_flow.run.report import add_up
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.decisions import record_decisions
from archive_flow.select.incomplete import incomplete_files
from archive_flow.select.on_rig import OnRig
from session_archive.errors import ArchiveError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.request.selection import Selection
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from support.stack import Stack

SUBJECT, WHY = "SC038", "the disk was full, I mended nothing"


@pytest.fixture
def sent(night: Run, stack: Stack) -> Iterator[SentDataSet]:
    """A run of which the .meta is lost."""
    data_set = SentDataSet(night, stack, origin="rig", subject=SUBJECT)
    (stack.rig / data_set.paths.pop()).unlink()
    yield data_set
    data_set.remove()
    for table in ("data_set_state", "decision", "look__finding", "look"):
        stack.database.execute(f"DELETE FROM archive.{table}")


def looked(night: Run, *, dry_run: bool = False, **params: list[str]) -> Assessments:
    """A night of this one day; its states are recorded."""
    selection = Selection(
        kinds=frozenset({"raw-ephys"}),
        subjects=frozenset({SUBJECT}),
        dates=((DAY, DAY),),
        dry_run=dry_run,
    )
    run = replace(night, selection=selection, params=params, believed={}, given=[], started_by="ann")
    found = assess_folders(OnRig(run))
    if not dry_run:
        run.catalog.states.record(found.rows)
    return found


def test_only_what_a_run_found_incomplete_can_be_accepted(
    night: Run, sent: SentDataSet, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
    login = {
        "USER": "session_archive",
        "PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        "PORT": stack.database.port,
    }
    for key, value in login.items():
        monkeypatch.setenv(f"SESSION_ARCHIVE_CATALOG_{key}", str(value))
    with pytest.raises(ArchiveError, match="no run has listed its files yet"):
        accept(str(sent.name), incomplete=True, why=WHY)
    looked(night)
    accept(str(sent.name), incomplete=True, why=WHY, by="bob")
    (decision,) = night.catalog.decisions.made()
    assert (decision.verdict, decision.decided_by) == (Verdict.ACCEPT_INCOMPLETE, "bob")
    assert [each.data_set for each in looked(night).work_items] == [str(sent.name)]
    (night.settings.sources["rig"].local_path / sent.paths[0]).unlink()
    sent.write(f"{sent.directory}/notes.txt", b"only notes", at=1_609_500_000)
    looked(night)
    with pytest.raises(ArchiveError, match="nothing was missing when its files were last listed"):
        incomplete_files(night.settings, night.catalog, sent.name)
    for line, words in (
        ("raw-ephys/SC038 = x", "is not a data set name"),
        ("maps/SC038/2021-01-01 = x", "'maps' is not in archive.toml"),
        (f"{sent.name} = ", "with the reason"),
    ):
        with pytest.raises(ArchiveError, match=f"param accept_incomplete: '.*{words}"):
            looked(night, accept_incomplete=[line])


def test_a_person_accepts_what_is_there_and_the_archive_says_what_is_missing(
    night: Run, sent: SentDataSet
) -> None:
    line, (binary,) = f"{sent.name} = {WHY}", sent.paths
    (waiting,) = looked(night).rows
    assert (waiting.state, f"{binary}: has no .meta beside it" in waiting.reason) == (State.WAITING, True)
    # A dry run shows what would be sent, and decides nothing.
    assert [each.data_set for each in looked(night, dry_run=True, accept_incomplete=[line]).work_items] == [
        str(sent.name)
    ]
    assert night.catalog.decisions.made() == []
    found = looked(night, accept_incomplete=[line])
    (item,), (decision,) = found.work_items, night.catalog.decisions.made()
    assert (decision.verdict, decision.decided_by) == (Verdict.ACCEPT_INCOMPLETE, "ann")
    assert decision.why.startswith(WHY)
    assert any(binary in line for line in add_up(found.notes).noted.named)
    # It holds for these files only.
    os.utime(night.settings.sources["rig"].local_path / binary, (1_609_600_000, 1_609_600_000))
    assert [each.state for each in looked(night).rows] == [State.WAITING]
    os.utime(night.settings.sources["rig"].local_path / binary, (1_609_500_000, 1_609_500_000))
    (item,) = looked(night).work_items
    sent.item = item
    recorded = sent.record(sent.arrive())
    assert recorded.state is State.ARCHIVED
    for reason in (recorded.reason, looked(night).rows[0].reason):
        assert reason.startswith(f"accepted as incomplete by ann on {decision.decided_at:%Y-%m-%d}: {WHY}")
        assert f"{binary}: has no .meta beside it" in reason
    kept = night.catalog.observations.findings_of(sent.name.id, item.manifest_id)
    assert [(each.path, each.blocks) for each in kept] == [(binary, True)]
    (verification,) = [
        each for each in night.catalog.tables.Verification.to_dicts() if each["verdict"] == "verified"
    ]
    assert "accepted as incomplete by ann" in verification["method"]


def test_an_incomplete_copy_in_the_archive_is_cataloged_once_a_person_accepts_it(
    night: Run, sent: SentDataSet, stack: Stack
) -> None:
    """Accepting it says nothing about its content: it is unverified."""
    name = DataSetName("raw-ephys", SessionName("SC077", DAY))
    folder, binary = "SC077/catgt_SC077_010121_g0", "SC077_010121_g0_t0.nidq.bin"
    copy = stack.archive / "4ElectrodeRig_Ephys" / folder / binary
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"as recorded")
    item = replace(sent.item, data_set=str(name), directory=folder, origin=PLACE, session_key={})
    discovery = replace(night, route=DISCOVER.name, believed={}, started_by="ann")
    data_sets = {
        kind: each.model_copy(update={"unclaimed": "archive"})
        for kind, each in discovery.settings.data_sets.items()
    }
    discovery = replace(discovery, settings=discovery.settings.model_copy(update={"data_sets": data_sets}))
    for _ in range(2):
        (waiting,) = record_found(discovery, [item], key="1", given_up="")
        assert waiting.state is State.WAITING
        assert f"incomplete in the archive: {folder}/{binary}: has no .meta" in waiting.reason
    accepting = replace(discovery, params={"accept_incomplete": [f"{name} = {WHY}"]}, given=[])
    record_decisions(accepting)
    (recorded,) = record_found(discovery, [item], key="1", given_up="")
    assert recorded.state is State.UNVERIFIED
    assert f"accepted as incomplete by ann on {dt.datetime.now(dt.UTC):%Y-%m-%d}: {WHY}" in recorded.reason
    assert f"{folder}/{binary}: has no .meta" in recorded.reason
