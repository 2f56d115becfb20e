"""Measures whether what a night and a person do costs more when the catalog holds fifty times as many data sets.

Run: PYTHONPATH=script .venv/bin/python benchmarks/history.py [data sets]
The same rig with 2,000 archived folders, first with a catalog of these alone, then with one of 100,000 data sets. Each
row is a growth, of CPU here and of rows that the database reads: no cache in Python can hide the latter. `select` is
the whole command `airflow tasks test upload_sessions select`; the other tasks of one new data set, and what a retrieval
of one subject does first, are whole processes too; the look-ups are calls, without the start of Python.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from command import Cost, best_of, call, run
from goals import Result, report

from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.listing.root_listing import FOLDER
from session_archive.states.state import State
from support.airflow_settings import own_home
from support.sample_history import Recorded, fill_history, make_rig
from support.sample_history_rows import FILES, KIND
from support.sample_rig import LabSession
from support.stack import Stack
from support.task_environment import ONE_TASK, task_environment

DATA_SETS, TIMES, ROUNDS, GROWTH = 100_000, 50, 4, 1.2
#: What is less does not grow: so many rows, and CPU seconds, differ from call to call.
FEW_ROWS, NOISE = 100, 0.005
#: For each data set that lacks a copy: rows that the database reads, and CPU of the query, of which names take most.
LACKING_ROWS, LACKING_MICROSECONDS = 10, 100
#: Recorded since the history: one for each size.
NEW = [LabSession(900_000 + number, f"BN{number}", 1, dt.date(2025, 2, 1), dt.time(10)) for number in (1, 2)]
AIRFLOW = (sys.executable, "-m", "airflow")
SELECT = (*AIRFLOW, "tasks", "test", "upload_sessions", "select")


def main() -> None:
    """Fill two catalogs, and do the same with each."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else DATA_SETS
    small = n // TIMES
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home, Stack() as stack:
        _expect_no_videos(stack)
        stack.enter_sessions(NEW)
        environment = _airflow(stack, home)
        layout, location = layout_of(stack.settings), stack.settings.locations["archive-ephys"]
        make_rig(stack.rig, range(small))
        _make_folders(stack, small)
        fill_history(stack.database, layout, location, small)
        few = _costs(stack, environment, NEW[0])
        _let_time_pass(stack)
        _make_folders(stack, n)
        fill_history(stack.database, layout, location, n, first=small)
        many = _costs(stack, environment, NEW[1])
        lacking = _lacking_copies(stack, n)
    results = [
        result
        for name, cost in many.items()
        for result in _growth(f"{name}: {n} data sets against {small}", few[name], cost)
    ]
    report([*results, *lacking])


def _expect_no_videos(stack: Stack) -> None:
    """The history has none, and what is missing is read each night: it would be all sessions."""
    text = stack.settings_file.read_text()
    section = "[data_sets.raw-video]\n"
    stack.settings_file.write_text(text.replace(section, f'{section}expected = "session < 0"\n'))


def _airflow(stack: Stack, home: str) -> Mapping[str, str]:
    airflow = own_home(home)
    environment = {**os.environ, **airflow, **stack.environment}
    run((*AIRFLOW, "db", "migrate"), environment=environment)
    stack.set_up(airflow)
    return environment


def _make_folders(stack: Stack, n: int) -> None:
    """What select sees of the archive, and of a root that is the right disk: the folders in it."""
    root = stack.archive / "4ElectrodeRig_Ephys"
    for folder in (stack.rig / FOLDER, root / FOLDER, *(root / _subject(number) for number in range(n))):
        folder.mkdir(exist_ok=True)


def _subject(number: int) -> str:
    return Recorded(number).name.session.subject


def _let_time_pass(stack: Stack) -> None:
    """Years follow within seconds here, and no review goes beyond what is recent."""
    database = stack.settings.catalog.database
    stack.database.execute(f"UPDATE `{database}`.data_set_state SET changed_at = '2024-12-31'")


def _select(stack: Stack, environment: Mapping[str, str]) -> Cost:
    cost = run(SELECT, environment=environment, server=stack.database)
    # The command itself ends well, whatever becomes of the task.
    if "new_state=success" not in cost.output or "cannot be listed" in cost.output:
        raise RuntimeError(f"select failed:\n{cost.output[-3000:]}")
    return cost


