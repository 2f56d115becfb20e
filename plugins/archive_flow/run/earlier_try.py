"""What an earlier try of a task did before its worker died: Airflow does not know it, the catalog does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.run.work_item import Result
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context


def tried_before(context: Context) -> bool:
    """Whether this is a retry. The first try after a person cleared the task is none: the one before it succeeded."""
    ti = context["ti"]
    # Clearing a task adds its retries to the tries that it has had.
    return bool(ti.try_number > ti.max_tries - (ti.task.retries or 0) + 1)


def with_earlier_try(results: Iterable[Result], verified: Collection[str]) -> list[Result]:
    """The results, where what an earlier try has committed is as new as if this one had.

    A worker that dies between the commit and the end of its task has reported nothing to Airflow.

    verified : names of the data sets that this run has verified
    """
    return [
        replace(result, new=True)
        if result.state is State.ARCHIVED and result.data_set in verified
        else result
        for result in results
    ]
