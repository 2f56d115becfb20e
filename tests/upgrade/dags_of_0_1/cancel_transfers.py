"""### Cancel transfers

Ends the Globus transfers that are named: by data set (`raw-ephys/SC022/2021-01-01`), by the run that began them, or by
Globus' own task id. What arrived stays. Nothing else cancels a transfer: clearing a wait, or marking it, does not.

A run that waits for such a transfer ends its data set as `failed`; the next run makes a new attempt.

**A failed run**: the log of `cancel` says which name is that of no transfer under way, and what is under way.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from archive_flow.cancel import cancel_transfers as cancel_named
from archive_flow.chain import DEFAULT_ARGS
from archive_flow.params import TRANSFERS


@dag(
    schedule=None,
    catchup=False,
    # Never runs by itself; who is in a hurry should not find it paused.
    is_paused_upon_creation=False,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={"transfers": TRANSFERS},
)
def cancel_transfers() -> None:
    @task
    def cancel() -> None:
        cancel_named()

    cancel()


cancel_transfers()
