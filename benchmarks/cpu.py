"""CPU seconds: the cost of a program, whatever else the machine does meanwhile."""

from __future__ import annotations

import os
from pathlib import Path


def of_process(pid: int | None) -> float:
    """User and system seconds of a running process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
