"""Isolates trouble with one data set: it becomes that data set's state, and stops no other."""

from __future__ import annotations

from collections.abc import Callable

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.errors import (
    ListingError,
    MissingDirectoryError,
    NamingError,
    NoAnswerError,
    RefusedError,
)
from session_archive.naming.session_name import lines
from session_archive.states.state import State, StateRow

#: Outcome of selection for one session: transfer it, record a state, or leave it unchanged.
Assessment = WorkItem | StateRow | None


def assess_alone(run: Run, work_item: WorkItem, judge: Callable[[], Assessment]) -> Assessment:
    """The assessment by `judge`; a name that cannot be stored, or a refusal, becomes this data set's state."""
    try:
        return judge()
    except (NamingError, RefusedError) as error:
        return work_item.state(State.REFUSED, str(error), run_id=run.run_id)


def not_listed(run: Run, work_item: WorkItem, error: ListingError) -> StateRow:
    """The state of a data set whose files could not be listed: refused, unless it vanished or nobody answered."""
    if isinstance(error, MissingDirectoryError):
        return work_item.state(State.WAITING, f"vanished while it was listed: {error}", run_id=run.run_id)
    if isinstance(error, NoAnswerError):
        run.could_not_list(work_item.origin, lines(work_item.directory)[0], error)
        return work_item.state(State.WAITING, f"its place did not answer: {error}", run_id=run.run_id)
    return work_item.state(State.REFUSED, str(error), run_id=run.run_id)
