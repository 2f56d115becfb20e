"""Times say their zone; ages are round."""

from __future__ import annotations

import datetime as dt

import pytest

from session_archive.archive_page.plain_words import age, moment

NOW = dt.datetime(2021, 1, 2, 6, 12, tzinfo=dt.UTC)


def test_a_time_is_said_in_utc_and_says_so() -> None:
    chicago = dt.timezone(dt.timedelta(hours=-6))
    assert moment(dt.datetime(2021, 1, 2, 0, 12, tzinfo=chicago)) == "2021-01-02 06:12 UTC"
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (dt.timedelta(minutes=3), "3 min"),
        (dt.timedelta(hours=5, minutes=59), "5 h"),
        (dt.timedelta(days=1, hours=5), "1 day"),
        (dt.timedelta(days=1234), "1,234 days"),
        # The database's clock may be ahead of this machine's.
        (dt.timedelta(seconds=-30), "0 min"),
    ],
)
def test_an_age_is_round(since: dt.timedelta, words: str) -> None:
    assert age(NOW - since, now=NOW) == words


def test_what_has_no_time_has_no_age() -> None:
    assert age(None, now=NOW) == ""
