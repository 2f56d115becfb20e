"""UPLOAD and REPLICATE: who gives one more copy of what another location has."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.unit.assess.samples import DIRECTORY, NAME, claim, coverage, known, manifest, replica

from session_archive.assess.known import CopyElsewhere
from session_archive.assess.on_rig import CameLater, Step, judge_claim, judge_copy, next_step
from session_archive.assess.replicate import given_by_rig
from session_archive.assess.verdict import KnownDataSet, Record
from session_archive.recording.cataloged import ReplicaInfo
from session_archive.states.state import State, StateRow

TAPE = CopyElsewhere("tape", 1)
ELSEWHERE = {NAME.id: TAPE}


@pytest.mark.parametrize(
    ("here", "lacks"),
    [
        (None, True),
        (replace(replica(), revision=1), False),
        # Later files were archived at the other location only.
        (replace(replica(), revision=0), True),
        # These have ways of their own: a proof, an audit, a repair.
        (replica(verified=False), False),
        (replace(replica(), damaged=True), False),
    ],
)
def test_what_a_location_lacks(here: ReplicaInfo | None, lacks: bool) -> None:
    assert known(here, elsewhere=ELSEWHERE).copy_lacking(NAME) == (TAPE if lacks else None)
    assert known(here).copy_lacking(NAME) is None, "nobody else has it"


def test_a_copy_comes_before_all_other_steps() -> None:
    assert next_step(None, accepted=False, route="upload", elsewhere=TAPE) is Step.COPY
    assert next_step(None, accepted=False, route="upload") is Step.LIST


def test_a_copy_that_no_rig_gives_is_ready_for_the_other_location() -> None:
    absent = claim(State.NOT_FOUND)
    of_another = known(linked=NAME, elsewhere=ELSEWHERE)
    assert judge_claim(absent, of_another, coverage()) == Record(
        State.READY,
        "to be copied from tape: on the rig, it is not found: no such folder",
        of=KnownDataSet(NAME, DIRECTORY),
    )
    assert judge_claim(claim(State.IGNORED, reason="test"), of_another, coverage()) == Record(
        State.IGNORED, "test"
    )
    assert judge_claim(absent, known(linked=NAME), coverage()) == Record(State.NOT_FOUND, "no such folder")


def test_the_rig_gives_a_copy_of_just_the_archived_files() -> None:
    archived = manifest(a=1, b=2)
    assert judge_copy(archived=archived, on_rig=archived, other=TAPE) is None
    changed = judge_copy(archived=archived, on_rig=manifest(a=1, b=3), other=TAPE)
    assert isinstance(changed, Record) and changed.state is State.CHANGED
    assert isinstance(judge_copy(archived=archived, on_rig=manifest(a=1, b=2, c=3), other=TAPE), CameLater)
    part = judge_copy(archived=archived, on_rig=manifest(a=1), other=TAPE)
    assert part == Record(
        State.READY, "to be copied from tape: the rig no longer has 1 of its files, such as b.bin"
    )
    # Some came later and others are gone: only the other location has all of the archived ones.
    mixed = judge_copy(archived=archived, on_rig=manifest(a=1, c=3), other=TAPE)
    assert isinstance(mixed, Record) and mixed.state is State.READY


@pytest.mark.parametrize(
    ("path", "reason", "by_rig"),
    [
        ("rig1:SC022/a", "it still changes", True),
        ("rig1:SC022/a", "to be copied from tape: the rig no longer has 1 of its files", False),
        ("SC022/a", "to be copied from tape: on the rig, it is not found", False),
        ("tape:SC022/a", "transfer task 1 failed", False),
    ],
)
def test_a_copy_is_left_to_the_upload_while_a_rig_gives_it(path: str, reason: str, by_rig: bool) -> None:
    row = StateRow("raw-ephys", UUID(int=1), State.WAITING, reason, path, place="cloud")
    assert given_by_rig(row, row, rigs={"rig1"}) is by_rig
    gone = replace(row, state=State.GONE)
    assert not given_by_rig(gone, row, rigs={"rig1"})


def test_a_copy_that_nobody_has_looked_at_is_left_to_no_rig() -> None:
    assert not given_by_rig(None, None, rigs={"rig1"})
