"""Runs the benchmarks, one at a time, and prints one table: `script/bench [NAME...]`."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]

#: Sizes for which all of them take less than a quarter of an hour; a benchmark that is not named has its own.
#: By itself, each runs with what its own page says.
SIZES: Mapping[str, tuple[str, ...]] = {
    "audit": ("1000",),
    "discovery": ("2000", "5"),
    "history": ("100000",),
    "large_data_set": ("16000",),
    "listing": ("100", "0.3"),
    "looking_at_rigs": ("2000", "50000"),
    "loopback_calls": ("2",),
    "night_in_airflow": ("20",),
}
#: Seconds for one: what hangs must not keep the others from the table; and for its servers to stop.
LONGEST, STOPPED_WITHIN = 420, 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line that a benchmark printed, or its end without one.

    goal : as printed; '' for a number that only explains the others
    """

    name: str
    what: str
    measured: str
    goal: str
    met: bool
    details: str = ""


def programs(root: Path = ROOT) -> list[str]:
    """The names of all benchmarks."""
    folder = root / "benchmarks"
    return sorted(path.stem for path in folder.glob("*.py") if "__main__" in path.read_text())


def run(name: str, root: Path = ROOT) -> list[Row]:
    """Run one; its rows, and one that says so where it broke."""
    command = [sys.executable, str(root / "benchmarks" / f"{name}.py"), *SIZES.get(name, ())]
    environment = os.environ | {"PYTHONPATH": str(root / "script")}
    began = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        output, errors = began.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        _stop(began)
        return [Row(name, f"did not end within {LONGEST} s", "", "", False)]
    rows = [row_of(name, json.loads(line)) for line in output.splitlines() if line.startswith('{"what":')]
    # Python ends with 1 after an error too, so that the code alone does not say whether a goal was missed.
    if began.returncode != (0 if all(row.met for row in rows) else 1) or not rows:
        last = (errors.strip().splitlines() or [f"exit code {began.returncode}"])[-1]
        rows.append(Row(name, f"failed: {last}", "", "", False))
    return rows


def _stop(process: subprocess.Popen[str]) -> None:
    """Let a benchmark stop the servers that it has started; one that does not end is killed."""
    # Not as Ctrl-C, which does not reach what a shell began in the background.
    process.terminate()
    try:
        process.communicate(timeout=STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def row_of(name: str, line: Mapping[str, Any]) -> Row:
    """The row of a line that `goals.report` printed."""
    measured = f"{line['measured']:g} {line['unit']}"
    return Row(name, line["what"], measured, line["goal"] or "", bool(line["met"]), line["details"])


def table(rows: Iterable[Row]) -> Table:
    """All rows; what missed its goal is red."""
    shown = Table("benchmark", "what", "measured", "goal", "", "details", pad_edge=False)
    for row in rows:
        verdict = "[green]met[/]" if row.met else "[red]missed[/]"
        shown.add_row(
            row.name,
            row.what,
            row.measured,
            row.goal,
            verdict if row.goal or not row.met else "",
            row.details,
        )
    return shown


def machine() -> str:
    """What the numbers were measured on, in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(models) or os.cpu_count()} x {models[0] if models else platform.machine()}, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"
    )


def _cpu_of_children() -> float:
    """Of those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(names: list[str], *, root: Path = ROOT) -> int:
    """Run these, or all; 1 when a goal is missed, 2 for a name that there is not."""
    console = Console(width=None if sys.stdout.isatty() else 180, highlight=False)
    known = programs(root)
    if unknown := [name for name in names if name not in known]:
        console.print(f"there is no benchmark {unknown[0]!r}; expected some of: {', '.join(known)}")
        return 2
    on, began, rows = machine(), time.monotonic(), []
    for name in names or known:
        start, used = time.monotonic(), _cpu_of_children()
        rows += run(name, root)
        # A busy machine makes only the first number larger.
        console.print(f"{name} ... {time.monotonic() - start:.0f} s, {_cpu_of_children() - used:.0f} CPU s")
    console.print(table(rows))
    missed = sum(not row.met for row in rows)
    console.print(f"{on}; {time.monotonic() - began:.0f} s; {missed} of {len(rows)} rows missed their goal")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
