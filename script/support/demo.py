"""The whole story on this machine: upload, check, upload again, lose the catalog, discover, retrieve, compare."""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from session_archive.cli.state_rows import show_rows
from session_archive.naming.session_name import DataSetName
from session_archive.states.overview import overview
from session_archive.states.state import State, StateRow
from support.airflow import Airflow, Json
from support.processes import Processes
from support.sample_rig import SAMPLES, lab_sessions, make_rig
from support.stack import Stack

console = Console(highlight=False)


class DemoError(Exception):
    """The system did not do what the table of samples expects."""


def main() -> None:
    """Run the demo; exit code 1 on any difference from what the samples expect."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument(
        "--exit", action="store_true", help="stop everything at the end instead of waiting for Ctrl-C"
    )
    arguments = parser.parse_args()
    try:
        with Processes() as processes:
            _run(processes, stay=not arguments.exit)
    except KeyboardInterrupt:
        console.print("stopped; nothing is left running")
    except DemoError as error:
        console.print(f"[bold red]the demo failed:[/] {error}")
        sys.exit(1)


def _run(processes: Processes, *, stay: bool) -> None:
    begun = time.monotonic()
    with Stack(task_delay=1.0, settle_gap="2 s") as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        _say(
            "the rig, the lab's database and the local Globus are running; Airflow starts (about half a minute)"
        )
        airflow = stack.start_airflow(processes)
        console.print(stack.set_up(airflow.environment).rstrip(), style="dim")
        _upload(stack, airflow)
        _upload_again(stack, airflow)
        _rebuild(stack, airflow)
        _retrieve(stack, airflow)
        _say(f"all as expected, after {time.monotonic() - begun:.0f} s")
        console.print(f"Airflow's UI: {airflow.url}  user {airflow.username}  password {airflow.password}")
        console.print(f"rig, archive and scratch: {stack.directory}")
        if stay:
            console.print("Ctrl-C stops everything.")
            signal.pause()


def _say(text: str) -> None:
    console.print(f"[bold]==>[/] {text}")


def _upload(stack: Stack, airflow: Airflow) -> None:
    _say("the nightly upload is unpaused; the scheduler starts it")
    airflow.unpause("upload_sessions")
    _follow(airflow, "upload_sessions", airflow.scheduled_run("upload_sessions"))
    rows = _states(stack)
    show_rows(rows, console, title="data sets after the upload")
    _expect(rows, archived_as=State.ARCHIVED)
    _compare_with_archive(stack)


def _upload_again(stack: Stack, airflow: Airflow) -> None:
    _say("a second upload")
    before = len(stack.globus.effects("accepted"))
    run_id = _run_dag(airflow, "upload_sessions")
    chosen = airflow.xcom("upload_sessions", run_id, "select")
    sent = len(stack.globus.effects("accepted")) - before
    if chosen or sent:
        raise DemoError(f"the second upload selected {len(chosen)} data sets again and sent {sent}")
    console.print("nothing was archived again: no data set was selected, no transfer was submitted")


def _rebuild(stack: Stack, airflow: Airflow) -> None:
    _say("the catalog is dropped, and rebuilt from what the archive holds")
    before = _cataloged(stack)
    stack.drop_catalog()
    stack.set_up(airflow.environment)
    _run_dag(airflow, "discover_sessions")
    rows = _states(stack)
    show_rows(rows, console, title="data sets after the discovery")
    _expect(rows, archived_as=State.UNVERIFIED, only_archived=True)
    if (after := _cataloged(stack)) != before:
        missing, extra = sorted(before - after)[:3], sorted(after - before)[:3]
        raise DemoError(f"the rebuilt catalog differs: lost {missing}, gained {extra}")
    console.print(f"{len(before)} files are cataloged as before, by path, size, time, type and session")


def _retrieve(stack: Stack, airflow: Airflow) -> None:
    sample = next(sample for sample in SAMPLES if sample.state is State.ARCHIVED)
    _say(f"{sample.subject} {sample.date} is retrieved")
    _run_dag(airflow, "retrieve_sessions", {"subjects": [sample.subject], "dates": [sample.date.isoformat()]})
    retrieved = stack.scratch / "retrieved"
    files = [path for path in retrieved.rglob("*") if path.is_file()]
    for path in files:
        if _sha256(path) != _sha256(stack.rig / path.relative_to(retrieved)):
            raise DemoError(f"{path} differs from the rig's file")
    if not files:
        raise DemoError("nothing was retrieved")
    console.print(f"{len(files)} files were retrieved, each with the rig's bytes (SHA-256)")


def _run_dag(airflow: Airflow, dag_id: str, params: Json | None = None) -> str:
    airflow.unpause(dag_id)
    run_id = airflow.trigger(dag_id, params)
    _follow(airflow, dag_id, run_id)
    return run_id


def _follow(airflow: Airflow, dag_id: str, run_id: str) -> None:
    """Show the run's progress until it has ended. Raises DemoError unless it ended well."""
    with Live(Text(), console=console, transient=True) as live:
        run = airflow.wait(dag_id, run_id, on_progress=lambda run, tasks: live.update(_progress(run, tasks)))
    expected = "success"
    if run["state"] != expected:
        raise DemoError(
            f"the run of {dag_id} ended {run['state']}:\n{airflow.task_log(dag_id, run_id, 'summary')}"
        )


