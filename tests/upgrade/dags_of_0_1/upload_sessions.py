"""### Nightly upload

Finds the sessions that the rigs hold and the archive does not, sends each data set in one Globus transfer,
verifies what arrived and catalogs it. A data set counts as archived only when its bytes were seen in the archive.

**A new recording** is looked at twice, `readiness.settle_gap` apart. For that, `select` waits and holds no worker
slot; with *Second look* off, a run sends at once what is ready.

**With a staging place** a manifest of each archived data set is carried into the archive at the end of the run, one
transfer for each location; what could not be carried goes on a later night.

**Healthy** as long as the most recent run succeeded.

**A failed run**: the log of `summary` lists every data set that was refused, failed or changed, and every root
that could not be listed, each with its reason. What failed is tried again the next night; nothing is sent twice.
`refused` waits for a person. See `docs/troubleshooting.md`.
"""

from __future__ import annotations

import datetime as dt

from airflow.sdk import dag

from archive_flow.chain import DEFAULT_ARGS, session_chain
from archive_flow.params import DATES, DECISIONS, DRY_RUN, KINDS, LIMIT, SECOND_LOOK, SUBJECTS
from archive_flow.schedule import nightly_schedule
from session_archive.routes import UPLOAD


@dag(
    schedule=nightly_schedule(),
    start_date=dt.datetime(2025, 1, 1),
    catchup=False,
    # A person looks at a dry run before the first night, whatever the Airflow's own default is.
    is_paused_upon_creation=True,
    max_active_runs=1,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive", "nightly"],
    doc_md=__doc__,
    params={
        "subjects": SUBJECTS,
        "dates": DATES,
        "kinds": KINDS,
        "limit": LIMIT,
        "dry_run": DRY_RUN,
        "second_look": SECOND_LOOK,
        "decisions": DECISIONS,
    },
)
def upload_sessions() -> None:
    session_chain(UPLOAD)


upload_sessions()
