"""### Audit of the archive

Lists every data set that the catalog has in the archive, once in `audit.listing_every`, and compares names, sizes and
times with the catalog. A part of it is read too: in place where the worker sees the archive; else, with
`audit.scratch`, at a scratch place, to which it is brought and where it is removed again. Nothing in the archive is
touched. A data set that is no longer as cataloged is `damaged` until an audit finds it whole.

**Triage**: the log of `summary` names each damaged file, with both values and since when, and what lies in the archive
that no data set has. A location whose listing cannot be believed is one alarm: no data set at it was looked at.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import AUDIT
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import (
    ACCEPT_MISSING,
    AUDITED_AT_MOST,
    DATES,
    DRY_RUN,
    LOCATIONS,
    READ,
    SUBJECTS,
    kinds,
)


@dag(
    # At noon no night is under way. Each run lists what is due, and reads for as many bytes as a night may.
    schedule="0 12 * * *",
    catchup=False,
    # A person starts it once the archive is known to be right; it marks what it finds as damaged.
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
        "locations": LOCATIONS,
        "read": READ,
        "limit": AUDITED_AT_MOST,
        "dry_run": DRY_RUN,
        "accept_missing": ACCEPT_MISSING,
    },
)
def audit_archive() -> None:
    session_chain(AUDIT)


audit_archive()
