"""A sidecar manifest speaks for its own data set and folder; on all else a person is asked."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.sidecar.test_document import CARRIED, DIRECTORY, WHEN

from session_archive.fixity.manifest import Manifest
from session_archive.sidecar.authority import foreign_decisions, own_decisions
from session_archive.sidecar.trust import assess_trust
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession

OTHER = {"subject_id": 1, "session": 1}
IGNORED = Decision(Verdict.IGNORE, decided_by="ann", decided_at=WHEN, why="test")


def session(place: str, **about: Any) -> Decision:
    return replace(CARRIED.decisions[0], place=place, **about)


@pytest.mark.parametrize(
    ("decision", "own"),
    [
        (replace(IGNORED, verdict=Verdict.ACCEPT_CONTENT, data_set=CARRIED.data_set, manifest_id="0"), True),
        (replace(IGNORED, verdict=Verdict.WITHDRAW, data_set=CARRIED.data_set), True),
        (replace(IGNORED, place="ephys", directory=DIRECTORY), True),
        (session("ephys"), True),
        (session("ephys", session_key=OTHER), True),
        (session("rig"), True),
        (session("rig", session_key=OTHER), False),
        (session("rig", directory="SC022/another"), False),
        (session("rig", data_set_type="raw-video"), False),
        (replace(IGNORED, place="rig", directory=DIRECTORY), False),
        (replace(IGNORED, verdict=Verdict.WITHDRAW, place="rig", directory=DIRECTORY), False),
        (replace(IGNORED, place="ephys", directory="SC022"), False),
        (replace(IGNORED, place="ephys", directory=DIRECTORY, data_set_type="raw-video"), False),
        (replace(IGNORED, session_id=uuid.UUID(int=3), session_key=CARRIED.session_key), False),
        (replace(IGNORED, session_id=uuid.UUID(int=3), data_set_type="raw-ephys"), False),
        (replace(IGNORED, verdict=Verdict.ACCEPT_CONTENT, data_set="raw-ephys/SC022/2021-01-02"), False),
    ],
)
def test_a_decision_counts_by_itself_only_on_this_data_set_and_its_folder(
    decision: Decision, own: bool
) -> None:
    sidecar = CARRIED.model_copy(update={"decisions": (decision,)})
    assert own_decisions(sidecar) == ((decision,) if own else ())
    assert foreign_decisions(sidecar) == (() if own else (decision,))


def test_a_decision_that_needs_a_person_gives_the_data_set_no_session() -> None:
    key = {"subject_id": 407513, "session": 2}
    theirs = LabSession(uuid.UUID(int=3), key, "SC099", WHEN.date(), None)
    listed = Manifest.of(CARRIED.files)
    for decision, trusted in ((session("rig"), True), (session("rig", data_set_type="raw-video"), False)):
        report = assess_trust(
            [CARRIED.model_copy(update={"decisions": (decision,)})],
            data_set=CARRIED.name,
            location="ephys",
            directory=DIRECTORY,
            listed=listed,
            claimed={},
            sessions=[theirs],
        )
        assert bool(report.newest) == trusted
        assert trusted or "no decision assigns it" in report.words
