"""Measures what the Archive page costs: whole requests to its app, from the address to the HTML.

Run: PYTHONPATH=script .venv/bin/python benchmarks/archive_page.py [data sets]
Each page is asked for at this many data sets and at a fiftieth of them (100,000 with 2,000), in CPU of this process and
in rows that the database reads. The figures on top count everything and are kept. What has a goal is a page while they
are kept, as nearly every reader gets it; their count alone stands beside it. Logins are Airflow's work and left out.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any

from command import Cost, best_of, call
from goals import Result, report

from session_archive.catalog.schema.settings_layout import layout_of
from support.airflow_settings import own_home
from support.sample_history import fill_history
from support.stack import Stack
from support.task_environment import task_environment

DATA_SETS, TIMES, ROUNDS, GROWTH = 100_000, 50, 5, 1.2
PAGES = {
    "the front page": "/?kind=raw-ephys",
    "not safe": "/not-safe",
    "not safe, of one kind": "/not-safe?kind=raw-ephys",
    "on the way": "/on-the-way",
}
FIGURES = "the figures, counted"


def main() -> None:
    """Fill two catalogs, and ask for the pages of each."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else DATA_SETS
    with tempfile.TemporaryDirectory() as home, Stack() as stack:
        stack.enter_sessions([])
        stack.install_catalog()
        os.environ |= own_home(home) | task_environment(stack)
        _make_airflow_database()
        layout, location = layout_of(stack.settings), stack.settings.locations["archive-ephys"]
        few = _ask_after(stack, partial(fill_history, stack.database, layout, location, n // TIMES))
        many = _ask_after(stack, partial(fill_history, stack.database, layout, location, n, first=n // TIMES))
    report(result for name in few for result in _results(name, n, few[name], many[name]))


def _make_airflow_database() -> None:
    # Airflow reads its settings when it is imported.
    from airflow.utils import db

    db.initdb()


def _ask_after(stack: Stack, fill: Callable[[], None]) -> dict[str, Cost]:
    fill()
    # As each night does.
    with stack.catalog() as catalog:
        catalog.review(stack.settings.data_sets)
    return _ask(stack)


def _ask(stack: Stack) -> dict[str, Cost]:
    from fastapi.testclient import TestClient

    from archive_flow.page.access import MAY_READ
    from archive_flow.page.app import make_app

    app = make_app()
    app.dependency_overrides = {each.dependency: lambda: None for each in MAY_READ}
    with TestClient(app, raise_server_exceptions=True) as browser:

        def get(address: str) -> None:
            answer = browser.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code} {answer.text[-2000:]}")

        counted = call(partial(get, "/not-safe"), server=stack.database)
        costs = {
            name: best_of(ROUNDS, partial(call, partial(get, address), server=stack.database))
            for name, address in PAGES.items()
        }
    return {**costs, FIGURES: counted}


def _results(name: str, n: int, few: Cost, many: Cost) -> list[Result]:
    what, goal = f"the Archive page: {name}, {n} data sets", None if name == FIGURES else GROWTH
    pairs: list[tuple[Any, Any, str]] = [
        (many.cpu, few.cpu, "times the CPU"),
        (many.rows, few.rows, "times the rows read"),
    ]
    return [
        Result(what, many.wall, "s", details=f"{many.cpu:.3f} CPU s"),
        *(
            Result(
                f"{what} against {n // TIMES}",
                more / max(less, 1e-9),
                unit,
                goal,
                details=f"{less:.4g} and {more:.6g}",
            )
            for more, less, unit in pairs
        ),
    ]


if __name__ == "__main__":
    main()
