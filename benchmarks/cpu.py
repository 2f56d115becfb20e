"""CPU seconds: the cost of a program, whatever else the machine does meanwhile."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def of_process(pid: int | None) -> float:
    """User and system seconds of a running process so far."""
    return sum(_ticks(pid)[:2]) / os.sysconf("SC_CLK_TCK")


def of_children(pid: int) -> dict[str, float]:
    """Command line of each child of a process -> seconds of the child, and of all that it has started, ended or not."""
    families: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            families.setdefault(_parent(int(path.name)), []).append(int(path.name))
    seconds: dict[str, float] = {}
    for child in families.get(pid, ()):
        with contextlib.suppress(OSError):
            command = (
                Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
            seconds[command] = _of_family(child, families)
    return seconds


def _of_family(pid: int, families: dict[int, list[int]]) -> float:
    total = sum(_of_family(child, families) for child in families.get(pid, ()))
    with contextlib.suppress(OSError):
        # Those of ended children, which the process has waited for, are in the last two.
        total += sum(_ticks(pid)) / os.sysconf("SC_CLK_TCK")
    return total


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _ticks(pid: int | None) -> tuple[int, ...]:
    """User, system, and both of ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return tuple(int(each) for each in fields[11:15])