def _progress(run: Json, tasks: list[Json]) -> Text:
    text = Text(f"  {run['dag_id']}: {run['state']}", style="cyan")
    by_task: dict[str, Counter[str]] = {}
    for task in tasks:
        by_task.setdefault(task["task_id"], Counter())[task["state"] or "waiting"] += 1
    for task_id, states in by_task.items():
        text.append(f"   {task_id.rpartition('.')[2]} ", style="bold")
        text.append(" ".join(f"{count} {state}" for state, count in sorted(states.items())))
    return text


def _states(stack: Stack) -> list[StateRow]:
    with stack.catalog() as catalog:
        return [
            row
            for kind in stack.settings.data_sets
            for row in overview(
                kind,
                expected=catalog.expected_sessions(kind),
                states=catalog.states.newest_rows(data_set_type=kind),
            )
        ]


def _expect(rows: list[StateRow], *, archived_as: State, only_archived: bool = False) -> None:
    """Compare with the table of samples; discovery reports only data sets that are in the archive."""
    expected = {
        (sample.session, sample.data_set_type): (
            archived_as if sample.state is State.ARCHIVED else sample.state,
            sample.n_files,
        )
        for sample in SAMPLES
        if sample.state is State.ARCHIVED or not only_archived
    }
    actual = {(row.session, row.data_set_type): (row.state, row.n_files) for row in rows}
    if only_archived:
        actual = {key: value for key, value in actual.items() if value[0] is archived_as}
    if wrong := sorted(set(expected.items()) ^ set(actual.items()), key=str):
        raise DemoError(
            f"the states differ from the samples; expected {expected}, the differences are {wrong}"
        )


def _cataloged(stack: Stack) -> set[tuple[str, ...]]:
    with stack.catalog() as catalog:
        return {
            (row.data_set, str(row.target), file.path, str(file.size), str(file.mtime), file.file_type)
            for row in _states(stack)
            if row.state in (State.ARCHIVED, State.UNVERIFIED)
            for file in catalog.replicas.files(DataSetName.parse(row.data_set).id).files
        }


def _compare_with_archive(stack: Stack) -> None:
    """Every cataloged file is in the archive with the rig's bytes, and the archive holds no other file."""
    roots = {
        place.name: stack.archive / place.directory.lstrip("/") for place in stack.settings.locations.values()
    }
    seen = set()
    with stack.catalog() as catalog:
        for row in _states(stack):
            if row.state is not State.ARCHIVED:
                continue
            root = roots[stack.settings.data_sets[row.data_set_type].location]
            for file in catalog.replicas.files(DataSetName.parse(row.data_set).id).files:
                copy = root / file.path
                seen.add(copy)
                if copy.stat().st_size != file.size or _sha256(copy) != _sha256(stack.rig / file.path):
                    raise DemoError(f"{copy} does not match the catalog")
    if extra := {path for path in stack.archive.rglob("*") if path.is_file()} - seen:
        raise DemoError(f"in the archive, but not in the catalog: {sorted(extra)[:3]}")
    console.print(
        f"{len(seen)} cataloged files are in the archive with the rig's bytes (SHA-256), and no other file"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
