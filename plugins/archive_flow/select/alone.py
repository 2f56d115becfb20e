"""Trouble of one data set stays its own: it becomes that data set's state, and stops no other."""

from __future__ import annotations

from collections.abc import Callable

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.errors import ListingError, NamingError, NoAnswerError, NotThereError, RefusedError
from session_archive.naming.session_name import lines
from session_archive.states.state import State, StateRow

#: What is to be said of one expected session: take it up, its state, or nothing new.
Verdict = WorkItem | StateRow | None


def judge_alone(run: Run, work_item: WorkItem, judge: Callable[[], Verdict]) -> Verdict:
    """What `judge` says of one data set; a name that cannot be kept, or a refusal, is this data set's own."""
    try:
        return judge()
    except (NamingError, RefusedError) as error:
        return work_item.state(State.REFUSED, str(error), run_id=run.run_id)


def not_listed(run: Run, work_item: WorkItem, error: ListingError) -> StateRow:
    """Of a data set whose folder was found: nobody has to act where it vanished, or where nobody answered."""
    if isinstance(error, NotThereError):
        return work_item.state(State.WAITING, f"vanished while it was listed: {error}", run_id=run.run_id)
    if isinstance(error, NoAnswerError):
        run.could_not_list(work_item.origin, lines(work_item.directory)[0], error)
        return work_item.state(State.WAITING, f"its place did not answer: {error}", run_id=run.run_id)
    return work_item.state(State.REFUSED, str(error), run_id=run.run_id)
