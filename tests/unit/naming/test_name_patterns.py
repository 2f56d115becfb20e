"""A name inside a recording says a probe, a camera, a gate, and whether it belongs to another recording."""

import datetime as dt

import pytest

from session_archive.naming.name_patterns import NameForm, NameReading, form_problem
from session_archive.naming.session_name import SessionName

SUBJECT, IDENT = "[A-Za-z0-9_]{1,16}", "[A-Za-z0-9]{1,32}"
SPELLINGS = ("%m%d%y", "%Y%m%d")
FIRST = SessionName("SC022", dt.date(2021, 1, 2))
SECOND = SessionName("SC022", dt.date(2021, 1, 2), "1")


def read(form: str, name: str, session: SessionName = FIRST, *cameras: str) -> NameReading | None:
    return NameForm(form, SUBJECT, IDENT, SPELLINGS, cameras=cameras).read(name, session)


RUN = "{subject}_{date}[_{ident}]_g{gate}_*"


@pytest.mark.parametrize(
    ("form", "name", "reading"),
    [
        (RUN, "SC022_010221_g0_t0.nidq.bin", NameReading(gate=0)),
        (RUN, "sc022_20210102_G3_", NameReading(gate=3)),
        (RUN, "SC022_010221_g0", None),
        (RUN, "xSC022 010221_g0_a", None),
        ("*_imec{probe}", "anything_imec12", NameReading(probe=12)),
        ("*_imec{probe}", "anything_imec", None),
        ("imec{probe}_*", "imec0_ks2", NameReading(probe=0)),
        ("*_imec{probe}", "a_imec12345", None),
        ("{subject}_{camera}_{number}-{number}*", "SC022_side_13-0000.avi", NameReading(camera="side")),
        ("{subject}_{camera}_{number}-{number}*", "SC022_side_13.avi", None),
        ("a.b", "a.b", NameReading()),
        ("a.b", "axb", None),
        ("a*", "a\nb", NameReading()),
    ],
)
def test_a_name_has_a_form_as_a_whole_or_not_at_all(
    form: str, name: str, reading: NameReading | None
) -> None:
    assert read(form, name) == reading


@pytest.mark.parametrize(
    "name", ["SC023_010221_g0_a", "SC022_010321_g0_a", "SC022_20210103_g0_a", "SC022_999999_g0_a"]
)
def test_a_name_of_another_subject_or_day_is_foreign(name: str) -> None:
    reading = read(RUN, name)
    assert reading is not None
    subject, day = name.split("_")[:2]
    assert (subject if subject != "SC022" else day) in reading.foreign
    assert reading.doubt == ""


def test_a_name_without_subject_and_date_is_not_foreign() -> None:
    assert read("imec{probe}_*", "imec0_ks2").foreign == ""


@pytest.mark.parametrize(
    ("session", "name", "doubt"),
    [
        (FIRST, "SC022_010221_g0_a", False),
        (FIRST, "SC022_010221_1_g0_a", True),
        (SECOND, "SC022_010221_1_g0_a", False),
        (SECOND, "SC022_010221_2_g0_a", True),
        (SECOND, "SC022_010221_g0_a", True),
        (SessionName("SC022", FIRST.date, "Surface"), "SC022_010221_surface_g0_a", False),
    ],
)
def test_a_name_of_another_session_of_the_day_is_doubtful(
    session: SessionName, name: str, doubt: bool
) -> None:
    reading = read(RUN, name, session)
    assert reading is not None
    assert (bool(reading.doubt), reading.foreign) == (doubt, "")


def test_a_form_without_ident_never_doubts_the_session() -> None:
    assert read("{subject}_{date}_*", "SC022_010221_a", SECOND).doubt == ""


def test_the_sessions_own_words_win_over_any_other_reading() -> None:
    session = SessionName("MY_01", FIRST.date)
    reading = read("{subject}_{camera}_{number}", "MY_01_side_7", session)
    assert (reading.camera, reading.foreign) == ("side", "")


def test_a_known_camera_is_not_an_ident_and_another_camera() -> None:
    form = "{subject}_{date}[_{ident}]_{camera}.txt"
    known = read(form, "SC022_010221_side_face.txt", FIRST, "side", "side_face")
    assert (known.camera, known.doubt) == ("side_face", "")
    of_session = read(form, "SC022_010221_1_side_face.txt", SECOND, "side", "side_face")
    assert (of_session.camera, of_session.doubt) == ("side_face", "")
    other = read(form, "SC022_010221_tail.txt", FIRST, "side")
    assert (other.camera, other.doubt) == ("tail", "")


def test_the_day_of_a_session_has_each_spelling() -> None:
    form = NameForm(RUN, SUBJECT, IDENT, SPELLINGS)
    assert form.days(FIRST) == ("010221", "20210102")
    assert form.foreign == "ambiguous"


@pytest.mark.parametrize(
    "form",
    [
        RUN,
        "{subject}_{camera}_{number}-{number}*",
        "*.imec{probe}.*",
        "imec{probe}_*",
        "{date}_g{gate}_imec{probe}",
        "a",
        "*",
    ],
)
def test_a_form_that_can_be_used(form: str) -> None:
    assert form_problem(form) == ""


@pytest.mark.parametrize(
    "form",
    [
        "",
        "a/b",
        "a\\b",
        "a\x00b",
        "{unknown}_a",
        "{subject",
        "a}",
        "{subject}_{subject}",
        "{gate}_{gate}",
        "{camera}_{camera}",
        "{date}{probe}",
        "1{probe}",
        "*{gate}",
        "{gate}1",
        "{probe}{gate}",
        "{probe}{camera}",
        "a[b]",
        "a[_{ident}",
        "a_{ident}]",
        "[_{subject}]",
        "[[_{ident}]]",
    ],
)
def test_a_form_that_cannot_be_used_says_why(form: str) -> None:
    assert form_problem(form)
