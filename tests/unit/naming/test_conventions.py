"""What is read in folder names, and what is not; both directions; floors and ceilings apart."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import NamingError
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import DataSetName, SessionName

conventions = load_conventions()
LAYOUTS = [(kind.name, layout) for kind in conventions.kinds.values() for layout in kind.layouts]
subjects = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,14}[A-Za-z0-9])?", fullmatch=True)
# A subject such as 'x_old' is a backup copy by name: refused, so no round trip.
subjects = subjects.filter(lambda text: not conventions.name_problem(text))
idents = st.just("") | st.from_regex(r"[A-Za-z0-9]{1,32}", fullmatch=True)
dates = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))


def named(kind, subject, date, ident=""):
    return DataSetName(kind, SessionName(subject, dt.date.fromisoformat(date), ident))


@given(layout=st.sampled_from(LAYOUTS), subject=subjects, date=dates, ident=idents)
def test_every_layout_reads_what_it_writes(layout, subject, date, ident):
    kind, layout = layout
    data_set = DataSetName(kind, SessionName(subject, date, ident))
    directory = layout.write(data_set.session)
    if not conventions.name_problem(directory):
        assert conventions.parse(directory) == (data_set, layout.id)


@pytest.mark.parametrize(("kind", "layout"), LAYOUTS, ids=lambda value: getattr(value, "id", value))
def test_every_day_from_2015_to_2035_survives_the_round_trip(kind, layout):
    first, last = dt.date(2015, 1, 1), dt.date(2035, 12, 31)
    for day in range((last - first).days + 1):
        session = SessionName("SC022", first + dt.timedelta(days=day), "1" if day % 2 else "")
        assert conventions.parse(layout.write(session)) == (DataSetName(kind, session), layout.id)


@given(kind=st.sampled_from(sorted(conventions.kinds)), subject=subjects, date=dates, ident=idents)
def test_the_canonical_directory_is_the_inverse_of_parse(kind, subject, date, ident):
    data_set = DataSetName(kind, SessionName(subject, date, ident))
    try:
        directory = conventions.directory(data_set)
    except NamingError:
        assert conventions.name_problem(conventions.kinds[kind].layouts[0].write(data_set.session))
    else:
        assert conventions.parse(directory) == (data_set, conventions.kinds[kind].layouts[0].id)


@pytest.mark.parametrize(
    ("directory", "expected", "layout"),
    [
        ("SC033/catgt_SC033_111219_g0", named("raw-ephys", "SC033", "2019-11-12"), "E1"),
        ("SC033/catgt_SC033_111219_1_g0", named("raw-ephys", "SC033", "2019-11-12", "1"), "E1"),
        ("SC033/catgt_SC033_111219_surface_g0", named("raw-ephys", "SC033", "2019-11-12", "surface"), "E1"),
        ("SC022/catgt_SC022_123118_g0", named("raw-ephys", "SC022", "2018-12-31"), "E1"),
        ("SC022/catgt_SC022_010121_g0", named("raw-ephys", "SC022", "2021-01-01"), "E1"),
        ("SC035/catgt_SC035_022920_g0", named("raw-ephys", "SC035", "2020-02-29"), "E1"),
        ("MY_01/catgt_MY_01_111219_g0", named("raw-ephys", "MY_01", "2019-11-12"), "E1"),
        ("FOR01/catgt_FOR01_20210609_g0", named("raw-ephys", "FOR01", "2021-06-09"), "E2"),
        ("FOR01/catgt_FOR01_20210609_2_g0", named("raw-ephys", "FOR01", "2021-06-09", "2"), "E2"),
        ("SC026/08082019/video", named("raw-video", "SC026", "2019-08-08"), "V1"),
        ("SC026/20190808_1/video", named("raw-video", "SC026", "2019-08-08", "1"), "V2"),
        ("SC050/01012021/video", named("raw-video", "SC050", "2021-01-01"), "V1"),
        ("SC050/12202012/video", named("raw-video", "SC050", "2012-12-20"), "V1"),
    ],
)
def test_names_that_labs_use_are_read(directory, expected, layout):
    assert conventions.parse(directory) == (expected, layout)


@pytest.mark.parametrize(
    "directory",
    [
        "dl5/catgt_dl55_010819_g0",
        "dl55/catgt_dl5_010819_g0",
        "SC033/catgt_sc033_111219_g0",
        "SC033/catgt_SC033_111219_G0",
        "SC033/catgt_SC033_111219_g1",
        "SC033/catgt_SC033_111219",
        "SC033/catgt_SC033_11219_g0",
        "SC033/catgt_SC033_1112199_g0",
        "SC033/catgt_SC033_111219__g0",
        "SC033/catgt_SC033_\uff11\uff11\uff11\uff12\uff11\uff19_g0",
        "SC033/catgt_SC033_\uff11\uff111219_g0",
        "SC033/catgt_SC033_11\uff11\uff1219_g0",
        "SC033/catgt_SC033_1112\uff11\uff19_g0",
        "SC033/\uff12\uff10\uff11\uff191112/video",
        "SC033/catgt_SC033_022919_g0",
        "SC033/catgt_SC033_130519_g0",
        "SC033/catgt_SC033_000119_g0",
        "SC033/catgt_SC033_010019_g0",
        "SC033/supercat_SC033_111219_g0",
        "SC033/SC033_111219_g0",
        "SC033/catgt_SC033_111219_g0.bak",
        "SC033/catgt_SC033_111219_g0 - Copy",
        "SC033/catgt_SC033_111219_g0 (1)",
        "SC033/catgt_SC033_111219_g0_old",
        "SC033/catgt_SC033_111219_g0 ",
        "SC033 /catgt_SC033_111219_g0",
        "SC033/catgt_SC033_111219_g0\n",
        "SC033//catgt_SC033_111219_g0",
        "/SC033/catgt_SC033_111219_g0",
        "SC033\\catgt_SC033_111219_g0",
        "SC033/catgt_SC033_111219_g0/x",
        "../SC033/catgt_SC033_111219_g0",
        "\u0421\u0421033/catgt_\u0421\u0421033_111219_g0",
        "Ma\u0308us1/catgt_Ma\u0308us1_111219_g0",
        "WATERRESTRICTION99/catgt_WATERRESTRICTION99_111219_g0",
        f"SC033/catgt_SC033_111219_{'x' * 240}_g0",
        "SC033/\udcff",
        "SC026/13452019/video",
        "SC026/20190230/video",
        "SC026/080819/video",
        "SC026/2019-08-08/video",
        "SC026/08082019_old/video",
        "SC026/08082019",
        "SC026/08082019/tracking",
        "11111111/11111111/video",
        "",
    ],
)
def test_a_name_that_no_convention_reads_is_refused_with_a_reason(directory):
    with pytest.raises(NamingError, match=r"expected") as refused:
        conventions.parse(directory)
    str(refused.value).encode()


def test_a_wrong_calendar_day_is_named():
    with pytest.raises(NamingError, match="year 2019, month 2, day 29 is not a date of the calendar"):
        conventions.parse("SC033/catgt_SC033_022919_g0")


@given(st.text())
def test_no_path_crashes_the_reader(text):
    try:
        data_set, _ = conventions.parse(text)
    except NamingError:
        return
    assert data_set.data_set_type in conventions.kinds


@pytest.mark.parametrize(
    "session",
    [
        SessionName("SC022", dt.date(1921, 1, 1)),
        SessionName("WATERRESTRICTION99", dt.date(2021, 1, 1)),
        SessionName("SC022", dt.date(2021, 1, 1), "a_b"),
        SessionName("SC022 ", dt.date(2021, 1, 1)),
    ],
)
def test_a_name_that_does_not_fit_the_layout_is_not_written(session):
    with pytest.raises(NamingError, match="cannot be written"):
        conventions.directory(DataSetName("raw-ephys", session))


def test_an_unknown_kind_is_named():
    with pytest.raises(NamingError, match="no convention is named 'raw-smell'; expected one of: raw-ephys"):
        conventions.directory(named("raw-smell", "SC022", "2021-01-01"))


def test_the_plausible_days_are_checked_apart_from_parse():
    today = dt.date(2025, 11, 22)

    def implausible(date):
        return conventions.implausible(SessionName("SC022", date), today=today)

    assert not implausible(dt.date(2015, 1, 1))
    assert not implausible(today + dt.timedelta(days=1))
    assert "before 2015-01-01" in implausible(dt.date(2014, 12, 31))
    assert "in the future" in implausible(today + dt.timedelta(days=2))
    assert "in the future" in implausible(conventions.parse("S1/catgt_S1_111270_g0")[0].session.date)


def test_a_data_set_can_have_a_name_of_its_own():
    renamed = conventions.named({"raw-ephys": "probes"})
    assert renamed.parse("SC022/catgt_SC022_010121_g0")[0].data_set_type == "probes"
    assert sorted(renamed.kinds) == ["probes", "raw-video"]
    assert renamed.directory(named("probes", "SC022", "2021-01-01")) == "SC022/catgt_SC022_010121_g0"


def test_names_are_litter_hidden_scratch_or_a_backup() -> None:
    assert [conventions.litter(name) for name in (".DS_Store", ".x", "a.bin")] == [True, False, False]
    assert [conventions.hidden(name) for name in (".x", "x.")] == [True, False]
    assert [conventions.scratch(name) for name in ("temp_wh.dat", "temp.dat")] == [True, False]
    assert [conventions.backup(name) for name in ("a.bak", "a.bin")] == [True, False]


@pytest.mark.parametrize(
    ("path", "word", "other"),
    [
        ("SC022/SC022_010121_g0", 'enable = ["E4"]', "no convention"),
        ("SC022/catgt_SC022_010121_g1", "gate", "enable"),
        ("supercat_SC022", "several runs", "no convention"),
        ("SC022/catgt_SC022_133121_g0", "calendar", "no convention"),
        ("SC022/SC022_133121_g0", "no convention", "enable"),
        ("SC022/notes", "no convention", "enable"),
    ],
)
def test_a_name_that_is_not_read_says_why(path: str, word: str, other: str) -> None:
    words = conventions.why_unread(path, ["raw-ephys"])
    assert word in words
    assert other not in words


@pytest.mark.parametrize("name", [" a", "a ", "SC022/ a", "SC022/a\u3000"])
def test_a_name_with_a_blank_at_an_end_is_no_recording(name: str) -> None:
    assert conventions.name_problem(name)
    assert not conventions.name_problem(name.replace(" ", "").replace("\u3000", ""))


def test_an_earlier_day_may_be_plausible_in_a_lab() -> None:
    session, today = SessionName("SC022", dt.date(2010, 1, 1)), dt.date(2021, 1, 1)
    assert conventions.implausible(session, today=today)
    assert not conventions.implausible(session, today=today, earliest=dt.date(2010, 1, 1))
    assert conventions.implausible(session, today=today, earliest=dt.date(2010, 1, 2))
