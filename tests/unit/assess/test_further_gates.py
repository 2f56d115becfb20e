"""A session may have several data sets; only its own, or all that was kept of it, gives the session its state."""

import uuid

import pytest
from tests.unit.assess.samples import (
    CONVENTIONS,
    DIRECTORY,
    NAME,
    OTHER,
    SESSION,
    claim,
    coverage,
    known,
    replica,
)
from tests.unit.assess.test_left_out import GATE, decided, decision

from session_archive.assess.further_gates import main_and_further, with_gates
from session_archive.assess.left_out import Gate
from session_archive.assess.on_rig import judge_claim
from session_archive.assess.verdict import KnownDataSet, Record
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.states.state import State

((THERE,),) = decided(decision(GATE)).gates.values()
((GONE,),) = decided(decision(GATE), of=()).gates.values()
OF_GATE = LinkedDataSet(THERE.data_set, GATE.folder.directories[0])
WORDS = f"no such folder: rig1:{OF_GATE.directory} was given to {SESSION} by ann: I was there"


def claims(*gates: Gate, of=None, own_seen: bool = False):
    seen = {SESSION.id} if own_seen else set()
    return with_gates([of or claim()], {SESSION.id: gates}, own_seen=seen)


def test_a_gate_follows_its_sessions_own_data_set() -> None:
    own, gate = claims(THERE)
    assert own == claim()
    assert (gate.further, gate.found, gate.target) == (True, GATE.as_found, THERE.data_set.id)
    assert (gate.label, own.label) == (f"{SESSION} g1", str(SESSION))


@pytest.mark.parametrize(
    ("of", "own_seen"),
    [
        (claim(State.NOT_FOUND), True),
        (claim(State.NOT_FOUND, decided=True), False),
        (claim(State.AMBIGUOUS), False),
        (claim(State.IGNORED), False),
    ],
)
def test_a_gate_does_not_stand_for_a_session_that_has_or_had_a_folder_of_its_own(of, own_seen: bool) -> None:
    own, gate = claims(THERE, of=of, own_seen=own_seen)
    assert (own, gate.further) == (of, True)


def test_all_that_was_kept_of_a_run_stands_for_its_session() -> None:
    (only,) = claims(THERE, of=claim(State.NOT_FOUND))
    assert (only.further, only.found, only.target, only.decided) == (False, GATE.as_found, SESSION.id, True)
    first, second = claims(GONE, THERE, of=claim(State.NOT_FOUND))
    assert (first.found, second.found) == (GATE.as_found, None), "one that is still there, if there is any"


def test_a_session_keeps_its_state_when_what_stood_for_it_is_gone_from_the_rig() -> None:
    (only,) = claims(GONE, of=claim(State.NOT_FOUND))
    of_gate = known(further={SESSION.id: (OF_GATE,)})
    archived = known(further={SESSION.id: (OF_GATE,)})
    archived = type(archived)({OF_GATE.name.id: replica()}, {}, {}, further=archived.further)
    assert judge_claim(only, of_gate, coverage()) == Record(State.NOT_FOUND, WORDS)
    assert judge_claim(only, archived, coverage()) == Record(
        State.ARCHIVED, f"on the rig: {WORDS}", of=KnownDataSet(OF_GATE.name, OF_GATE.directory, 7, 700)
    )
    # A gate that is archived says nothing of a session whose own folder is lost.
    assert judge_claim(claim(State.NOT_FOUND), archived, coverage()) == Record(
        State.NOT_FOUND, "no such folder"
    )
    _, further = claims(GONE)
    assert judge_claim(further, archived, coverage()) == judge_claim(only, archived, coverage())


def test_the_layout_says_which_data_set_of_a_session_is_a_gate() -> None:
    own = LinkedDataSet(NAME, DIRECTORY)
    other = uuid.uuid4()
    word = LinkedDataSet(OTHER, "SC023/catgt_SC023_010121_g0")
    main, further = main_and_further(
        {SESSION.id: (OF_GATE, own), other: (word,), uuid.UUID(int=9): (OF_GATE,)}, conventions=CONVENTIONS
    )
    assert main == {SESSION.id: own, other: word}
    assert further == {SESSION.id: (OF_GATE,), uuid.UUID(int=9): (OF_GATE,)}


def test_a_further_data_set_needs_no_second_link() -> None:
    linked = known(linked=NAME, further={SESSION.id: (OF_GATE,)})
    linked = type(linked)(
        {OF_GATE.name.id: replica(), NAME.id: replica()}, linked.linked, {}, further=linked.further
    )
    assert not linked.needs_link(OF_GATE.name, SESSION.id)
    assert not linked.needs_link(NAME, SESSION.id)
    assert type(linked)(linked.replicas, linked.linked, {}).needs_link(OF_GATE.name, SESSION.id)
