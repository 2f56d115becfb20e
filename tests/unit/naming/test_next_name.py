"""The name of the next recording of a day, and what a person should know before using it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import NamingError
from session_archive.naming.conventions import load_conventions
from session_archive.naming.next_name import (
    NamedSession,
    Taken,
    leads_to,
    named_session,
    next_session,
    taken_by,
)
from session_archive.naming.session_name import SessionName

CONVENTIONS = load_conventions()
DAY = dt.date(2021, 1, 2)
EPHYS, VIDEO = "raw-ephys", "raw-video"


def taken(*idents: str, kind: str = EPHYS) -> list[Taken]:
    return [Taken(ident, kind, f"rig1:{kind}{ident}") for ident in idents]


def proposed(existing: list[Taken], *kinds: str) -> NamedSession:
    return next_session("SC022", DAY, existing, conventions=CONVENTIONS, kinds=kinds or (EPHYS,))


def chosen(ident: str, existing: list[Taken]) -> NamedSession:
    return named_session(SessionName("SC022", DAY, ident), existing, conventions=CONVENTIONS, kinds=(EPHYS,))


@pytest.mark.parametrize(
    ("existing", "ident"),
    [
        ([], ""),
        ([""], "1"),
        (["", "1"], "2"),
        (["9"], "10"),
        (["surface"], ""),
        (["01", "0"], ""),
    ],
)
def test_the_first_session_of_a_day_has_no_ident_and_1_is_the_second(existing: list[str], ident: str) -> None:
    assert proposed(taken(*existing)).session == SessionName("SC022", DAY, ident)


@given(st.lists(st.integers(0, 5), max_size=5))
def test_the_next_session_is_one_more_than_the_highest_and_gaps_are_named(numbers: list[int]) -> None:
    named = proposed([*taken(*(str(number) if number else "" for number in numbers))])
    highest = max(numbers, default=-1)
    assert named.session.ident == (str(highest + 1) if highest >= 0 else "")
    gaps = [number for number in range(highest) if number not in numbers]
    assert len([warning for warning in named.warnings if "no recording" in warning]) == len(gaps)
    for number, warning in zip(gaps, named.warnings, strict=False):
        assert f"session {number + 1} " in warning


def test_all_kinds_of_a_session_share_its_number() -> None:
    named = proposed([*taken(""), *taken("", "1", kind=VIDEO)], EPHYS, VIDEO)
    assert [(name.kind, name.directory, name.spikeglx_run) for name in named.names] == [
        (EPHYS, "SC022/catgt_SC022_010221_2_g0", "SC022_010221_2"),
        (VIDEO, "SC022/01022021_2/video", ""),
    ]


def test_a_kind_that_the_last_session_lacks_is_named_with_the_name_it_would_have() -> None:
    (warning,) = proposed(taken("", kind=VIDEO), EPHYS, VIDEO).warnings
    assert "session 1 " in warning
    assert EPHYS in warning
    assert warning.endswith("SC022_010221")
    (warning,) = proposed(taken(""), EPHYS, VIDEO).warnings
    assert warning.endswith("SC022/01022021/video")
    assert proposed([], EPHYS, VIDEO).warnings == ()


def test_a_word_does_not_count_and_is_named() -> None:
    named = proposed(taken("", "surface"))
    assert named.session.ident == "1"
    (warning,) = named.warnings
    assert "rig1:raw-ephyssurface" in warning


def test_existing_recordings_are_sorted_and_each_comes_once() -> None:
    existing = [*taken("1", ""), *taken("1")]
    assert proposed(existing).taken == tuple(taken("", "1"))
    assert chosen("2", existing).taken == tuple(taken("", "1"))


@pytest.mark.parametrize("ident", ["0", "01", "007"])
def test_a_number_that_no_folder_has_is_refused(ident: str) -> None:
    with pytest.raises(NamingError) as refused:
        chosen(ident, [])
    assert repr(ident) in str(refused.value)


@pytest.mark.parametrize(
    ("ident", "existing", "following"),
    [
        ("", [""], "'1'"),
        ("1", ["", "1"], "'2'"),
        ("Surface", ["surface"], "none"),
        ("surface", ["", "SURFACE"], "'1'"),
    ],
)
def test_a_taken_name_is_refused_with_the_next_free_one(
    ident: str, existing: list[str], following: str
) -> None:
    with pytest.raises(NamingError) as refused:
        chosen(ident, taken(*existing))
    assert f"rig1:raw-ephys{existing[-1]}" in str(refused.value)
    assert following in str(refused.value)


def test_a_free_number_warns_of_gaps_below_it_only() -> None:
    assert chosen("", []).warnings == ()
    assert chosen("1", taken("")).warnings == ()
    (warning,) = chosen("2", taken("")).warnings
    assert "session 2 " in warning


def test_a_word_is_possible_and_warned_of() -> None:
    named = chosen("surface", taken(""))
    assert named.names[0].spikeglx_run == "SC022_010221_surface"
    (warning,) = named.warnings
    assert "'surface'" in warning


@pytest.mark.parametrize("ident", ["a b", "a/b", ".."])
def test_an_ident_that_no_folder_can_have_is_refused(ident: str) -> None:
    with pytest.raises(NamingError):
        chosen(ident, [])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("SC022/catgt_SC022_010221_g0", [(EPHYS, "")]),
        ("SC022/catgt_SC022_20210102_3_g0", [(EPHYS, "3")]),
        ("sc022/CATGT_sc022_010221_g0", [(EPHYS, "")]),
        ("SC022/SC022_010221_1_g0", [(EPHYS, "1")]),
        ("SC022/01022021", [(VIDEO, "")]),
        ("SC022/01022021_2/video", [(VIDEO, "2")]),
        ("SC022/catgt_SC022_010321_g0", []),
        ("SC023/catgt_SC023_010221_g0", []),
        ("SC022", []),
        ("SC022/notes", []),
    ],
)
def test_a_folder_takes_the_name_of_a_recording_of_that_day(path: str, found: list[tuple[str, str]]) -> None:
    assert sorted(set(taken_by(path, "SC022", DAY, CONVENTIONS))) == found


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("SC022", True),
        ("sc022", True),
        ("SC022/01022021", True),
        ("SC022/01032021", False),
        ("SC022/13452021", False),
        ("SC023", False),
        ("SC022/01022021/video", False),
        ("SC022/catgt_SC022_010221_g0", False),
        ("not a subject", False),
    ],
)
def test_a_folder_leads_to_the_recordings_of_that_day(path: str, leads: bool) -> None:
    assert leads_to(path, "SC022", DAY, CONVENTIONS) is leads
