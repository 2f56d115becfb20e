"""### Archive discovery

Registers what already lies in the archive: to rebuild the catalog, or to take over an archive that another program
filled. Lists through Globus; moves nothing. What a listing cannot prove is cataloged as `unverified`.

**Triage**: the log of `summary` names every folder that was refused and every root that could not be listed.
Running it again has no effect on what is cataloged already.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.chain import DEFAULT_ARGS, session_chain
from archive_flow.params import DATES, DECISIONS, DRY_RUN, KINDS, LIMIT, SUBJECTS
from session_archive.routes import DISCOVER


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": KINDS,
        "limit": LIMIT,
        "dry_run": DRY_RUN,
        "decisions": DECISIONS,
    },
)
def discover_sessions() -> None:
    session_chain(DISCOVER)


discover_sessions()
