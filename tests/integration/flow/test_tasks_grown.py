"""Whole tasks read the same rows of the catalog whatever is archived: submit and record of one data set, and choose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.flow.conftest import installed
from tests.integration.flow.sent import PLACE, SentDataSet
from tests.integration.flow.tasks import Tasks

from archive_flow.retrieve.choose import choose_data_sets
from archive_flow.routes import RETRIEVE, UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, listing_rate
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.request.selection import Selection
from session_archive.states.state import State
from support.sample_history import Recorded, fill_history
from support.sample_history_rows import KIND
from support.stack import Stack

FEW, MANY = 2000, 20_000


@pytest.fixture(scope="module")
def grown() -> Iterator[Callable[[int], Stack]]:
    """Servers and a catalog with so many data sets: more are added where it has fewer."""
    filled = 0
    with installed() as stack:
        for root in (stack.rig, stack.archive / "4ElectrodeRig_Ephys"):
            (root / ".session-archive").mkdir()
            (root / "BM1").mkdir()

        def grow(until: int) -> Stack:
            nonlocal filled
            location = stack.settings.locations[PLACE]
            if filled < until:
                fill_history(stack.database, layout_of(stack.settings), location, until, first=filled)
                filled = until
                with stack.catalog() as catalog:
                    catalog.review([KIND])
            return stack

        yield grow


def run_of(stack: Stack, catalog: Catalog, route: str = UPLOAD.name, **params: Any) -> Run:
    settings = stack.settings
    return Run(
        route=route,
        settings=settings,
        catalog=catalog,
        hook=globus_hook(settings),
        rate=listing_rate(1000),
        selection=Selection.from_params(params, kinds=tuple(settings.data_sets)),
        params=params,
        dag_id=f"{route}_sessions",
        run_id="night",
    )


@contextmanager
def counted(stack: Stack, rows: dict[str, int], task: str, **of_run: Any) -> Iterator[Run]:
    """A run of one task, with its own connection: the rows that the server reads for it, opening included."""
    with stack.catalog() as catalog:
        yield run_of(stack, catalog, **of_run)
        status = catalog.connection.query("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
        rows[task] = sum(int(count) for _, count in status)


def cost(stack: Stack) -> dict[str, int]:
    """Rows read for each task."""
    rows: dict[str, int] = {}
    with stack.catalog() as catalog:
        sent = SentDataSet(run_of(stack, catalog), stack, origin="rig")
    with counted(stack, rows, "submit") as run:
        tasks = Tasks(run, sent.item)
        assert tasks.submit()
    tasks.wait()
    with counted(stack, rows, "record") as run:
        assert replace(tasks, run=run).record().state is State.ARCHIVED
    subject = Recorded(3).name.session.subject
    with counted(stack, rows, "choose", route=RETRIEVE.name, subjects=[subject]) as run:
        assert len(choose_data_sets(run).work_items) == 20
    return rows


def test_no_task_reads_more_rows_as_the_catalog_grows(grown: Callable[[int], Stack]) -> None:
    few, many = cost(grown(FEW)), cost(grown(MANY))
    assert {task: (few[task], rows) for task, rows in many.items() if rows > 1.2 * few[task]} == {}
