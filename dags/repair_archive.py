"""### Repair of the archive

Brings back the files of a data set that an audit found damaged. A copy with the cataloged checksum is looked for at
the rigs, then at other archives, then at scratch places to which it was once retrieved; it is read now. The damaged
file is set aside below `.session-archive/damaged`, the good one is sent and compared, and the catalog keeps who asked,
why, and from where.

With *Why* the run is your yes to the *Data sets* that you name. Without, it shows the plan and asks: *Required
actions* of the run, or of the task `approve`; without data sets, about all that is damaged. *Dry run* only shows the
plan.

**Triage**: the log of `summary` names every file of which no good copy was found, with what was read at each place.
Nothing is set aside before a good copy was read. A run that was broken off is continued by the next one. Repairs are
off at a location until `session-archive doctor --transfer` has tried it. See `docs/operations.md`.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import REPAIR
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.params import DRY_RUN, REPAIRED, WHY


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
    params={"data_sets": REPAIRED, "why": WHY, "dry_run": DRY_RUN},
)
def repair_archive() -> None:
    session_chain(REPAIR)


repair_archive()
