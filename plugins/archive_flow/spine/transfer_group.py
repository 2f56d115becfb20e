"""Submit and wait: how a mapped group of the DAGs makes its one transfer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from archive_flow.run.pool import SUBMIT_POOL
from archive_flow.run.work_item import SUBMIT, WAIT
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.sensors.transfer import GlobusTransferSensor

if TYPE_CHECKING:
    from archive_flow.discover.fetch import Fetching
    from archive_flow.sidecar.send import Carrying
    from archive_flow.transfer.submit import Sending


def submit_and_wait(
    transfer: Sending | Fetching | Carrying,
    *,
    op_kwargs: Mapping[str, Any],
    map_index_template: str,
    source_collection: str,
    destination_collection: str,
    transfer_label: str,
    globus_connection: str,
    poll_interval: float,
    patience: float,
    deadline: str,
    submit_id: str = SUBMIT,
    concurrency: int | None = None,
) -> GlobusTransferSensor:
    """Submit, then wait; returns the wait. Each argument but the first is a plain value, or stands for a mapped one.

    transfer    : gives the items to send, and stores the submission
    concurrency : how many submit tasks of one run may run at the same time
    """
    submit = GlobusTransferOperator(
        task_id=submit_id,
        max_active_tis_per_dagrun=concurrency,
        source_collection=source_collection,
        destination_collection=destination_collection,
        transfer_label=transfer_label,
        items=transfer.items,
        submission_store=transfer.store,
        op_kwargs=op_kwargs,
        globus_conn_id=globus_connection,
        # A submit survives an outage of hours as the wait does.
        poll_interval=poll_interval,
        give_up_at=deadline,
        pool=SUBMIT_POOL,
        map_index_template=map_index_template,
    )
    wait = GlobusTransferSensor(
        task_id=WAIT,
        # Stands for the id until Airflow renders it.
        transfer_task_id=cast("str", submit.output),
        globus_conn_id=globus_connection,
        poll_interval=poll_interval,
        patience=patience,
        deadline=deadline,
        # A transfer still under way at the deadline is not a failure: the next run takes it up again.
        fail_on_timeout=False,
        cancel_on_kill=False,
        map_index_template=map_index_template,
    )
    submit >> wait
    return wait
