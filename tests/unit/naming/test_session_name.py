"""Names are exact, go both ways, and cannot be built wrong."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printable_text import printable
from session_archive.errors import NamingError
from session_archive.naming.session_name import (
    DataSetName,
    SessionName,
    path_id,
    path_problem,
    plain_name,
    session_number,
)

NEW_YEAR = dt.date(2021, 1, 1)
plain = st.text(min_size=1, max_size=20).filter(lambda text: "/" not in text and not path_problem(text))


@given(kind=plain, subject=plain, date=st.dates(), ident=st.just("") | plain)
def test_a_data_set_name_survives_the_round_trip(kind, subject, date, ident):
    name = DataSetName(kind, SessionName(subject, date, ident))
    assert DataSetName.parse(str(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "raw-ephys",
        "raw-ephys/SC022",
        "raw-ephys/SC022/2021-01-01/",
        "raw-ephys/SC022/2021-01-01/1/2",
        "raw-ephys/SC022/20210101",
        "raw-ephys/SC022/2021-W01-1",
        "raw-ephys//2021-01-01",
        "/SC022/2021-01-01",
        "raw-ephys/SC022/2021-02-30",
        "raw-ephys/SC\udcff/2021-01-01",
    ],
)
def test_only_what_str_writes_is_a_data_set_name(text):
    with pytest.raises(NamingError, match="expected type/subject"):
        DataSetName.parse(text)


@given(st.text())
def test_no_text_crashes_the_parser(text):
    with contextlib.suppress(NamingError):
        assert str(DataSetName.parse(text)) == text


@pytest.mark.parametrize(
    ("subject", "ident"),
    [
        ("", ""),
        ("a/b", ""),
        ("..", ""),
        ("SC\udcff", ""),
        ("SC\n", ""),
        ("SC022", "1/2"),
        ("SC022", "\udcff"),
    ],
)
def test_a_session_with_an_impossible_part_cannot_be_built(subject, ident):
    with pytest.raises(NamingError):
        SessionName(subject, NEW_YEAR, ident)


def test_a_timestamp_is_not_a_session_date():
    with pytest.raises(NamingError, match="rig's local date"):
        SessionName("SC022", dt.datetime(2021, 1, 1, 12))


def test_ids_are_the_same_on_each_machine_and_differ_by_case():
    name = DataSetName("raw-ephys", SessionName("SC022", NEW_YEAR))
    assert str(name.id) == "01dfc85c-ff15-570b-b260-ffefde51f2fa"
    assert path_id("SC022/A.bin") != path_id("SC022/a.bin")
    assert path_id("SC022/M\u00e4us") != path_id("SC022/Ma\u0308us")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "not a path inside a root"),
        ("/a", "not a path inside a root"),
        ("a/", "not a path inside a root"),
        ("a//b", "not a path inside a root"),
        ("a/../b", "not a path inside a root"),
        ("./a", "not a path inside a root"),
        ("a\\b", "backslash"),
        ("a\nb", "control character"),
        ("a\0b", "control character"),
        ("a\u2028b", "control character"),
        ("a/\udcff.bin", "not UTF-8"),
        ("a/" + "\u00e4" * 128, "more than 255 bytes"),
    ],
)
def test_a_path_that_cannot_be_stored_exactly_has_no_id(path, why):
    with pytest.raises(NamingError, match=why) as refused:
        path_id(path)
    str(refused.value).encode()  # an error must reach a log and a database


@pytest.mark.parametrize("path", ["a", "...", "a..b/.c", " a ", "SC022/x y.bin", "\u00e4" * 127, "a" * 255])
def test_odd_but_exact_paths_have_an_id(path):
    assert path_id(path)


@given(st.text(alphabet=st.characters()))
def test_anything_can_be_printed(text):
    shown = printable(text + "\udcff\n")
    shown.encode()
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("ident", "number"),
    [
        ("", 0),
        ("1", 1),
        ("12", 12),
        ("0", None),
        ("01", None),
        ("a", None),
        ("1a", None),
        ("²", None),
        ("٣", None),
        ("-1", None),
    ],
)
def test_the_number_of_a_session_is_written_in_one_way(ident: str, number: int | None) -> None:
    assert session_number(ident) == number


def test_a_plain_name_is_decided_fast() -> None:
    assert all(map(plain_name, ("a", "a b.bin", "...", "x" * 255)))
    assert not any(map(plain_name, ("", ".", "..", "a/b", "a\\b", "a\n", "é", "x" * 256)))


def test_control_characters_are_shown_as_escapes() -> None:
    assert printable("a\x1bb\u2028é\udcff") == "a\\x1bb\\u2028é\\udcff"
