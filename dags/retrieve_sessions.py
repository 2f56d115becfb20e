"""### Retrieval

Brings sessions back from the archive to a scratch place of `archive.toml`, and compares what arrives with the
catalog. Never writes onto an upload source, and never over a file that is there with other content.

**Triage**: the log of `summary` names every data set that did not arrive as cataloged. Running it again sends only
what is missing.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.chain import DEFAULT_ARGS, session_chain
from archive_flow.params import DATES, DESTINATION, DRY_RUN, KINDS, LIMIT, SUBJECTS
from session_archive.routes import RETRIEVE


@dag(
    schedule=None,
    catchup=False,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": KINDS,
        "destination": DESTINATION,
        "limit": LIMIT,
        "dry_run": DRY_RUN,
    },
)
def retrieve_sessions() -> None:
    session_chain(RETRIEVE)


retrieve_sessions()
