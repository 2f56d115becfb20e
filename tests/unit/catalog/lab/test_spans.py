"""Spans of days as conditions: about the attribute itself, so that an index can serve them."""

import datetime as dt
from typing import Any, cast

from session_archive.catalog.lab.plain_conditions import Conditions
from session_archive.catalog.lab.spans import within
from session_archive.settings.tables import LabSettings

FIRST, LAST = dt.date(2021, 1, 1), dt.date(2021, 1, 31)


def test_a_span_holds_the_whole_of_its_last_day() -> None:
    assert (
        within("began", FIRST, LAST)
        == "(`began` >= '2021-01-01' AND `began` < '2021-01-31' + INTERVAL 1 DAY)"
    )


def test_the_last_of_all_days_has_none_after_it() -> None:
    assert within("began", FIRST, dt.date.max) == "(`began` >= '2021-01-01')"


def test_no_restriction_computes_something_of_each_row() -> None:
    lab = LabSettings(
        session="a.Session", subject="a.Subject", subject_name="nickname", date="began", time="at"
    )
    # Days alone need no look at the lab's tables.
    where = Conditions(cast("Any", None), lab).of("", dates=[(FIRST, LAST), (LAST, dt.date.max)])
    assert "DATE(" not in where.sql and where.arguments == ()
    assert where.sql.count("`began` >= ") == 2 and " OR " in where.sql
