"""The submit and wait tasks of a mapped group: the provider's operators, set up by one TransferOrder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from archive_flow.run.work_item import EXPECTED, SUBMIT, WAIT
from archive_flow.transfer.order import TransferOrder
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.sensors.transfer import GlobusTransferSensor
from globus_provider.task_status import Progress

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from archive_flow.transfer.ledger_store import LedgerStore
    from archive_flow.transfer.shipment import Shipment

#: The pool that limits how many submit tasks run at the same time; `session-archive setup` makes it.
SUBMIT_POOL = "session_archive_submit"


class SubmitOperator(GlobusTransferOperator):
    """Submit the one transfer of a mapped group; a submit survives an outage of hours as the wait does.

    order    : a TransferOrder as plain values; a mapped argument, known only when the task runs
    route    : its name
    shipment : called as `shipment(context, **op_kwargs)`
    """

    template_fields: Sequence[str] = (*GlobusTransferOperator.template_fields, "order")

    def __init__(self, *, order: Any, route: str, shipment: Callable[..., Shipment], **kwargs: Any) -> None:
        super().__init__(
            source_collection="",
            destination_collection="",
            transfer_label="",
            pool=SUBMIT_POOL,
            **kwargs,
        )
        self.order = order
        self._route, self._shipment = route, shipment

    def render_template_fields(self, context: Context, jinja_env: jinja2.Environment | None = None) -> None:
        """Take over the order's values, which the mapped argument holds only now."""
        super().render_template_fields(context, jinja_env)
        order = TransferOrder(**self.order)
        self.source_collection = order.source_collection
        self.destination_collection = order.destination_collection
        self.transfer_label = order.label
        self.globus_conn_id = order.globus_connection
        self.poll_interval = order.poll_interval
        self.give_up_at = order.deadline
        # Bound here, since Airflow copies the operator before it renders one.
        self.submission_store = self._ledger_store

    def _ledger_store(self, context: Context, **given: Any) -> LedgerStore:
        from archive_flow.transfer.ledger_store import LedgerStore

        return LedgerStore(context, self._route, self._shipment(context, **given), hook=self.hook)


class WaitOperator(GlobusTransferSensor):
    """Wait for the transfer of a mapped group, until it has ended or the run is over.

    A transfer that is still under way then is not a failure: the next run takes it up again.

    order, route, shipment, op_kwargs : as for SubmitOperator
    submit_id                         : of the submit task of the same group
    """

    template_fields: Sequence[str] = (*GlobusTransferSensor.template_fields, "order", "op_kwargs")

    def __init__(
        self,
        *,
        order: Any,
        route: str,
        shipment: Callable[..., Shipment],
        op_kwargs: Mapping[str, Any],
        submit_id: str = SUBMIT,
        **kwargs: Any,
    ) -> None:
        super().__init__(fail_on_timeout=False, cancel_on_kill=False, **kwargs)
        self.order = order
        self.op_kwargs = op_kwargs
        self._route, self._shipment, self._submit_id = route, shipment, submit_id

    def _expected(self, context: Context, order: TransferOrder) -> tuple[int | None, int | None]:
        """Files and bytes of the transfer: as the submit promised them, else as far as select knew."""
        ti = context["ti"]
        group, dot, _ = self.task_id.rpartition(".")
        promised = ti.xcom_pull(
            task_ids=group + dot + self._submit_id, key=EXPECTED, map_indexes=ti.map_index
        )
        return (promised["files"], promised["bytes"]) if promised else (order.n_files, order.n_bytes)

    def _report_standing(self, context: Context, document: Mapping[str, Any], progress: Progress) -> bool:
        from archive_flow.transfer.report_standing import report_standing

        return report_standing(
            context,
            document,
            progress,
            route=self._route,
            shipment=self._shipment(context, **self.op_kwargs),
            hook=self.hook,
        )

    def render_template_fields(self, context: Context, jinja_env: jinja2.Environment | None = None) -> None:
        """Take over the order's values, which the mapped argument holds only now."""
        super().render_template_fields(context, jinja_env)
        order = TransferOrder(**self.order)
        self.globus_conn_id = order.globus_connection
        self.poll_interval = order.poll_interval
        self.patience = order.patience
        self.deadline = order.deadline
        self.expected_files, self.expected_bytes = self._expected(context, order)
        # Bound here, since Airflow copies the operator before it renders one.
        self.on_change = self._report_standing


def submit_and_wait(
    *,
    order: Any,
    route: str,
    shipment: Callable[..., Shipment],
    op_kwargs: Mapping[str, Any],
    map_index_template: str,
    submit_id: str = SUBMIT,
    concurrency: int | None = None,
) -> WaitOperator:
    """Submit, then wait; returns the wait.

    concurrency : how many submit tasks of one run may run at the same time
    """
    submit = SubmitOperator(
        task_id=submit_id,
        order=order,
        route=route,
        shipment=shipment,
        op_kwargs=op_kwargs,
        max_active_tis_per_dagrun=concurrency,
        map_index_template=map_index_template,
    )
    wait = WaitOperator(
        task_id=WAIT,
        # Stands for the id until Airflow renders it.
        transfer_task_id=cast("str", submit.output),
        order=order,
        route=route,
        shipment=shipment,
        op_kwargs=op_kwargs,
        submit_id=submit_id,
        map_index_template=map_index_template,
    )
    submit >> wait
    return wait
