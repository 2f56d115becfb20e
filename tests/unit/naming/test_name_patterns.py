"""A name inside a recording says a probe, a camera, a gate, and whether it belongs to another recording."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        (RUN, "SC022_010221__g0_a", None),
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


FORMS = (
    RUN,
    "{subject}_{date}[_{ident}]_g{gate}_imec{probe}",
    "{subject}_{camera}_{number}-{number}*",
    "{subject}_{date}[_{ident}]_{camera}.txt",
    "*_{date}_{subject}*",
    "[{ident}-]{subject}*{date}",
    "*_imec{probe}",
)
WORDS = st.text(st.sampled_from("aAbB01_é"), max_size=6)
SESSIONS = st.builds(
    SessionName,
    WORDS.filter(bool),
    st.dates(dt.date(2019, 12, 30), dt.date(2020, 2, 2)),
    st.sampled_from(["", "1", "b", "0_g0"]),
)


@st.composite
def names(draw: st.DrawFn) -> tuple[str, SessionName]:
    """A session, and a name of its own words, of those of another one, and of others, in any case and order."""
    session, other = draw(SESSIONS), draw(SESSIONS)
    own = [each for one in (session, other) for each in (one.subject, one.ident, *days(one))]
    part = st.sampled_from([*own, "_", "_g0", "_imec1", ".", "-", "side", "\n", ".txt", "7"]) | WORDS
    name = "".join(draw(st.lists(part, max_size=9)))
    if draw(st.booleans()):
        name = f"{session.subject}_{days(session)[0]}{name}"
    return draw(st.sampled_from([name, name.upper(), name.lower()])), session


def days(session: SessionName) -> tuple[str, ...]:
    return NameForm(RUN, SUBJECT, IDENT, SPELLINGS).days(session)


@given(st.sampled_from(FORMS), names(), st.sampled_from([(), ("side", "a_b")]))
def test_patterns_for_any_session_say_the_same_as_those_with_its_words_written_in(
    form: str, named: tuple[str, SessionName], cameras: tuple[str, ...]
) -> None:
    name, session = named
    # An expression that looks behind makes the form write the session's own words into patterns of their own.
    written = NameForm(form, f"(?<!/){SUBJECT}", f"(?<!/){IDENT}", SPELLINGS, cameras=cameras)
    assert written.read(name, session) == NameForm(form, SUBJECT, IDENT, SPELLINGS, cameras=cameras).read(
        name, session
    )


@pytest.mark.parametrize("subject", ["^[A-Z]{2}[0-9]{3}", r"\A[A-Z]{2}[0-9]{3}", "(?<!.)[A-Z]{2}[0-9]{3}"])
def test_an_expression_that_looks_behind_sees_the_name_alone(subject: str) -> None:
    form = NameForm(RUN, subject, IDENT, SPELLINGS)
    reading = form.read("SC023_010221_g0_a", FIRST)
    assert reading is not None
    assert "SC023" in reading.foreign


def test_reading_names_of_many_sessions_compiles_nothing_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    form = NameForm(RUN, SUBJECT, IDENT, SPELLINGS)
    assert form.read("SC022_010221_g0_a", FIRST)

    def compiled(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(re, "compile", compiled)
    for day in range(3, 31):
        assert form.read(f"SC022_01{day:02}21_g0_a", SessionName("SC022", dt.date(2021, 1, day)))
