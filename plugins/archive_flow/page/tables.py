"""The tables: data sets in some states, and what one run compared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive_flow.page.figures import KEPT_ROWS
from archive_flow.page.page_request import figures_of, filter_of, reader_of
from archive_flow.page.rendering import page
from session_archive.archive_page.actions import DAGS
from session_archive.archive_page.filters import PageFilter, Reading
from session_archive.catalog.queries.story import Row
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings
from session_archive.settings.places import Source
from session_archive.states.overview import TO_ACT_ON
from session_archive.states.state import State, StateRow

router = APIRouter()

#: Rows of a page; data sets that are found by a text.
ROWS, MOST_FOUND = 100, 10_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """rows : of this page; more : rows behind them; as_of : when they were read, if not now."""

    requested: Reading
    kinds: tuple[str, ...]
    not_safe: bool
    rows: tuple[StateRow, ...] = ()
    more: int = 0
    as_of: dt.datetime | None = None


@router.get("/not-safe", response_class=HTMLResponse)
async def not_safe(request: Request) -> HTMLResponse:
    """What is expected and not archived, oldest first, with what to do."""
    return await _list(request, not_safe=True)


@router.get("/data-sets", response_class=HTMLResponse)
async def data_sets(request: Request) -> HTMLResponse:
    """Every data set that the filter leaves."""
    return await _list(request, not_safe=False)


async def _list(request: Request, *, not_safe: bool) -> HTMLResponse:
    figures = await figures_of(request).newest() if not_safe else None

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> ListPage:
        requested, kinds = filter_of(request, settings), tuple(settings.data_sets)
        if requested.problems:
            return ListPage(requested, kinds, not_safe)
        end = requested.filter.page * ROWS
        if figures and not requested.filter.query(page=1) and end <= KEPT_ROWS:
            more = figures.more + max(0, len(figures.to_act_on) - end)
            return ListPage(
                requested, kinds, not_safe, figures.to_act_on[end - ROWS : end], more, figures.as_of
            )
        rows, more = listed(catalog, settings, requested.filter, not_safe=not_safe, limit=end)
        return ListPage(
            requested, kinds, not_safe, tuple(rows[end - ROWS : end]), more + max(0, len(rows) - end)
        )

    shown = await reader_of(request).read(question)
    return page("list.html", shown=shown)


def listed(
    catalog: ReadOnlyCatalog, settings: Settings, selection: PageFilter, *, not_safe: bool, limit: int | None
) -> tuple[list[StateRow], int]:
    """The rows that a filter leaves, and how many are left out by `limit`.

    limit : rows that are enough; None for all. A text is looked for in every row, so that it limits nothing
    """
    states = TO_ACT_ON if not_safe else frozenset(State)
    if selection.state:
        states &= frozenset(selection.state)
    places = tuple(settings.sources.values())
    if selection.text and not not_safe:
        return _found(catalog, settings, selection, states=states, places=places), 0
    kinds, most = selection.kinds(settings.data_sets), None if selection.text else limit
    if not_safe and not (selection.subject or selection.dates):
        counts = catalog.state_counts.unsafe(kinds=kinds, states=states, limit=most)
    else:
        counts = catalog.state_counts.of(
            kinds=kinds, subjects=selection.subject, dates=selection.dates, states=states, limit=most
        )
    return [row for row in counts.rows if selection.found_in(row, places=places)], counts.more


def _found(
    catalog: ReadOnlyCatalog,
    settings: Settings,
    selection: PageFilter,
    *,
    states: frozenset[State],
    places: tuple[Source, ...],
) -> list[StateRow]:
    """The database looks for the text: most of what is archived does not have it."""
    kinds, texts = selection.kinds(settings.data_sets), selection.texts(places)
    # As without a text: what is over is no data set any longer.
    states = states if selection.state else states - {State.GONE, State.RETRIEVED}
    rows = catalog.text_search.rows(kinds, texts=texts, states=states, limit=MOST_FOUND)
    return [row for row in rows if selection.holds(row) and selection.found_in(row, places=places)]


@router.get("/run", response_class=HTMLResponse)
async def run(request: Request, dag_id: str = "", run_id: str = "") -> HTMLResponse:
    """What one run compared: the tab of a run's page in Airflow."""
    ours = dag_id in DAGS

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> list[Row]:
        return list(catalog.story.of_run(dag_id, run_id)) if ours else []

    rows = await reader_of(request).read(question)
    return page("run.html", dag_id=dag_id, run_id=run_id, ours=ours, rows=rows)
