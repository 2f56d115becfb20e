"""### Archive discovery

Catalogs the data sets that are already in the archive: to rebuild the catalog, or to take over an archive that another
program filled. Lists through Globus only. With a staging place, the sidecar manifests and the small text files of
recordings are fetched to be read; nothing else is transferred. A data set with a trusted manifest is `archived` again,
with every checksum; one that nothing proves is `unverified`; an incomplete one stays `waiting`, with the reason.

**Triage**: the log of `summary` names every folder that was refused and every root that could not be listed.
Running it again does not change what is cataloged already.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import DISCOVER
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import (
    ACCEPT_INCOMPLETE,
    ACCEPT_MISSING,
    ARCHIVE_DECISIONS,
    DATES,
    DRY_RUN,
    FOUND_AT_MOST,
    SUBJECTS,
    kinds,
)


@dag(
    schedule=None,
    catchup=False,
    # Never runs by itself; a person who triggers it should not have to unpause it first.
    is_paused_upon_creation=False,
    max_active_runs=1,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": kinds(),
        "limit": FOUND_AT_MOST,
        "dry_run": DRY_RUN,
        "decisions": ARCHIVE_DECISIONS,
        "accept_incomplete": ACCEPT_INCOMPLETE,
        "accept_missing": ACCEPT_MISSING,
    },
)
def discover_sessions() -> None:
    session_chain(DISCOVER)


discover_sessions()
