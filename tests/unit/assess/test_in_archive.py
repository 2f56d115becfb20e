"""DISCOVER: what becomes of a session and its folder in the archive, table by table."""

import pytest
from tests.unit.assess.samples import (
    DIRECTORY,
    NAME,
    OTHER,
    claim,
    coverage,
    known,
    replica,
    unlisted,
)

from session_archive.assess.in_archive import Step, judge_claim, next_step
from session_archive.assess.known import Known
from session_archive.assess.verdict import Assessment, KnownDataSet, Leave, Record
from session_archive.listing.unlisted import Unlisted
from session_archive.states.state import State

MANIFEST = {NAME: [(".session-archive/raw-ephys/SC022/2021-01-01.json", 100)]}


def test_a_folder_decides_if_no_part_of_its_data_set_may_be_hidden() -> None:
    assert judge_claim(claim(), known(), coverage()) is None
    assert judge_claim(claim(), known(), coverage(unlisted("rig1", "SC022"))) == Leave()


@pytest.mark.parametrize("state", [State.AMBIGUOUS, State.IGNORED])
def test_what_names_or_people_decided_is_recorded(state: State) -> None:
    for of_type in (known(), known(imported=True)):
        assert judge_claim(claim(state, reason="why"), of_type, coverage()) == Record(state, "why")


MISSING = Record(
    State.REFUSED,
    "old catalog recorded 9 files of it, but the archive has no such folder",
    of=KnownDataSet(NAME, DIRECTORY),
)


@pytest.mark.parametrize(
    ("of_type", "of", "expected"),
    [
        # It may be on a rig; only the upload calls it not found.
        (known(), [], Leave()),
        (known(imported=True), [], MISSING),
        (known(imported=True), [unlisted("archive-video")], MISSING),
        (known(imported=True), [unlisted("archive-ephys")], Leave()),
        (known(imported=True), [unlisted("archive-ephys", "SC022")], Leave()),
        (known(imported=True), [unlisted("archive-ephys", "SC023")], MISSING),
        (known(replica(), imported=True), [], Leave()),
    ],
)
def test_a_session_without_a_folder(of_type: Known, of: list[Unlisted], expected: Assessment) -> None:
    assert judge_claim(claim(State.NOT_FOUND), of_type, coverage(*of)) == expected


@pytest.mark.parametrize(
    ("of_type", "step"),
    [
        (known(), Step.TAKE_UP),
        (known(sidecars=MANIFEST), Step.TAKE_UP),
        (known(busy=frozenset({NAME.id})), Step.LEAVE),
        (known(unseen=frozenset({NAME})), Step.LEAVE),
        (known(busy=frozenset({OTHER.id}), unseen=frozenset({OTHER})), Step.TAKE_UP),
        (known(replica()), Step.LEAVE),
        (known(replica(), sidecars=MANIFEST), Step.LEAVE),
        (known(replica(verified=False)), Step.ASK_PEOPLE),
        (known(replica(verified=False), sidecars={NAME: []}), Step.ASK_PEOPLE),
        (known(replica(verified=False), sidecars=MANIFEST), Step.TAKE_UP),
        (known(replica(verified=False), sidecars=MANIFEST, busy=frozenset({NAME.id})), Step.LEAVE),
        (known(replica(verified=False), sidecars=MANIFEST, unseen=frozenset({NAME})), Step.LEAVE),
    ],
)
def test_the_step_for_a_folder(of_type: Known, step: Step) -> None:
    assert next_step(NAME, of_type) is step