def _costs(stack: Stack, environment: Mapping[str, str], new: LabSession) -> dict[str, Cost]:
    server = stack.database
    # First, since it also notes what has gone from the rig, and what no later one has to read again.
    costs = _tasks(stack, new)
    # The first of all types notes what is open: a night reads only this, and what was added since.
    _select(stack, environment)
    costs["select of a night"] = _select(stack, environment)
    with stack.catalog() as catalog:
        catalog.sidecars.review("archive-ephys")
        for name, do in _calls(catalog).items():
            costs[name] = best_of(ROUNDS, partial(call, do, server=server))
    costs["opening the catalog"] = best_of(ROUNDS, partial(call, partial(_open, stack), server=server))
    return costs


def _tasks(stack: Stack, new: LabSession) -> dict[str, Cost]:
    """The tasks of a night with one new data set, and `choose` for one subject of the archive."""
    folder = stack.rig / new.subject / f"catgt_{new.subject}_{new.date:%m%d%y}_g0"
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"{number:03}.txt").write_text("x")
    xcoms: dict[str, Any] = {}
    costs = {step: _task(stack, step, xcoms) for step in ("select", "submit", "wait_resumed", "record")}
    (result,) = xcoms["data_set.record"]["results"]
    if result["state"] != State.ARCHIVED:
        raise RuntimeError(f"{new}: {result}")
    subject = {"kinds": [KIND], "subjects": [Recorded(0).name.session.subject]}
    costs["choose"] = _task(stack, "choose", {}, json.dumps(subject))
    names = {
        "submit": "submit of one data set",
        "record": "record of one data set",
        "choose": "choose for one subject",
    }
    return {words: costs[step] for step, words in names.items()}


def _task(stack: Stack, step: str, xcoms: dict[str, Any], *params: str) -> Cost:
    """One task in a process of its own; it adds what it pushed to the XComs."""
    cost = run(
        (*ONE_TASK, step, *params),
        environment=os.environ | task_environment(stack),
        server=stack.database,
        given=json.dumps(xcoms),
    )
    xcoms |= json.loads(cost.output.splitlines()[-1])["xcoms"]
    return cost


def _calls(catalog: Catalog) -> dict[str, Callable[[], object]]:
    """What a night does for one data set, and a person for one subject or session."""
    newest, numbers = Recorded(0), itertools.count()
    session = newest.name.session
    (row,) = catalog.state_counts.of(
        kinds=[KIND],
        subjects=[session.subject],
        dates=[(session.date, session.date)],
        states={State.ARCHIVED},
    ).rows
    return {
        "state of one data set recorded": lambda: catalog.states.record(
            [dataclasses.replace(row, reason=f"round {next(numbers)}")]
        ),
        "room for one more transfer": lambda: catalog.ledger.require_room(1000),
        "data sets of one subject": lambda: catalog.data_sets(subjects=[session.subject]),
        "states of one subject": lambda: catalog.state_counts.of(kinds=[KIND], subjects=[session.subject]),
        "data sets of one day": lambda: catalog.data_sets(dates=[(session.date, session.date)]),
        "one session by its key": lambda: catalog.lab_sessions(
            key={"subject_id": str(newest.subject_id), "session": str(newest.session)}
        ),
        "state of one data set by its name": lambda: catalog.states.of_data_sets([str(newest.name)], KIND),
        "missing sidecar manifests": lambda: catalog.sidecars.missing("archive-ephys", most=100),
        "attempts of one data set": lambda: catalog.ledger.attempts(newest.name.id, "archive-ephys"),
    }


def _lacking_copies(stack: Stack, n: int) -> list[Result]:
    """What a new location lacks when it is added to an archive of years: all of it."""
    with stack.catalog() as catalog:
        lacking = partial(catalog.lacking_copies.at, KIND, "second")
        if (found := len(lacking())) < n:
            raise RuntimeError(f"of {n} data sets, only {found} lack a copy at a location that has none")
        cost = best_of(ROUNDS, partial(call, lacking, server=stack.database))
    what = f"the copies that a new location lacks: {n} data sets"
    return [
        Result(what, cost.rows / n, "rows a data set", LACKING_ROWS),
        Result(what, cost.cpu / n * 1e6, "CPU microseconds a data set", LACKING_MICROSECONDS),
    ]


def _open(stack: Stack) -> None:
    with stack.catalog():
        pass


def _growth(what: str, few: Cost, many: Cost) -> list[Result]:
    return [
        Result(
            what,
            max(many.cpu, NOISE) / max(few.cpu, NOISE),
            "times the CPU",
            GROWTH,
            details=f"{few.cpu * 1000:.1f} and {many.cpu * 1000:.1f} CPU ms",
        ),
        Result(
            what,
            max(many.rows, FEW_ROWS) / max(few.rows, FEW_ROWS),
            "times the rows read",
            GROWTH,
            details=f"{few.rows} and {many.rows} rows",
        ),
    ]


if __name__ == "__main__":
    main()
