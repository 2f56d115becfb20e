"""The nightly upload, without its rule that only one run is active at a time."""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import UPLOAD
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import KINDS, SUBJECTS


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params={"subjects": SUBJECTS, "kinds": KINDS},
)
def two_at_once() -> None:
    session_chain(UPLOAD)


two_at_once()
