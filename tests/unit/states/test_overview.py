"""Every expected data set is in exactly one state, whatever the log of states holds."""

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from session_archive.states.overview import SAFE, UNSAFE, Tally, in_states, overview, tally, unclaimed_targets
from session_archive.states.state import LabSession, State, StateRow

IDS = [uuid.UUID(int=number) for number in range(12)]


def lab_session(target: uuid.UUID) -> LabSession:
    return LabSession(target, {"session": target.int}, "SC022", dt.date(2021, 1, 1), None)


@given(
    expected=st.lists(st.sampled_from(IDS), unique=True),
    newest=st.dictionaries(st.sampled_from(IDS), st.sampled_from(list(State))),
)
def test_the_states_sum_to_the_expected_sessions_and_unclaimed_stands_apart(
    expected: list[uuid.UUID], newest: dict[uuid.UUID, State]
) -> None:
    targets = [target.bytes for target in expected]
    # The catalog hands states over as the text that it keeps.
    known = {target.bytes: str(state) for target, state in newest.items()}
    counted = tally("raw-ephys", expected=targets, newest=known)
    assert counted.expected == len(expected)
    assert sum(counted.states.values()) == len(expected)
    assert counted.unclaimed == len(unclaimed_targets(targets, known))
    assert counted.unclaimed == sum(
        state is State.UNCLAIMED and target not in expected for target, state in newest.items()
    )
    listed = [in_states(targets, known, [state]) for state in State]
    assert sorted(target for some in listed for target in some) == sorted(targets), (
        "in exactly one state each"
    )
    assert {state: len(some) for state, some in zip(State, listed, strict=True) if some} == counted.states
    assert in_states(targets, known, list(State)) == targets, "in the order given"
    rows = [StateRow("raw-ephys", target, state) for target, state in newest.items()]
    rows_shown = overview("raw-ephys", expected=map(lab_session, expected), states=rows)
    assert len(rows_shown) == counted.expected + counted.unclaimed, "and the list says the same as the counts"


def test_unseen_is_not_found_and_who_is_expected_no_more_does_not_count() -> None:
    seen, unseen, gone = (target.bytes for target in IDS[:3])
    counted = tally("raw-ephys", expected=[seen, unseen], newest={seen: "archived", gone: "failed"})
    assert counted.states == {State.ARCHIVED: 1, State.NOT_FOUND: 1}
    assert counted.unclaimed == 0


def test_only_archived_and_ignored_sessions_are_safe() -> None:
    assert {State.ARCHIVED, State.IGNORED} == SAFE
    assert set(State) - SAFE - UNSAFE == {State.UNCLAIMED, State.GONE, State.RETRIEVED}, (
        "of no expected session"
    )


def test_a_tally_without_folders_has_none_unclaimed_and_rows_are_in_the_order_of_sessions() -> None:
    assert Tally("raw-ephys", {}).unclaimed == Tally("raw-ephys", {}).expected == 0
    rows = [
        StateRow("raw-ephys", target, State.UNCLAIMED, session=session, data_set=data_set)
        for target, session, data_set in zip(IDS, ("b", "a", "a"), ("x", "z", "y"), strict=False)
    ]
    assert overview("raw-ephys", expected=[], states=rows) == [rows[2], rows[1], rows[0]]
