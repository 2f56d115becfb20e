"""A filter is read from an address and written into one; what is wrong is said at its field."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.archive_page.filters import LONGEST_TEXT, PageFilter, read_filter
from session_archive.settings.places import Source
from session_archive.states.state import State, StateRow

KINDS = ("raw-ephys", "raw-video")

words = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("Z", "C")), min_size=1
)
filters = st.builds(
    PageFilter,
    subject=st.lists(words.filter(lambda text: "," not in text).map("SC {}".format), max_size=3).map(tuple),
    kind=st.lists(st.sampled_from(KINDS), max_size=2).map(tuple),
    state=st.lists(st.sampled_from(list(State)), max_size=3).map(tuple),
    since=st.none() | st.dates(max_value=dt.date(2020, 1, 1)),
    until=st.none() | st.dates(min_value=dt.date(2020, 1, 1)),
    text=st.just("") | words.map(lambda text: text[:LONGEST_TEXT]),
    page=st.integers(1, 1000),
    subjects=st.integers(1, 1000),
)


@given(filters)
def test_a_permalink_is_read_as_the_filter_that_wrote_it(written: PageFilter) -> None:
    reading = read_filter(parse_qsl(written.query()), kinds=KINDS)
    assert reading.problems == {}
    assert reading.filter == written


@given(
    st.lists(
        st.tuples(st.sampled_from(["subject", "kind", "state", "since", "until", "page", "x"]), st.text())
    )
)
def test_any_address_is_read_or_has_a_line_of_its_own(query: list[tuple[str, str]]) -> None:
    reading = read_filter(query, kinds=KINDS)
    assert all(line and "\n" not in line for line in reading.problems.values())
    assert read_filter(reading.filter.pairs(), kinds=KINDS).filter == reading.filter


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ([("since", "2021-2-3")], "since"),
        ([("until", "tomorrow")], "until"),
        ([("since", "2021-02-02"), ("until", "2021-02-01")], "until"),
        ([("kind", "raw-ephys"), ("kind", "raw-music")], "kind"),
        ([("state", "lost")], "state"),
        ([("page", "-1")], "page"),
        ([("page", "²")], "page"),
        ([("page", "1001")], "page"),
        ([("subject", ",".join(map(str, range(51))))], "subject"),
        ([("text", "x" * (LONGEST_TEXT + 1))], "text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(query: list[tuple[str, str]], field: str) -> None:
    assert list(read_filter(query, kinds=KINDS).problems) == [field]


def test_a_day_alone_is_an_open_span() -> None:
    assert PageFilter(since=dt.date(2021, 1, 1)).dates == [(dt.date(2021, 1, 1), dt.date.max)]
    assert PageFilter(until=dt.date(2021, 1, 1)).dates == [(dt.date.min, dt.date(2021, 1, 1))]
    assert PageFilter().dates == []


def place(local_path: str, directory: str = "/globus/raw") -> Source:
    return Source.model_validate(
        {"name": "rig", "collection": UUID(int=1), "directory": directory, "local_path": local_path}
    )


@pytest.mark.parametrize(
    ("text", "local_path"),
    [
        ("/data/rig/SC022/catgt_SC022_010121_g0", "/data/rig"),
        ('"D:\\data\\SC022\\catgt_SC022_010121_g0"', "D:\\data"),
        ("/globus/raw/SC022/catgt_SC022_010121_g0", "/data/rig"),
        ("rig:SC022/catgt", "/data/rig"),
        ("CATGT_sc022", "/data/rig"),
    ],
)
def test_a_path_as_it_stands_on_the_rig_finds_its_row(text: str, local_path: str) -> None:
    row = StateRow("raw-ephys", UUID(int=2), State.FAILED, path="rig:SC022/catgt_SC022_010121_g0")
    assert PageFilter(text=text).found_in(row, places=[place(local_path)])
    assert not PageFilter(text=text + "x").found_in(row, places=[place(local_path)])


def test_a_root_is_no_path_of_everything() -> None:
    row = StateRow("raw-ephys", UUID(int=2), State.FAILED, path="rig:SC022/catgt_SC022_010121_g0")
    assert not PageFilter(text="/home/ann").found_in(row, places=[place("/data/rig", "/")])


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        (PageFilter(), True),
        (PageFilter(subject=("SC022", "SC035")), True),
        (PageFilter(subject=("SC035",)), False),
        (PageFilter(since=dt.date(2021, 1, 1), until=dt.date(2021, 1, 1)), True),
        (PageFilter(since=dt.date(2021, 1, 2)), False),
        (PageFilter(until=dt.date(2020, 12, 31)), False),
    ],
)
def test_a_row_is_of_a_subject_and_a_day(chosen: PageFilter, holds: bool) -> None:
    row = StateRow("raw-ephys", UUID(int=2), State.FAILED, session="SC022 2021-01-01 10:30")
    assert chosen.holds(row) is holds
    assert chosen.holds(StateRow("raw-ephys", UUID(int=2), State.UNCLAIMED)) is (chosen == PageFilter())
