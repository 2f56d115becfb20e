"""The one state of a data set with several copies: the worst, and how many are archived."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.states.copies import state_of_copies
from session_archive.states.state import ALARMS, State, StateRow

LOCATIONS = ("tape", "cloud")


def row(state: State, reason: str = "", *, place: str) -> StateRow:
    return StateRow("raw-ephys", UUID(int=1), state, reason, place=place)


def merged(**states: tuple[State, str]) -> tuple[State, str]:
    copies = {place: row(*state, place=place) for place, state in states.items()}
    found = state_of_copies(copies, LOCATIONS)
    assert found.place == "", "it is the state of the data set"
    return found.state, found.reason


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        (
            {"tape": (State.ARCHIVED, ""), "cloud": (State.ARCHIVED, "")},
            (State.ARCHIVED, "2 of 2 copies archived: tape, cloud"),
        ),
        (
            {"tape": (State.ARCHIVED, ""), "cloud": (State.FAILED, "no room")},
            (State.FAILED, "cloud: no room; 1 of 2 copies archived: tape"),
        ),
        (
            {"tape": (State.ARCHIVED, "")},
            (State.READY, "cloud: no copy yet; 1 of 2 copies archived: tape"),
        ),
        # What is said of both is said once.
        (
            {"tape": (State.WAITING, "it still changes"), "cloud": (State.WAITING, "it still changes")},
            (State.WAITING, "it still changes"),
        ),
        ({"tape": (State.SUBMITTED, "on its way")}, (State.SUBMITTED, "on its way")),
        (
            {"tape": (State.SUBMITTED, "on its way"), "cloud": (State.ARCHIVED, "")},
            (State.SUBMITTED, "tape: on its way; 1 of 2 copies archived: cloud"),
        ),
    ],
)
def test_the_worst_copy_decides(copies: Mapping[str, tuple[State, str]], expected: tuple[State, str]) -> None:
    assert merged(**copies) == expected


def test_what_a_rig_no_longer_has_begins_its_reason_so() -> None:
    """`open_states` reads no further what begins so: it must stay at the beginning."""
    gone = (State.ARCHIVED, "on the rig: no such folder")
    assert merged(tape=gone, cloud=gone)[1].startswith("on the rig: ")


def test_a_location_that_archive_toml_no_longer_has_does_not_count() -> None:
    assert merged(tape=(State.ARCHIVED, ""), cloud=(State.ARCHIVED, ""), old=(State.DAMAGED, "cut")) == (
        State.ARCHIVED,
        "2 of 2 copies archived: tape, cloud",
    )


@given(st.dictionaries(st.sampled_from(["tape", "cloud", "vault"]), st.sampled_from(State), min_size=1))
def test_nothing_but_every_copy_makes_it_archived(states: Mapping[str, State]) -> None:
    locations = ("tape", "cloud", "vault")
    found = state_of_copies({place: row(state, place=place) for place, state in states.items()}, locations)
    whole = len(states) == len(locations)
    if found.state is State.ARCHIVED:
        assert whole and set(states.values()) <= {State.ARCHIVED, State.IGNORED, State.GONE, State.RETRIEVED}
    if ALARMS & set(states.values()):
        assert found.state in ALARMS
    if whole and set(states.values()) == {State.ARCHIVED}:
        assert found.state is State.ARCHIVED
