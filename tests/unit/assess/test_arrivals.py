"""UPLOAD: transfers that nobody has recorded, and whose session each is."""

import uuid
from dataclasses import replace

import pytest
from tests.unit.assess.samples import EXPECTED, FOUND, NAME, OTHER, SESSION, claim, known, replica
from tests.unit.transfers.test_unrecorded import ARRIVED, FIRST, LOST

from session_archive.assess.arrivals import claim_of, recorded_first, worth_recording
from session_archive.assess.known import Known
from session_archive.assess.verdict import Assessment, Leave, Record, Transfer
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.recording.sessions import Claim
from session_archive.states.state import State
from session_archive.transfers.submission import Outcome
from session_archive.transfers.unrecorded import Unrecorded

ELSEWHERE = replace(SESSION, id=uuid.UUID(int=23), subject="SC023")
GONE = claim(State.NOT_FOUND)
#: Another session, whose folder was found.
OTHERS = Claim(ELSEWHERE, OTHER.session, found=replace(FOUND, folder=replace(FOUND.folder, data_set=OTHER)))
#: A further gate that is no longer on the rig.
GATE = replace(
    claim(State.NOT_FOUND, decided=True), further=True, given=LinkedDataSet(NAME, FOUND.folder.directory)
)


@pytest.mark.parametrize(
    ("claims", "sent_for", "expected"),
    [
        # Its folder is there, and decides.
        ([OTHERS, claim()], None, claim()),
        ([OTHERS, claim()], ELSEWHERE.id, claim()),
        # It was sent for this session.
        ([OTHERS, GONE], SESSION.id, GONE),
        ([claim(State.AMBIGUOUS)], SESSION.id, claim(State.AMBIGUOUS)),
        ([claim(State.IGNORED)], SESSION.id, claim(State.IGNORED)),
        ([OTHERS, GONE], ELSEWHERE.id, OTHERS),
        # Nothing says for which it was sent: the convention's name, where nothing contradicts it.
        ([OTHERS, GONE], None, GONE),
        ([OTHERS, GONE], uuid.UUID(int=99), GONE),
        # A further gate has a target of its own.
        ([GONE, GATE], NAME.id, GATE),
        ([GATE, GONE], SESSION.id, GONE),
        ([claim(State.AMBIGUOUS)], None, None),
        ([claim(State.NOT_FOUND, decided=True)], None, None),
        ([OTHERS], None, None),
        ([], None, None),
    ],
)
def test_the_session_of_what_was_sent(
    claims: list[Claim], sent_for: uuid.UUID | None, expected: Claim | None
) -> None:
    assert NAME.session == EXPECTED
    assert claim_of(NAME, claims, sent_for=sent_for) == expected


OF_NAME = replace(FIRST, data_set=str(NAME))


@pytest.mark.parametrize(
    ("outcome", "of", "worth"),
    [
        (ARRIVED, known(), True),
        # Files that came later are in no row yet.
        (ARRIVED, known(replica()), True),
        (None, known(replica()), True),
        # Just these files are archived, or only seen.
        (ARRIVED, known(replace(replica(), manifest_id="m1")), False),
        (ARRIVED, known(replace(replica(verified=False), manifest_id="m1")), True),
        (LOST, known(), True),
        (LOST, known(replica(verified=False)), False),
    ],
)
def test_what_is_worth_recording(outcome: Outcome | None, of: Known, worth: bool) -> None:
    assert worth_recording(Unrecorded(OF_NAME, outcome), of) is worth


@pytest.mark.parametrize(
    ("outcome", "assessment", "manifest_id", "first"),
    [
        (ARRIVED, Transfer(), "m1", True),
        (None, Transfer(), "m1", True),
        (ARRIVED, Record(State.NOT_FOUND), "", True),
        # What a forgotten transfer has not written is sent at once, if the rig still shows what was promised.
        (LOST, Transfer(), "m1", False),
        (LOST, Transfer(), "m2", True),
        (LOST, Record(State.WAITING), "m1", True),
        (LOST, Leave(), "", True),
    ],
)
def test_what_was_sent_is_recorded_whatever_its_folder_shows(
    outcome: Outcome | None, assessment: Assessment, manifest_id: str, first: bool
) -> None:
    unrecorded = Unrecorded(OF_NAME, outcome)
    assert recorded_first(unrecorded, assessment, manifest_id=manifest_id) is first
