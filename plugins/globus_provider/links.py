"""Links from an Airflow task to Globus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink
from airflow.sdk.bases.xcom import BaseXCom

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

#: XCom key of every Airflow task about one transfer.
TRANSFER_TASK_ID = "transfer_task_id"


class GlobusTaskLink(BaseOperatorLink):
    """Opens the transfer task in the Globus web app; shown even while the Airflow task waits."""

    name = "Globus transfer"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The address of the task; '' if nothing was submitted."""
        # Airflow passes its own key, and types the SDK's.
        transfer_task_id = BaseXCom.get_value(key=TRANSFER_TASK_ID, ti_key=ti_key)  # type: ignore[arg-type]  # same fields
        return f"https://app.globus.org/activity/{transfer_task_id}" if transfer_task_id else ""
