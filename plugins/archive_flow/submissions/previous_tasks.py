"""The results of the submit and wait tasks of a mapped group, as its record task reads them."""

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
    """The results of the tasks before this one.

    transfer_task_id : of the submit task; None when it submitted nothing
    n_items          : files it had to send; 0 when all of them existed already, None when it failed before it knew
    refused          : why it refused the data set; '' when it did not
    given_up         : why the wait gave up a transfer that is still trying; '' when it did not
    not_sent         : why the submit task failed; '' when it did not
    """

    transfer_task_id: str | None = None
    n_items: int | None = None
    refused: str = ""
    given_up: str = ""
    not_sent: str = ""

    @property
    def no_transfer(self) -> str:
        """Why there is no transfer, in words."""
        return f"the submission did not get through: {self.not_sent or 'see the log of task submit'}"


def previous_tasks(context: Context, submit: str, group: str) -> PreviousTasks:
    """The results of submit and wait of the same mapped group."""
    ti = context["ti"]

    def pull(task: str, key: str = "return_value") -> Any:
        return ti.xcom_pull(task_ids=f"{group}.{task}", key=key, map_indexes=ti.map_index)

    failure = pull(WAIT, FAILURE) or {}
    return PreviousTasks(
        transfer_task_id=pull(submit),
        n_items=pull(submit, "n_items"),
        refused=pull(submit, "refused") or "",
        given_up=failure.get("reason", ""),
        not_sent=pull(submit, NOT_SENT) or "",
    )
