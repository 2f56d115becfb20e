"""The first page: figures, and the coverage calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive_flow.page.figures import Figures
from archive_flow.page.page_request import figures_of, filter_of, reader_of
from archive_flow.page.rendering import page
from archive_flow.page.runs import last_run
from session_archive.airflow_client.dag_ids import UPLOAD
from session_archive.archive_page.calendar import Calendar, Recorded, calendar_of, placed
from session_archive.archive_page.filters import PageFilter, Reading
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings

router = APIRouter()

#: Columns and rows of the calendar.
DAYS, SUBJECTS = 31, 25


@dataclass(frozen=True, slots=True)
class FrontPage:
    """calendar : None while the filter is wrong; earlier, more : whether there are further days, further subjects."""

    figures: Figures
    requested: Reading
    kinds: tuple[str, ...]
    calendar: Calendar | None = None
    earlier: bool = False
    more: bool = False

    @property
    def day_before(self) -> dt.date | None:
        """The last of the earlier days, as a filter takes it."""
        return self.calendar.days[0] - dt.timedelta(days=1) if self.calendar and self.calendar.days else None


@router.get("/", response_class=HTMLResponse)
async def front(request: Request) -> HTMLResponse:
    """Figures and calendar."""
    reader = reader_of(request)
    figures = await figures_of(request).newest()
    shown = await reader.read(lambda catalog, settings: _front(request, figures, catalog, settings))
    night = await reader.run(lambda: last_run(UPLOAD))
    return page("front.html", shown=shown, night=night)


def _front(request: Request, figures: Figures, catalog: ReadOnlyCatalog, settings: Settings) -> FrontPage:
    requested, kinds = filter_of(request, settings), tuple(settings.data_sets)
    if requested.problems or figures.is_empty:
        return FrontPage(figures, requested, kinds)
    calendar, earlier, more = read_calendar(catalog, settings, requested.filter)
    return FrontPage(figures, requested, kinds, calendar, earlier, more)


def read_calendar(
    catalog: ReadOnlyCatalog, settings: Settings, selection: PageFilter
) -> tuple[Calendar, bool, bool]:
    """The calendar, whether it has earlier days, and whether further subjects."""
    kinds = selection.kinds(settings.data_sets)
    newest = catalog.coverage.days(kinds, limit=DAYS + 1, subjects=selection.subject, dates=selection.dates)
    days = sorted(newest[:DAYS])
    if not days:
        return calendar_of((), days=(), subjects=()), False, False
    span = days[0], days[-1]
    subjects = catalog.coverage.subjects(
        kinds,
        limit=SUBJECTS + 1,
        offset=(selection.subjects - 1) * SUBJECTS,
        span=span,
        subjects=selection.subject,
    )
    shown = subjects[:SUBJECTS]
    places = tuple(settings.sources.values())
    recorded = [
        Recorded(session.subject, session.date, row.session or str(session), row) if session else placed(row)
        for session, row in (catalog.coverage.rows(kinds, subjects=shown, span=span) if shown else ())
        if (not selection.state or row.state in selection.state) and selection.found_in(row, places=places)
    ]
    calendar = calendar_of([each for each in recorded if each], days=days, subjects=shown)
    return calendar, len(newest) > DAYS, len(subjects) > SUBJECTS
