"""The doctor's checks for a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from session_archive.doctor.check import Check, Grade

_COLOURS = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.FAILURE: "bold red"}
_MOST = 200


def check_table(checks: Sequence[Check]) -> Table:
    """One row for each check: the result, and below it what to do."""
    counts = Counter(check.grade for check in checks)
    caption = ", ".join(f"{counts[grade]} {grade}" for grade in Grade if counts[grade])
    table = Table(box=SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
    table.add_column("what", overflow="fold", ratio=2)
    table.add_column("", no_wrap=True)
    table.add_column("result, and what to do", overflow="fold", ratio=5)
    area = ""
    for check in checks:
        if area and check.area != area:
            table.add_section()
        area = check.area
        result = Text(check.found)
        if check.advice:
            result.append(f"\n→ {check.advice}", style="bold")
        table.add_row(
            Text(f"{check.area}: {check.subject}"),
            Text(str(check.grade), style=_COLOURS[check.grade]),
            result,
        )
    return table


def field_lines(fields: Mapping[str, Any]) -> Iterator[str]:
    """The fields in the service's responses that our documents do not describe, one line each."""
    if fields:
        yield "In the service's responses, but not in our documents:"
    for field, value in sorted(fields.items()):
        text = json.dumps(value, default=str)
        yield f"  {field} = {text if len(text) <= _MOST else text[:_MOST] + '…'}"
