"""What the submit and wait tasks of a mapped group left behind, for its record task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive_flow.run.work_item import WAIT
from globus_provider.operators.transfer import FAILURE as NOT_SENT
from globus_provider.sensors.transfer import FAILURE

if TYPE_CHECKING:
    from airflow.sdk import Context


@dataclass(frozen=True, slots=True)
class PreviousTasks:
    """What the tasks before this one left behind.

    transfer_task_id : of the submit task; None when it submitted nothing
    n_items          : what it had to send; 0 when everything was there already, None when it did not get so far
    refused          : why it refused the data set; '' when it did not
    given_up         : why the wait gave up a transfer that still tries; '' when it did not
    not_sent         : why the submit task failed; '' when it did not
    """

    transfer_task_id: str | None = None
    n_items: int | None = None
    refused: str = ""
    given_up: str = ""
    not_sent: str = ""

    @property
    def lost(self) -> str:
        """Why there is no transfer, in words."""
        return f"the submission did not get through: {self.not_sent or 'the log of task submit says why'}"


def previous_tasks(context: Context, submit: str, group: str) -> PreviousTasks:
    """What submit and wait of the same mapped group left behind."""
    ti = context["ti"]

    def left_behind(task: str, key: str = "return_value") -> Any:
        return ti.xcom_pull(task_ids=f"{group}.{task}", key=key, map_indexes=ti.map_index)

    failure = left_behind(WAIT, FAILURE) or {}
    return PreviousTasks(
        transfer_task_id=left_behind(submit),
        n_items=left_behind(submit, "n_items"),
        refused=left_behind(submit, "refused") or "",
        given_up=failure.get("reason", ""),
        not_sent=left_behind(submit, NOT_SENT) or "",
    )
