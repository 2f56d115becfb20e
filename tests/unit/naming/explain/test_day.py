"""Which session of its day a folder is, and why that may be uncertain."""

import datetime as dt

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.day import doubts_of_day
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.session_name import SessionName
from session_archive.naming.surroundings import Context

CONVENTIONS = load_conventions()
DAY = dt.date(2021, 1, 2)


def folder(ident: str = "") -> FolderReading:
    tail = f"_{ident}" if ident else ""
    session = SessionName("SC022", DAY, ident)
    return FolderReading("raw-ephys", "E1", session, f"SC022/catgt_SC022_010221{tail}_g0", True)


def doubts(ident: str = "", *siblings: str, sessions: int = 1, **context) -> list[str]:
    known = Context(siblings=siblings, catalog_sessions_that_day=sessions, **context)
    return list(doubts_of_day(folder(ident), conventions=CONVENTIONS, context=known))


FIRST, SECOND, THIRD = (f"catgt_SC022_010221{tail}_g0" for tail in ("", "_1", "_2"))


@pytest.mark.parametrize(
    ("ident", "siblings", "sessions", "word"),
    [
        ("", (), 1, ""),
        ("", (FIRST,), 1, ""),
        ("", (FIRST, SECOND), 2, ""),
        ("1", (FIRST,), 2, ""),
        ("1", (FIRST, SECOND, THIRD), 3, ""),
        ("1", (), 2, "missing"),
        ("1", (THIRD,), 3, "missing"),
        ("2", (FIRST, SECOND), 2, "session 3 "),
        ("1", (FIRST,), 1, "session 2 "),
        ("", (SECOND,), 1, "2 folders"),
        ("", (THIRD,), 2, "2 folders"),
        ("", (), 2, "which one"),
        ("", (), 0, "session 1 "),
        ("surface", (FIRST,), 2, "'surface'"),
    ],
)
def test_the_number_of_a_folder_and_the_number_of_sessions_agree(
    ident: str, siblings: tuple[str, ...], sessions: int, word: str
) -> None:
    found = doubts(ident, *siblings, sessions=sessions)
    assert [word in doubt for doubt in found] == ([True] if word else []), found


def test_another_spelling_of_the_same_day_is_a_second_folder() -> None:
    (doubt,) = doubts("", "catgt_SC022_20210102_g0")
    assert "SC022 2021-01-02" in doubt
    (both,) = doubts(both_spellings=True)
    assert "2021-01-02" in both


@pytest.mark.parametrize(
    "sibling", ["catgt_SC022_010321_g0", "catgt_SC023_010221_g0", "SC022_010221_g0", "notes", FIRST]
)
def test_a_folder_of_another_day_or_subject_is_no_sibling(sibling: str) -> None:
    assert doubts("", sibling) == []


def test_a_folder_of_another_kind_is_no_sibling() -> None:
    assert doubts("", "01022021_1", sessions=1) == []


def test_siblings_of_a_video_are_the_folders_of_days() -> None:
    videos = FolderReading("raw-video", "V1", SessionName("SC022", DAY), "SC022/01022021/video", True)
    context = Context(siblings=("01022021_1", "20210102_2", "video"), catalog_sessions_that_day=2)
    (doubt,) = doubts_of_day(videos, conventions=CONVENTIONS, context=context)
    assert "3 folders" in doubt


def test_a_recording_that_began_on_another_day_is_doubtful() -> None:
    (doubt,) = doubts(meta_date=dt.date(2021, 1, 3))
    assert "2021-01-03" in doubt
    assert "2021-01-02" in doubt
    assert doubts(meta_date=DAY) == []
