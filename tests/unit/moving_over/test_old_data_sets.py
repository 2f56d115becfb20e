"""Rows of map-ephys as values: their paths and keys in the form that this archive uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.moving_over.old_data_sets import (
    OLD_PATH_LENGTH,
    OldDataSet,
    key_of,
    normalised,
    without_data_set,
    words_of,
)
from session_archive.naming.session_name import path_problem


@pytest.mark.parametrize(
    ("spelled", "path"),
    [
        ("SC022/run/a.bin", "SC022/run/a.bin"),
        ("/SC022//run/a.bin/", "SC022/run/a.bin"),
        ("SC022\\run\\a.bin", "SC022/run/a.bin"),
        ("./SC022/./run/a.bin", "SC022/run/a.bin"),
        ("SC022/.hidden/a..bin", "SC022/.hidden/a..bin"),
        ("../SC022", "../SC022"),
        ("", ""),
        ("/", ""),
    ],
)
def test_every_spelling_of_a_path_is_the_one_that_this_archive_writes(spelled: str, path: str) -> None:
    assert normalised(spelled) == path


@given(st.lists(st.sampled_from(["a", ".", "", "b c"])).map("/".join))
def test_a_path_in_this_form_stays_as_it_is_and_can_be_stored(spelled: str) -> None:
    path = normalised(spelled)
    assert normalised(path) == path
    assert not path or not path_problem(path)


def test_a_key_is_equal_in_any_order_and_as_text() -> None:
    assert key_of({"a": 1, "b": "2"}) == key_of({"b": 2, "a": "1"})
    assert key_of({"a": 1}) != key_of({"a": 2})
    assert key_of({"a": 1}) != key_of({"b": 1})
    assert len({key_of({"a": 1}), key_of({"a": 1})}) == 1


def test_a_key_is_shown_in_its_own_order() -> None:
    assert words_of({"subject_id": 7, "session": 2}) == "subject_id=7, session=2"


def test_a_session_without_data_set_is_reported_by_its_key() -> None:
    assert without_data_set([]) == []
    reported = without_data_set([{"subject_id": 7, "session": 2}, {"subject_id": 8, "session": 1}])
    assert ["subject_id=7, session=2" in each.what for each in reported] == [True, False]
    assert all(each.why for each in reported)


def test_an_old_data_set_is_shown_by_location_and_name() -> None:
    old = OldDataSet("raw-ephys", "endpoint", "/root", "ephys-raw-SC022-1")
    assert str(old) == "raw-ephys/ephys-raw-SC022-1"
    assert (old.sessions, old.files) == ((), ())


def test_the_old_column_of_paths_had_128_characters() -> None:
    assert OLD_PATH_LENGTH == 128
