"""Runs the benchmarks, one at a time, and prints one table: `script/bench [NAME...]`."""

from __future__ import annotations

import json
import os
import platform
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
    "discovery": ("4000", "10"),
    "listing": ("200", "0.3"),
    "loopback_calls": ("2",),
    "loopback_copying": ("256",),
}
#: Seconds for one: what hangs must not keep the others from the table.
LONGEST = 420


@dataclass(frozen=True, slots=True)
class Row:
    """One line that a benchmark printed, or its end without one.

    goal : as printed; '' where the line has none of its own, so that only the exit code says whether all were met
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
    """Run one; its rows, or one that says why there are none."""
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
        # It stops the servers that it has started; Ctrl-C does not reach what a shell began in the background.
        began.terminate()
        began.communicate()
        return [Row(name, f"did not end within {LONGEST} s", "", "", False)]
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    if began.returncode not in (0, 1) or not lines:
        last = (errors.strip().splitlines() or ["no output"])[-1]
        return [Row(name, f"failed: {last}", "", "", False)]
    return [row_of(name, line, met=began.returncode == 0) for line in lines]


def row_of(name: str, line: Mapping[str, Any], *, met: bool) -> Row:
    """The row of a line; `met` holds for lines without a goal of their own."""
    if "what" in line:
        goal = line["goal"] or ""
        measured = f"{line['measured']:g} {line['unit']}"
        return Row(name, line["what"], measured, goal, bool(line["met"]), line.get("details", ""))
    return Row(name, ", ".join(f"{key} {value}" for key, value in line.items()), "", "exit code", met)


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


def main(names: list[str], *, root: Path = ROOT) -> int:
    """Run these, or all; 1 when a goal is missed, 2 for a name that there is not."""
    console = Console(width=None if sys.stdout.isatty() else 180, highlight=False)
    known = programs(root)
    if unknown := [name for name in names if name not in known]:
        console.print(f"there is no benchmark {unknown[0]!r}; expected some of: {', '.join(known)}")
        return 2
    on, began, rows = machine(), time.monotonic(), []
    for name in names or known:
        start = time.monotonic()
        rows += run(name, root)
        console.print(f"{name} ... {time.monotonic() - start:.0f} s")
    console.print(table(rows))
    missed = sum(not row.met for row in rows)
    console.print(f"{on}; {time.monotonic() - began:.0f} s; {missed} of {len(rows)} rows missed their goal")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
