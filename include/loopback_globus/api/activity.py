"""/activity/<task id>: a small page for a task, where Globus has one in its web app.

A browser has no token: whoever knows the random id of a task may see its counts. Paths are not shown.
"""

from __future__ import annotations

import sqlite3
from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from loopback_globus import documents
from loopback_globus.service import Service, service_of

router = APIRouter()
_Service = Annotated[Service, Depends(service_of)]

#: Seconds after which a browser asks again, while the task works.
_AGAIN = 3
_EVENTS = 20
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "th{text-align:left;padding-right:1.5rem;font-weight:normal;opacity:.75}td{font-variant-numeric:tabular-nums}"
)
_ROWS = (
    ("Status", "status"),
    ("Condition", "nice_status_short_description"),
    ("Label", "label"),
    ("From", "source_endpoint_display_name"),
    ("To", "destination_endpoint_display_name"),
    ("Files", "files"),
    ("Files transferred", "files_transferred"),
    ("Files skipped", "files_skipped"),
    ("Bytes transferred", "bytes_transferred"),
    ("Bytes per second", "effective_bytes_per_second"),
    ("Faults", "faults"),
    ("Requested", "request_time"),
    ("Completed", "completion_time"),
    ("Deadline", "deadline"),
)


@router.get("/activity/{task_id}")
def activity(service: _Service, task_id: str) -> HTMLResponse:
    """The page; 404 for an id that no task has."""
    db = service.store.read()
    row: sqlite3.Row | None = db.execute("SELECT * FROM task WHERE task_id = ?", (task_id,)).fetchone()
    if row is None:
        return _page("No such task", "<p>This service has no task of that id.</p>", status=404)
    document = documents.task(row, settings=service.settings)
    events = db.execute(
        "SELECT * FROM event WHERE task_id = ? ORDER BY n DESC LIMIT ?", (task_id, _EVENTS)
    ).fetchall()
    rows = "".join(f"<tr><th>{name}<td>{_text(document[key])}" for name, key in _ROWS)
    items = "".join(f"<li>{_event(documents.event(each))}" for each in events)
    unreal = service.unreal()
    warning = f"<p><b>Not real: {_text(unreal)}.</b></p>" if unreal else ""
    body = f"{warning}<table>{rows}</table><h2>Events, the newest first</h2><ul>{items}</ul>"
    return _page(f"Task {task_id}", body, again=document["completion_time"] is None)


def _event(event: dict[str, Any]) -> str:
    return f"{_text(event['time'])} <b>{_text(event['code'])}</b> {_text(event['description'])}"


def _text(value: object) -> str:
    return "" if value is None else escape(f"{value:,}" if isinstance(value, int) else str(value))


def _page(title: str, body: str, *, status: int = 200, again: bool = False) -> HTMLResponse:
    refresh = f'<meta http-equiv="refresh" content="{_AGAIN}">' if again else ""
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{refresh}'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
    )
    return HTMLResponse(f"{head}<h1>{escape(title)}</h1>{body}", status, _HEADERS)
