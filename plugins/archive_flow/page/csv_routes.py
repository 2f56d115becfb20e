"""Each table of the page as CSV, with the same filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, HTTPException, Request, Response

from archive_flow.page.front import read_calendar
from archive_flow.page.on_the_way import TRANSFERS
from archive_flow.page.one_data_set import read_target
from archive_flow.page.page_request import filter_of, reader_of
from archive_flow.page.reading import WHOLE_TABLE
from archive_flow.page.tables import listed
from session_archive.archive_page.actions import DAGS
from session_archive.archive_page.csv_text import csv_text
from session_archive.archive_page.filters import PageFilter
from session_archive.catalog.queries.story import data_set_id
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings
from session_archive.states.state import StateRow

router = APIRouter()

_Question = Callable[[ReadOnlyCatalog, Settings], str]

#: Files in one document: the largest data set that is sent has as many.
_FILES = 100_000

_STATE = ("type", "session", "data_set", "state", "reason", "path", "files", "bytes", "since_utc", "run_id")


@router.get("/calendar.csv")
async def calendar(request: Request) -> Response:
    """The calendar's sessions, a line each."""

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> str:
        shown, _, _ = read_calendar(catalog, settings, _filter(request, settings))
        rows = (
            (subject, day, cell.lines[0], str(cell.worst.state), " / ".join(cell.lines[1:]))
            for subject, of_subject in shown.rows
            for day, cells in zip(shown.days, of_subject, strict=True)
            for cell in cells
        )
        return csv_text(("subject", "day", "session", "worst_state", "data_sets"), rows)

    return await _answer(request, question, "calendar")


@router.get("/not-safe.csv")
async def not_safe(request: Request) -> Response:
    """All that is not safe."""
    return await _list(request, not_safe=True, name="not-safe")


@router.get("/data-sets.csv")
async def data_sets(request: Request) -> Response:
    """All data sets that the filter leaves."""
    return await _list(request, not_safe=False, name="data-sets")


async def _list(request: Request, *, not_safe: bool, name: str) -> Response:
    def question(catalog: ReadOnlyCatalog, settings: Settings) -> str:
        selection = _filter(request, settings)
        rows, _ = listed(catalog, settings, selection, not_safe=not_safe, limit=None)
        return csv_text(_STATE, map(_state, rows))

    return await _answer(request, question, name)


@router.get("/on-the-way.csv")
async def on_the_way(request: Request) -> Response:
    """The transfers under way."""

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> str:
        rows = (
            (each.data_set, each.route, each.source, each.destination, each.n_items, each.n_bytes, each.begun_at,
             each.run_id, str(each.transfer_task_id or ""), each.standing.words if each.standing else "")
            for each in catalog.under_way.newest(limit=TRANSFERS)
        )  # fmt: skip
        heading = ("data_set", "route", "source", "destination", "files", "bytes", "begun_utc", "run_id",
                   "transfer_task_id", "service_says")  # fmt: skip
        return csv_text(heading, rows)

    return await _answer(request, question, "on-the-way")


@router.get("/files.csv")
async def files(request: Request, kind: str = "", id: str = "") -> Response:
    """The cataloged files of one data set, a line for each digest of each."""

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> str:
        target = read_target(id)
        states = catalog.story.states(kind, target) if target and kind in settings.data_sets else []
        key = data_set_id(next((row.data_set for row in states if row.data_set), ""))
        if key is None:
            raise HTTPException(404, "The catalog knows no files of such a data set.")
        rows = (
            (file["file_path"], file["file_type"], file["file_size"], file["file_mtime"],
             file["checksum_algorithm"], file["checksum"], file["vouched_by"])
            for file in catalog.story.files(key, limit=_FILES)
        )  # fmt: skip
        heading = ("path", "type", "bytes", "modified_utc", "algorithm", "checksum", "vouched_by")
        return csv_text(heading, rows)

    return await _answer(request, question, "files")


@router.get("/run.csv")
async def run(request: Request, dag_id: str = "", run_id: str = "") -> Response:
    """What one run compared."""

    def question(catalog: ReadOnlyCatalog, settings: Settings) -> str:
        found = catalog.story.of_run(dag_id, run_id) if dag_id in DAGS else []
        names = ("data_set_name", "place", "route", "verdict", "method", "n_files", "n_bytes", "n_differences",
                 "verified_at")  # fmt: skip
        return csv_text(names, ([row[name] for name in names] for row in found))

    return await _answer(request, question, "run")


def _filter(request: Request, settings: Settings) -> PageFilter:
    requested = filter_of(request, settings)
    if requested.problems:
        raise HTTPException(422, "; ".join(f"{name}: {line}" for name, line in requested.problems.items()))
    return requested.filter


def _state(row: StateRow) -> Sequence[object]:
    return (row.data_set_type, row.session, row.data_set, str(row.state), row.reason, row.path, row.n_files,
            row.n_bytes, row.changed_at, row.run_id)  # fmt: skip


async def _answer(request: Request, question: _Question, name: str) -> Response:
    text = await reader_of(request).read(question, seconds=WHOLE_TABLE)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)
