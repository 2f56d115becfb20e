"""Which session of its day each folder is: the numbers are complete, or a person or a start time decides."""

import pytest

from session_archive.naming.which_session import doubt_of_idents


@pytest.mark.parametrize(
    ("idents", "sessions", "words"),
    [
        ([""], 1, ""),
        (["", "1"], 2, ""),
        (["1", "", "2"], 3, ""),
        (["", "1"], 3, ""),
        (["", "surface"], 1, "'surface' does not say which session of the day it is"),
        (["0", ""], 2, "'0' does not say which session of the day it is"),
        (["1"], 2, "there is a numbered folder, but the first, unnumbered folder is missing"),
        (
            [""],
            0,
            "session 1 of the day by its number, but the lab's pipeline knows 0 session(s) of that day",
        ),
        (
            ["", "1"],
            1,
            "2 folders, but the lab's pipeline knows 1 session(s) of that day, and one is session 2 by its number",
        ),
        (
            ["", "2"],
            2,
            "2 folders, but the lab's pipeline knows 2 session(s) of that day, and one is session 3 by its number",
        ),
        ([""], 2, "one folder, but the lab's pipeline knows 2 session(s) of that day: which one is it?"),
    ],
)
def test_each_doubt_is_true_of_the_day(idents: list[str], sessions: int, words: str) -> None:
    assert doubt_of_idents(idents, n_sessions=sessions) == words
