"""### Archive discovery

Registers what already lies in the archive: to rebuild the catalog, or to take over an archive that another program
filled. Lists through Globus only. With a staging place, the manifests that lie beside the data and the small texts of
recordings are fetched to be read; nothing else moves. What a manifest vouches for is `archived` again, with every
checksum; what nothing proves is `unverified`; what is not whole stays `waiting`, with the reason.

**Triage**: the log of `summary` names every folder that was refused and every root that could not be listed.
Running it again has no effect on what is cataloged already.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.chain import DEFAULT_ARGS, session_chain
from archive_flow.params import ARCHIVE_DECISIONS, DATES, DRY_RUN, FOUND_AT_MOST, KINDS, SUBJECTS
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
        "limit": FOUND_AT_MOST,
        "dry_run": DRY_RUN,
        "decisions": ARCHIVE_DECISIONS,
    },
)
def discover_sessions() -> None:
    session_chain(DISCOVER)


discover_sessions()
