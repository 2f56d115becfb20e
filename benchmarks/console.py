"""Measures what a person waits for in the shell: `session-archive --help`, `status` and `status --unsafe`.

Run: PYTHONPATH=script .venv/bin/python benchmarks/console.py [data sets]
Whole commands, from the start of Python, with a login of their own from the environment. Their growth compares the
catalog with one of a fiftieth of the data sets (100,000 with 2,000), in CPU of the command and in rows that the
database reads; `status` counts all states, so that only `status --unsafe` has a goal for it. Beside them, in the same
run: Python that does nothing, and the import of DataJoint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from command import CONSOLE, Cost, best_of, own_login, run
from goals import Result, report

from session_archive.catalog.schema.settings_layout import layout_of
from support.sample_history import fill_history
from support.stack import Stack

DATA_SETS, TIMES, ROUNDS = 100_000, 50, 5
#: One type, so that as many data sets are expected as there are sessions.
STATUS = ("status", "--kind", "raw-ephys")
UNSAFE = "status --unsafe"
COMMANDS = {"status": STATUS, UNSAFE: (*STATUS, "--unsafe")}
HELP_CPU, WALL, GROWTH = 0.4, 2.0, 1.2


def main() -> None:
    """Fill two catalogs, and ask each."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else DATA_SETS
    with Stack() as stack:
        stack.enter_sessions([])
        stack.install_catalog()
        layout, location = layout_of(stack.settings), stack.settings.locations["archive-ephys"]
        few = _ask_after(stack, partial(fill_history, stack.database, layout, location, n // TIMES))
        many = _ask_after(stack, partial(fill_history, stack.database, layout, location, n, first=n // TIMES))
        environment = own_login(stack)
        nothing, datajoint, helped = (
            best_of(ROUNDS, partial(run, (sys.executable, *words), environment=environment))
            for words in (("-c", "pass"), ("-c", "import datajoint"), (*CONSOLE[1:], "--help"))
        )
    details = f"Python alone {nothing.cpu:.2f}, import of DataJoint {datajoint.cpu:.2f}"
    results = [Result("session-archive --help", helped.cpu, "CPU s", HELP_CPU, details=details)]
    for name in COMMANDS:
        results += _results(name, n, few[name], many[name])
    report(results)


def _ask_after(stack: Stack, fill: Callable[[], None]) -> dict[str, Cost]:
    fill()
    # As each night does, and `session-archive setup`.
    with stack.catalog() as catalog:
        catalog.review(stack.settings.data_sets)
    return _ask(stack)


def _ask(stack: Stack) -> dict[str, Cost]:
    environment = own_login(stack)
    return {
        name: best_of(
            ROUNDS,
            # 1: something is not safe.
            partial(run, (*CONSOLE, *words), environment=environment, server=stack.database, answers=(0, 1)),
        )
        for name, words in COMMANDS.items()
    }


def _results(name: str, n: int, few: Cost, many: Cost) -> list[Result]:
    what = f"session-archive {name}, {n} data sets"
    small = n // TIMES
    rows = f"{few.rows} rows at {small}, {many.rows} at {n}"
    growth = GROWTH if name == UNSAFE else None
    return [
        Result(what, many.wall, "s", WALL, details=f"{many.cpu:.2f} CPU s"),
        Result(
            f"{what} against {small}",
            many.cpu / few.cpu,
            "times the CPU",
            growth,
            details=f"{few.cpu:.2f} and {many.cpu:.2f} CPU s",
        ),
        Result(
            f"{what} against {small}",
            many.rows / max(few.rows, 1),
            "times the rows read",
            growth,
            details=rows,
        ),
    ]


if __name__ == "__main__":
    main()
