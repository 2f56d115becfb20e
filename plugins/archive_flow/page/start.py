"""The last step before a run: what it will do, and the button by which Airflow's own API starts it."""

from __future__ import annotations

import json
import secrets

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from archive_flow.page.page_request import reader_of
from archive_flow.page.rendering import page
from archive_flow.page.runs import is_paused
from session_archive import clock
from session_archive.archive_page.actions import DAGS, read_params

router = APIRouter()

#: Characters of the params in an address.
_LONGEST = 4000


@router.get("/start", response_class=HTMLResponse)
async def start(request: Request, dag_id: str = "", params: str = "{}") -> HTMLResponse:
    """Shows the run. Nothing is started here: the browser asks Airflow, with its user's session."""
    chosen = read_params(params) if len(params) <= _LONGEST else None
    if dag_id not in DAGS or chosen is None:
        raise HTTPException(404, "There is no such action; the link is not one of this page.")
    paused = await reader_of(request).run(lambda: is_paused(dag_id))
    # Named here: a second click asks for the same run again, which Airflow refuses.
    run_id = f"archive_page__{clock.utc_now():%Y-%m-%dT%H:%M:%S}_{secrets.token_hex(4)}"
    return page(
        "start.html",
        dag_id=dag_id,
        does=DAGS[dag_id],
        params=json.dumps(chosen, indent=2, ensure_ascii=False, sort_keys=True),
        run_id=run_id,
        paused=paused,
    )
