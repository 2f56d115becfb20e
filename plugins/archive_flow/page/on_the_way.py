"""The transfers under way and how far they are, when this night ends, and what waits for a person."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from archive_flow.page.globus_app import globus_app
from archive_flow.page.page_request import reader_of
from archive_flow.page.reading import CatalogReader, UnavailableError
from archive_flow.page.rendering import page
from archive_flow.page.run_reports import Reported, read_reports
from session_archive import clock
from session_archive.archive_page.outlook import outlook
from session_archive.catalog.queries.under_way import TransferUnderWay
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings
from session_archive.transfers.backlog import Backlog

log = logging.getLogger(__name__)
router = APIRouter()

#: Transfers that are shown.
TRANSFERS = 500


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """globus_app : of the service that has the transfers; waiting : what waits for a person, a line each."""

    globus_app: str
    transfers: tuple[TransferUnderWay, ...]
    backlog: Backlog
    waiting: tuple[str, ...]


@router.get("/on-the-way", response_class=HTMLResponse)
async def on_the_way(request: Request) -> HTMLResponse:
    """The transfers under way, and what waits for a person."""
    now, reader = clock.utc_now(), reader_of(request)
    shown = await reader.read(lambda catalog, settings: _on_the_way(catalog, settings, now))
    reported = await _reported(reader) if shown.transfers else Reported()
    runs = reported.runs if reported else ()
    # What is on its way is as old as the oldest report of a wait.
    lines = [
        *((run.line(now=now), run.progress.total.as_of or now) for run in runs),
        ("" if reported else "how far the transfers are is not known now; Airflow's log says why", now),
        (shown.backlog.line(today=now.date()), now),
    ]
    return page(
        "on_the_way.html",
        transfers=shown.transfers,
        globus_app=shown.globus_app,
        reports=reported.transfers if reported else {},
        outlook=outlook(runs, shown.backlog, now=now),
        outlook_as_of=min((run.progress.total.as_of or now for run in runs), default=now),
        lines=[(line, at) for line, at in lines if line],
        waiting=shown.waiting,
    )


def _on_the_way(catalog: ReadOnlyCatalog, settings: Settings, now: dt.datetime) -> OnTheWay:
    return OnTheWay(
        globus_app(settings),
        tuple(catalog.under_way.newest(limit=TRANSFERS)),
        catalog.throughput.backlog(now=now),
        (*catalog.standings.waiting(), *(each.line for each in catalog.unconfirmed.waiting())),
    )


async def _reported(reader: CatalogReader) -> Reported | None:
    """None where Airflow does not tell: what the catalog knows is shown nevertheless."""
    try:
        return await reader.run(read_reports)
    except (SQLAlchemyError, UnavailableError) as error:
        log.warning("the Archive page: the reports of the waits cannot be read: %s", error)
        return None
