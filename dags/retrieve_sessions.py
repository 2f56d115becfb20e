"""### Retrieval

Brings data sets, or chosen files of them, back from the archive to a scratch place of `archive.toml`, and compares
what arrives with the catalog. Never writes onto an upload source, nor over an existing file with other content.
The log of `select` shows the plan before any transfer; *Dry run* stops there.

Above `limits.approve_above` a person must approve it: *Required actions* of the run, or of the task `approve`.

**Triage**: the log of `summary` names every data set that was refused or does not match the catalog, with the file.
A file that does not match is renamed to `<name>.not-as-cataloged`. Running it again sends only what is missing. See
`docs/operations.md`.
"""

from __future__ import annotations

from airflow.sdk import dag

from archive_flow.routes import RETRIEVE
from archive_flow.spine.chain import DEFAULT_ARGS, session_chain
from archive_flow.spine.retrieve_params import retrieve_form


@dag(
    schedule=None,
    catchup=False,
    # Never runs by itself; a person who triggers it should not have to unpause it first.
    is_paused_upon_creation=False,
    max_active_tasks=64,
    default_args=DEFAULT_ARGS,
    tags=["session-archive"],
    doc_md=__doc__,
    params=retrieve_form(),
)
def retrieve_sessions() -> None:
    session_chain(RETRIEVE)


retrieve_sessions()
