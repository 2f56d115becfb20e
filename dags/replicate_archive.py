"""### Further copies

Where `archive.toml` gives a data set type several `locations`, makes the copies that no rig gives any more: from the
first location that has a data set whole to each that lacks it. What a rig still has is sent to each location by the
upload.

**Triage**: the log of `summary` names each copy that failed, and each location that could not be listed. Running it
again sends only what is missing. See `docs/operations.md`.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import REPLICATE
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import ACCEPT_MISSING, COPIED_AT_MOST, DATES, DRY_RUN, SUBJECTS, kinds


@dag(
    # After the night, which sends what the rigs still have.
    schedule="0 8 * * *",
    catchup=False,
    # A person starts it once there is a second location, and doctor has tried it.
    is_paused_upon_creation=True,
    max_active_runs=1,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": kinds(),
        "limit": COPIED_AT_MOST,
        "dry_run": DRY_RUN,
        "accept_missing": ACCEPT_MISSING,
    },
)
def replicate_archive() -> None:
    session_chain(REPLICATE)


replicate_archive()
