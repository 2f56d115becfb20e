"""What is known about a path, and what is assumed where nothing is known."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from session_archive.naming.surroundings import Assumptions, Context


def test_without_a_word_a_path_is_a_plain_file_of_a_days_only_session() -> None:
    context = Context()
    assert (context.dir, context.size, context.siblings, context.meta_date) == (None, None, (), None)
    assert context.catalog_sessions_that_day == 1
    troubles = (
        "symlink",
        "meta_incomplete",
        "no_meta",
        "no_ch",
        "bin_absent",
        "size_mismatch",
        "both_spellings",
    )
    for trouble in troubles:
        assert getattr(context, trouble) is False


@pytest.mark.parametrize(
    "raw", ["2021-01-02", "2021-01-02T23:59:59", "2021-01-02 nonsense", dt.date(2021, 1, 2)]
)
def test_the_day_of_a_meta_file_comes_with_or_without_its_time(raw: Any) -> None:
    assert Context.model_validate({"meta_date": raw}).meta_date == dt.date(2021, 1, 2)


@pytest.mark.parametrize(
    "raw", [{"size": -1}, {"catalog_sessions_that_day": -1}, {"meta_date": "01/02/2021"}, {"tyop": True}]
)
def test_what_cannot_be_known_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(raw))):
        Context.model_validate(raw)


def test_a_day_may_have_no_session_and_a_file_no_bytes() -> None:
    assert Context(size=0, catalog_sessions_that_day=0).size == 0


def test_a_text_in_place_of_a_context_is_a_comment() -> None:
    assert Assumptions(default_context="a comment").context == Context()
    assert Assumptions(default_context=Context(size=7)).context == Context(size=7)
    assert Assumptions().context == Context()


def test_nothing_is_assumed_about_the_lab() -> None:
    assumed = Assumptions()
    assert assumed.known_water_restrictions is None
    assert assumed.today is None
    assert assumed.earliest_session_date is None
    with pytest.raises(ValidationError, match="tyop"):
        Assumptions.model_validate({"tyop": 1})
