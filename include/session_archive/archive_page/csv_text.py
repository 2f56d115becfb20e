"""Tables as CSV: for a spreadsheet, which must take no name for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from printable_text import printable

#: A cell that begins so is run by spreadsheets (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@")


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table with its heading; times in UTC, sizes in bytes."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heading)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return written.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return "" if value is None else value
    text = printable(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
