"""### Nightly upload

Finds the sessions that are on the rigs and not in the archive, sends each data set in one Globus transfer,
verifies what arrived and catalogs it. A data set counts as archived only when its bytes were seen in the archive.

**A new recording** is listed twice, `readiness.settle_gap` apart. In between, `select` waits and holds no worker
slot; with *Second look* off, a run sends only recordings that are ready, and does not wait.

**What is unverified in the archive** is proven by the rig's copy, where both can be read: a share each night.

**With a staging place** a manifest of each archived data set is copied into the archive at the end of the run, one
transfer for each location; a manifest that could not be copied is copied on a later night.

**Healthy** as long as the most recent run succeeded.

**A failed run**: the log of `summary` lists every data set that was refused, failed or changed, every root that could
not be listed, and every transfer that Globus does not answer for, each with its reason. What failed is tried again the
next night; nothing is sent twice. `refused` waits for a person. A root that shows much less than before counts as not
listed, since its disk may not be mounted; *Accept what is missing* says that it is gone. See
`docs/troubleshooting.md`.

**A transfer that waits for a person**, such as a paused one, is listed there in Globus' own words; it fails no run.
"""

from __future__ import annotations

import datetime as dt

from airflow.sdk import dag

from archive_flow.routes import UPLOAD
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import (
    ACCEPT_INCOMPLETE,
    ACCEPT_MISSING,
    DATES,
    DECISIONS,
    DRY_RUN,
    LIMIT,
    SECOND_LOOK,
    SUBJECTS,
    kinds,
)
from archive_flow.spine.schedule import nightly_schedule


@dag(
    schedule=nightly_schedule(),
    start_date=dt.datetime(2025, 1, 1),
    catchup=False,
    # A person should look at a dry run before the first night, no matter what Airflow's own default is.
    is_paused_upon_creation=True,
    max_active_runs=1,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive", "nightly"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": kinds(),
        "limit": LIMIT,
        "dry_run": DRY_RUN,
        "second_look": SECOND_LOOK,
        "decisions": DECISIONS,
        "accept_incomplete": ACCEPT_INCOMPLETE,
        "accept_missing": ACCEPT_MISSING,
    },
)
def upload_sessions() -> None:
    session_chain(UPLOAD)


upload_sessions()
