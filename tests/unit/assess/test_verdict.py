"""What becomes of a data set whose files could not be listed, and which states need a person."""

import pytest

from session_archive.assess.verdict import Record, not_listed
from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.states.state import State


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (MissingDirectoryError("a is gone"), State.WAITING, "vanished while it was listed: a is gone"),
        (NoAnswerError("rig1 is off"), State.WAITING, "its place did not answer: rig1 is off"),
        (ListingError("may not be read"), State.REFUSED, "may not be read"),
    ],
)
def test_what_could_not_be_listed_is_refused_unless_nobody_can_mend_it(
    error: ListingError, state: State, words: str
) -> None:
    assert not_listed(error) == Record(state, words)


@pytest.mark.parametrize("state", list(State))
def test_an_alarm_is_a_state_that_fails_the_run(state: State) -> None:
    assert Record(state).is_alarm == (state in (State.REFUSED, State.FAILED, State.CHANGED, State.DAMAGED))
