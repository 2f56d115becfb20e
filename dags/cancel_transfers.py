"""### Cancel transfers

Cancels the Globus transfers that you name: by data set (`raw-ephys/SC022/2021-01-01`), by the run that began them, or
by Globus' own task id. Files that have arrived stay. Nothing else cancels a transfer: to clear or mark a wait does not.

A run that waits for such a transfer ends its data set as `failed`; the next run makes a new attempt.

**A failed run**: the log of `cancel` says which name matches no transfer under way, and which transfers are under way.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from archive_flow.spine.chain import DEFAULT_ARGS
from archive_flow.spine.params import TRANSFERS


@dag(
    schedule=None,
    catchup=False,
    # Never runs by itself; a person in a hurry should not find it paused.
    is_paused_upon_creation=False,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={"transfers": TRANSFERS},
)
def cancel_transfers() -> None:
    @task
    def cancel() -> None:
        from archive_flow.submissions.cancel import cancel_transfers as cancel_named

        cancel_named()

    cancel()


cancel_transfers()
