"""GlobusCancelOperator: ends a transfer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from globus_provider.errors import fail_without_retry
from globus_provider.links import TRANSFER_TASK_ID, GlobusTaskLink

if TYPE_CHECKING:
    from airflow.sdk import Context


class GlobusCancelOperator(BaseOperator):
    """Cancel a transfer task; files that arrived stay. A transfer that has ended already is not an error.

    transfer_task_id : (templated)
    """

    template_fields: Sequence[str] = ("transfer_task_id", "globus_conn_id")
    operator_extra_links = (GlobusTaskLink(),)
    ui_color = "#d7e8f7"

    def __init__(
        self, *, transfer_task_id: str, globus_conn_id: str = "globus_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.transfer_task_id = transfer_task_id
        self.globus_conn_id = globus_conn_id

    def execute(self, context: Context) -> str:
        """The service's code for what it did, e.g. "Canceled"."""
        from globus_provider.hooks.globus import GlobusHook

        context["ti"].xcom_push(key=TRANSFER_TASK_ID, value=self.transfer_task_id)
        with fail_without_retry():
            return GlobusHook(globus_conn_id=self.globus_conn_id).cancel(self.transfer_task_id)
