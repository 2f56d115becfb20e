"""Since when a data set has been in its state, whatever reasons it has had since."""

import datetime as dt

from tests.integration.catalog.samples import state

from session_archive.catalog.open import Catalog
from session_archive.states.state import State

FIRST = dt.datetime(2021, 1, 2, 3, tzinfo=dt.UTC)
NIGHT = dt.timedelta(days=1)


def test_a_state_is_as_old_as_its_first_row_after_another_state(catalog: Catalog) -> None:
    session, other, _ = catalog.expected_sessions("raw-ephys")
    history = [State.FAILED, State.READY, State.FAILED, State.FAILED]
    for night, what in enumerate(history):
        reason = f"night {night}"
        catalog.states.record([state(session, what=what, reason=reason, changed_at=FIRST + night * NIGHT)])
    # Another type of the same session, and another session, have ages of their own.
    catalog.states.record(
        [
            state(session, what=State.WAITING, data_set_type="tracking-video", changed_at=FIRST + 3 * NIGHT),
            state(other, what=State.FAILED, changed_at=FIRST),
        ]
    )
    ages = catalog.state_ages.since(catalog.states.newest_rows())
    assert ages == {
        ("raw-ephys", session.id): FIRST + 2 * NIGHT,
        ("tracking-video", session.id): FIRST + 3 * NIGHT,
        ("raw-ephys", other.id): FIRST,
    }


def test_what_no_run_has_looked_at_has_no_age(catalog: Catalog) -> None:
    counts = catalog.state_counts.of(kinds=["raw-ephys"], states=frozenset(State))
    assert counts.rows and catalog.state_ages.since(counts.rows) == {}
