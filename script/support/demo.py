"""The whole story on this machine: upload, lose the catalog, discover, upload again, retrieve, compare, check."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from session_archive.cli.state_rows import show_rows
from session_archive.doctor.check import Grade
from session_archive.states.state import State
from support import own_folder
from support.airflow import Airflow, Json
from support.archived_rows import archived_rows
from support.demo_checks import (
    DemoError,
    expect_archive,
    expect_retrieved,
    expect_same_rows,
    expect_states,
    states,
)
from support.demo_environment import write_environment
from support.demo_troubles import TROUBLES
from support.processes import Processes
from support.sample_rig import SAMPLES, lab_sessions, make_rig
from support.stack import Stack

console = Console(highlight=False)

_UNSAFE = (
    'That is right: this rig is as a lab has it. Recordings are missing ("not found"), a folder is empty, one may '
    'be of two sessions ("ambiguous"), and one is of no session ("unclaimed"). Nothing is guessed: each waits for a '
    "person, and the exit code is 1 as long as one does. docs/troubleshooting.md says what each asks of you."
)


def main() -> None:
    """Run the demo; exit code 1 on any difference from what the samples expect."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument(
        "--exit", action="store_true", help="stop everything at the end instead of waiting for Ctrl-C"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="no story: your own folder as the rig, for docs/tutorial.md; it is only read",
    )
    arguments = parser.parse_args()
    if arguments.exit and arguments.folder:
        parser.error("--folder stays until Ctrl-C; leave --exit out")
    try:
        with Processes() as processes:
            if arguments.folder:
                own_folder.run(processes, arguments.folder, console)
            else:
                _run(processes, stay=not arguments.exit)
    except own_folder.FolderError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        console.print("stopped; nothing is left running")
    except DemoError as error:
        console.print(f"[bold red]the demo failed:[/] {error}")
        sys.exit(1)


def _run(processes: Processes, *, stay: bool) -> None:
    begun = time.monotonic()
    with Stack(task_delay=1.0, settle_gap="2 s", staging=True) as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        _say(
            "the rig, the lab's database and the local Globus are running; Airflow starts (about half a minute)"
        )
        airflow = stack.start_airflow(processes)
        console.print(stack.set_up(airflow.environment).rstrip(), style="dim")
        _upload(stack, airflow)
        _rebuild(stack, airflow)
        _upload_again(stack, airflow)
        _retrieve(stack, airflow)
        environment = write_environment(stack, airflow)
        _look(environment)
        _say(f"all as expected, after {time.monotonic() - begun:.0f} s")
        if stay:
            _lead_on(stack, airflow, environment)
            console.print("Ctrl-C stops everything.")
            signal.pause()


def _say(text: str) -> None:
    console.print(f"[bold]==>[/] {text}")


def _upload(stack: Stack, airflow: Airflow) -> None:
    _say("the nightly upload is unpaused; the scheduler starts it")
    airflow.unpause("upload_sessions")
    _follow(airflow, "upload_sessions", airflow.scheduled_run("upload_sessions"))
    rows = states(stack)
    show_rows(rows, console, title="data sets after the upload")
    expect_states(rows)
    console.print(expect_archive(stack))


def _rebuild(stack: Stack, airflow: Airflow) -> None:
    _say("the catalog is dropped, and rebuilt from what the archive holds")
    before = archived_rows(stack)
    stack.drop_catalog()
    stack.set_up(airflow.environment)
    _run_dag(airflow, "discover_sessions")
    rows = [row for row in states(stack) if row.data_set]
    show_rows(rows, console, title="data sets after the discovery")
    expect_states(rows, only_archived=True)
    expect_same_rows(before, archived_rows(stack))
    n_rows = sum(map(len, before.values()))
    console.print(f"{n_rows} rows of {len(before)} tables are as before: files, checksums, vouchers, proofs")


def _upload_again(stack: Stack, airflow: Airflow) -> None:
    _say("a second upload, with the rebuilt catalog")
    before = len(stack.globus.effects("accepted"))
    run_id = _run_dag(airflow, "upload_sessions")
    chosen = airflow.xcom("upload_sessions", run_id, "select")
    sent = len(stack.globus.effects("accepted")) - before
    if chosen or sent:
        raise DemoError(f"the second upload selected {len(chosen)} data sets again and sent {sent}")
    expect_states(states(stack))
    console.print("nothing was archived again: no data set was selected, no transfer was submitted")


def _retrieve(stack: Stack, airflow: Airflow) -> None:
    sample = next(sample for sample in SAMPLES if sample.state is State.ARCHIVED)
    _say(f"{sample.subject} {sample.date} is retrieved")
    _run_dag(airflow, "retrieve_sessions", {"subjects": [sample.subject], "dates": [sample.date.isoformat()]})
    console.print(expect_retrieved(stack))


def _look(environment: Path) -> None:
    _say("session-archive doctor")
    checks = json.loads(_console_command(environment, "doctor --json"))["checks"]
    counts = Counter(check["grade"] for check in checks)
    console.print(", ".join(f"{count} {grade}" for grade, count in counts.items()))
    for check in checks:
        if check["grade"] != Grade.OK:
            console.print(Text(f"{check['area']}: {check['subject']}: {check['found']}"), soft_wrap=True)
    _say("session-archive status --unsafe")
    console.print(Text(_console_command(environment, "status --unsafe", exit_code=1)), soft_wrap=True)
    console.print(_UNSAFE)


def _console_command(environment: Path, words: str, *, exit_code: int = 0) -> str:
    """What a console command prints in another terminal. Raises DemoError."""
    done = subprocess.run(
        ["sh", "-c", f". {shlex.quote(str(environment))}; exec session-archive {words}"],
        env={**os.environ, "COLUMNS": str(console.width)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != exit_code:
        raise DemoError(
            f"session-archive {words} ended with exit code {done.returncode}: {done.stdout}{done.stderr}"
        )
    return done.stdout.rstrip()


def _lead_on(stack: Stack, airflow: Airflow, environment: Path) -> None:
    _say("now it is yours")
    for name, value in (
        ("Airflow's UI", f"{airflow.url}  user {airflow.username}  password {airflow.password}"),
        ("its page Archive", f"{airflow.url}/plugin/archive"),
        ("rig, archive and scratch", str(stack.directory)),
    ):
        console.print(Text(f"{name}: {value}"), soft_wrap=True)
    console.print("\nConsole and notebook, in another terminal:\n")
    _commands(
        f". {shlex.quote(str(environment))}",
        "session-archive status",
        "session-archive shell",
        "python -c 'from session_archive.publication import Archived; print(Archived)'",
    )
    console.print(f"\n{len(TROUBLES)} troubles to make there:")
    for number, trouble in enumerate(TROUBLES, start=1):
        console.print(f"\n{number}. [bold]{trouble.title}[/]")
        _commands(*trouble.make)
        console.print("What you see:")
        for words in trouble.sees:
            console.print(Text(f"    … {words} …", style="dim"), soft_wrap=True)
        console.print(Text(trouble.says))
        console.print("To mend it:")
        _commands(*trouble.mend)
    console.print()


def _commands(*commands: str) -> None:
    """Each on one line, however long it is, to be copied."""
    for each in commands:
        console.print(Text(f"    {each}", style="cyan"), soft_wrap=True)


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
    for task_id, counts in by_task.items():
        text.append(f"   {task_id.rpartition('.')[2]} ", style="bold")
        text.append(" ".join(f"{count} {state}" for state, count in sorted(counts.items())))
    return text


if __name__ == "__main__":
    main()
