"""Sizes, spans and the line of a transfer's progress, as every log and console writes them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printable_text.amounts import count_of, progress_in_words, rate, size, size_of, span


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_960, "1.0 MB"),
        (3.4e12, "3.4 TB"),
        (5e21, "5,000.0 EB"),
    ],
)
def test_a_size_has_the_unit_in_which_it_is_read_best(n_bytes: float, words: str) -> None:
    assert size(n_bytes) == words


@given(st.integers(0, 10**20))
def test_no_size_is_shown_as_a_thousand_or_more_of_a_unit_that_has_a_bigger_one(n_bytes: int) -> None:
    number, unit = size(n_bytes).split(" ")
    assert float(number) < 1000 or unit == "EB"


def test_a_part_of_a_size_names_the_unit_once_where_it_can() -> None:
    assert size_of(1_200_000_000_000, 3_400_000_000_000) == "1.2 of 3.4 TB"
    assert size_of(900_000_000_000, 3_400_000_000_000) == "900.0 GB of 3.4 TB"
    assert size_of(0, 0) == "0 of 0 bytes"
    assert size_of(1_200_000_000_000, None) == "1.2 TB"


def test_what_is_not_known_is_said() -> None:
    assert rate(None) == "rate unknown"
    assert count_of(3, None, "file") == "3 files"
    assert count_of(1, 1, "file") == "1 of 1 file"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.6, "60 s"),
        (121, "2 min"),
        (3599, "1 h"),
        (5 * 3600 + 40 * 60, "5 h 40 min"),
        (47 * 3600, "47 h"),
        (50 * 3600, "2 days 2 h"),
        (30 * 86_400, "30 days"),
    ],
)
def test_a_span_has_two_units_at_most(seconds: float, words: str) -> None:
    assert span(seconds) == words


@given(st.floats(0, 1e12))
def test_a_span_is_never_negative_and_always_has_a_unit(seconds: float) -> None:
    first, *rest = span(seconds).split(" ")
    assert float(first) >= 0 and rest and not math.isnan(float(first))


def test_the_line_leaves_out_empty_parts() -> None:
    line = progress_in_words(
        files=(12, 40), n_bytes=(1_200, 3_400), rate_now=110e6, faults=2, further=("", "Queued")
    )
    assert line == "12 of 40 files, 1.2 of 3.4 kB, 110.0 MB/s, 2 faults, Queued"
