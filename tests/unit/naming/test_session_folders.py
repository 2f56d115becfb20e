"""A folder template is read and written alike, and a name that is not a date says so."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.naming.session_folders import (
    NOT_A_DATE,
    Layout,
    Reading,
    read_date,
    spelled,
    spelling_problem,
)
from session_archive.naming.session_name import SessionName

SUBJECT, IDENT = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,14}[A-Za-z0-9])?", "[A-Za-z0-9]{1,32}"
SPELLINGS = ["%m%d%y", "%Y%m%d", "%m%d%Y", "%Y_%m_%d", "%d.%m.%Y"]


def layout(template: str, accept: str = "always") -> Layout:
    return Layout("L", template, SUBJECT, IDENT, accept)


E1 = layout("{subject}/catgt_{subject}_{date:%m%d%y}[_{ident}]_g0")
V1 = layout("{subject}/{date:%m%d%Y}[_{ident}]/video")
DAY = dt.date(2021, 1, 2)

sessions = st.builds(
    SessionName,
    st.from_regex(SUBJECT, fullmatch=True).filter(str.isascii),
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["", "1", "2", "10"]),
)


@pytest.mark.parametrize("template", [E1.template, V1.template, "{date:%Y-%m-%d}/{subject}/a[-{ident}]"])
@given(session=sessions)
def test_what_is_written_is_read_back(template: str, session: SessionName) -> None:
    used = layout(template)
    path = used.write(session)
    assert path.count("/") + 1 == used.depth
    reading = used.read(path)
    assert reading is not None
    assert (reading.complete, reading.problem) == (True, "")
    assert used.write(SessionName(reading.subject, reading.date, reading.ident)) == path
    assert reading.date == session.date


@pytest.mark.parametrize(
    ("path", "reading"),
    [
        ("SC022", Reading(False, "SC022", None, "")),
        ("SC022/catgt_SC022_010221_g0", Reading(True, "SC022", DAY, "")),
        ("SC022/catgt_SC022_010221_3_g0", Reading(True, "SC022", DAY, "3")),
        ("SC022/catgt_SC023_010221_g0", None),
        ("SC022/catgt_SC022_010221_g1", None),
        ("SC022/catgt_SC022_01022_g0", None),
        ("SC022/catgt_SC022_010221_g0/inside", None),
        ("SC022/catgt_SC022_010221_g0 ", None),
        ("sc022/catgt_SC022_010221_g0", None),
        ("SC022/CatGT_SC022_010221_g0", None),
        ("", None),
    ],
)
def test_a_path_is_read_to_its_end_or_not_at_all(path: str, reading: Reading | None) -> None:
    assert E1.read(path) == reading


def test_other_capitals_are_read_to_explain_a_name() -> None:
    reading = E1.read_any_case("sc022/CATGT_SC022_010221_G0")
    assert reading == Reading(True, "sc022", DAY, "")
    assert E1.read_any_case("SC022/catgt_\u017fC022_010221_g0") is None, (
        "a long s is not a letter of a subject"
    )


@pytest.mark.parametrize(("path", "year"), [("SC022/133221", 2021), ("SC022/023021", 2021)])
def test_digits_that_are_no_day_are_a_problem_and_not_another_layout(path: str, year: int) -> None:
    reading = layout("{subject}/{date:%m%d%y}").read(path)
    assert reading is not None
    assert (reading.complete, reading.date) == (True, None)
    assert NOT_A_DATE in reading.problem
    assert str(year) in reading.problem


def test_a_year_of_two_digits_is_of_this_century() -> None:
    assert read_date("010299", "%m%d%y") == dt.date(2099, 1, 2)
    assert read_date("010200", "%m%d%y") == dt.date(2000, 1, 2)
    assert read_date("00000102", "%Y%m%d") is None


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_read_as_it_is_spelled(spelling: str, day: dt.date) -> None:
    assert read_date(spelled(day, spelling), spelling) == day


def test_every_year_has_its_digits() -> None:
    assert spelled(dt.date(987, 6, 5), "%Y-%m-%d") == "0987-06-05"
    assert spelled(dt.date(2005, 6, 7), "%d%m%y") == "070605"
    assert read_date("1-1-2021", "%d-%m-%Y") is None
    assert read_date("2021x01x02", "%Y.%m.%d") is None, "a point is a point"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_with_day_month_and_year(spelling: str) -> None:
    assert spelling_problem(spelling) == ""


@pytest.mark.parametrize(
    "spelling", ["", "%m%d", "%m%d%y%Y", "%m%d%d%y", "%G%m%d", "%m%d%g", "%Y%j", "%Y/%m%d", "%m%d%Y%"]
)
def test_a_spelling_that_is_not_one_day_is_refused(spelling: str) -> None:
    assert spelling_problem(spelling)


@pytest.mark.parametrize(
    ("template", "accept"),
    [
        (E1.template, "always"),
        (V1.template, "always"),
        ("{subject}/{date:%m%d%y}", "always"),
        ("{camera}/{subject}/{date:%Y_%m_%d}[_{ident}]", "opt-in"),
        ("{subject}/{date:%Y%m%d}/{probe_number}", "never"),
        ("{subject}/{date:%m%d%y}_g{gate}", "never"),
        ("{subject}/{subject}_{ident}_{date:%Y%m%d}", "opt-in"),
    ],
)
def test_a_template_that_can_be_used(template: str, accept: str) -> None:
    assert layout(template, accept).problem() == ""


@pytest.mark.parametrize(
    ("template", "accept"),
    [
        ("{subject}_{date:%m%d%y}", "always"),
        ("x{subject}/{date:%m%d%y}", "always"),
        ("{subject}", "always"),
        ("{subject}/{date:%m%d%y}/{date:%m%d%y}", "always"),
        ("{subject}/{date:%m%d%y}[_{ident}][_{ident}]", "always"),
        ("{subject}/{date}", "always"),
        ("{subject}/{date:%m%d}", "always"),
        ("{subject:x}/{date:%m%d%y}", "always"),
        ("{subject}/{day}", "always"),
        ("{subject}/{camera}/{date:%m%d%y}", "always"),
        ("{subject}/{date:%m%d%y}_g{gate}", "always"),
        ("{subject}/{date:%m%d%y}_{ident}", "always"),
        ("{subject}/{date:%m%d%y}[_a]", "always"),
        ("{subject}/{date:%m%d%y}[_{ident}", "always"),
        ("{subject}/{date:%m%d%y}]_{ident}[", "always"),
        ("{subject}/{ident}_{date:%m%d%y}[_a]", "opt-in"),
        ("/{subject}/{date:%m%d%y}", "always"),
        ("{subject}//{date:%m%d%y}", "always"),
        ("{subject}/../{date:%m%d%y}", "always"),
        ("{subject}/./{date:%m%d%y}", "always"),
        ("{subject}/{date:%m%d%y}/", "always"),
        ("{subject}/a\\b/{date:%m%d%y}", "always"),
        ("{subject}/{date:%m%d%y}*", "always"),
        ("{subject}/{date:%m%d%y}?", "always"),
        ("{subject}/%m/{date:%m%d%y}", "always"),
        ("{subject}/\x07/{date:%m%d%y}", "always"),
        ("{subject}/{date:%m%d%y}}", "always"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(template: str, accept: str) -> None:
    assert layout(template, accept).problem()


def test_fields_of_other_layouts_are_read_and_written_as_an_example() -> None:
    camera = layout("{camera}/{subject}/{date:%Y_%m_%d}", "opt-in")
    assert camera.read("side_face/SC022/2021_01_02") == Reading(True, "SC022", DAY, "", camera="side_face")
    assert camera.write(SessionName("SC022", DAY)) == "side/SC022/2021_01_02"
    gate = layout("{subject}/{date:%m%d%y}_g{gate}", "never")
    assert gate.read("SC022/010221_g12").gate == 12
    assert gate.read("SC022/010221_g0") is None, "gate 0 is the accepted layout"
    probe = layout("{subject}/{date:%Y%m%d}/{probe_number}", "never")
    assert probe.read("SC022/20210102/1").probe == 0
    assert probe.read("SC022/20210102/0") is None
    assert E1.read("SC022/catgt_SC022_010221_g0").probe is None


def test_a_layout_needs_an_ident_only_if_it_is_not_optional() -> None:
    assert layout("{subject}/{ident}_{date:%m%d%y}", "opt-in").needs_ident
    assert not layout("{subject}/{date:%m%d%y}[_{ident}]", "opt-in").needs_ident
    assert not layout("{subject}/{date:%m%d%y}", "opt-in").needs_ident
    assert not layout("{subject}/{ident}_{date:%m%d%y}", "always").needs_ident
