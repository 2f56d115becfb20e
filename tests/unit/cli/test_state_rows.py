"""The rows of `status`: one name, an age in nights, and reasons in the whole width of the terminal."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest

from session_archive.cli.state_rows import nights_since, show_rows
from session_archive.states.state import State, StateRow
from session_archive.terminal import Console

JST = dt.timezone(dt.timedelta(hours=9))
MORNING = dt.datetime(2021, 1, 5, 9, tzinfo=JST)
REASON = " ".join(f"word{number}" for number in range(40))


def row(**changes: Any) -> StateRow:
    values = {
        "session": "SC035 2020-01-07 15:45",
        "data_set": "raw-ephys/SC035/2020-01-07/1",
        "reason": REASON,
    }
    return StateRow("raw-ephys", uuid.UUID(int=1), State.FAILED, **{**values, **changes})


def printed(*rows: StateRow, width: int, terminal: bool) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, color_system=None, highlight=False)
    show_rows(rows, console, now=MORNING)
    return file.getvalue().splitlines()


@pytest.mark.parametrize(
    ("began", "words"),
    [
        (dt.datetime(2021, 1, 5, 2, 30, tzinfo=JST), "new"),
        (dt.datetime(2021, 1, 4, 17, 30, tzinfo=dt.UTC), "new"),
        (dt.datetime(2021, 1, 4, 2, 30, tzinfo=JST), "1 night"),
        (dt.datetime(2021, 1, 4, 11, 59, tzinfo=JST), "1 night"),
        (dt.datetime(2021, 1, 2, 2, 30, tzinfo=JST), "3 nights"),
        # A clock that runs ahead.
        (dt.datetime(2021, 1, 9, tzinfo=JST), "new"),
        (None, ""),
    ],
)
def test_an_age_is_the_number_of_nights_by_the_clock_of_this_place(
    began: dt.datetime | None, words: str
) -> None:
    assert nights_since(began, now=MORNING) == words


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_reason_uses_the_width_of_the_terminal_and_is_not_cut(width: int) -> None:
    lines = printed(row(), width=width, terminal=True)
    assert max(map(len, lines)) <= max(width, 60)
    reason = lines[2:] if width > 60 else lines[3:]
    assert " ".join(" ".join(reason).split()) == f"{REASON} (session SC035 2020-01-07 15:45)"
    # Each line but the last is filled as far as the next word allows.
    assert all(len(line.rstrip()) > width - 8 for line in reason[:-1])


def test_outside_a_terminal_a_reason_is_one_line() -> None:
    head, first, reason = printed(row(n_files=3, n_bytes=3_400_000_000_000), width=80, terminal=False)
    assert reason.strip() == f"{REASON} (session SC035 2020-01-07 15:45)"
    assert first.split("  ")[0] == "raw-ephys/SC035/2020-01-07/1"
    assert first.endswith("3.4 TB")
    assert head.startswith("data set ") and head.endswith("size")


def test_what_has_no_data_set_is_named_by_its_session_or_its_folder() -> None:
    assert row().name == "raw-ephys/SC035/2020-01-07/1"
    assert row(data_set="").name == "SC035 2020-01-07 15:45 raw-ephys"
    assert row(data_set="", session="", path="rig:SC035/x").name == "rig:SC035/x raw-ephys"


def test_names_in_two_cells_wide_characters_keep_the_columns_apart() -> None:
    lines = printed(row(data_set="raw-ephys/鼠鼠/2020-01-07"), row(), width=100, terminal=False)
    assert lines[1].index("failed") == lines[3].index("failed") - 2


def test_below_a_row_stand_the_folder_and_the_session_as_decide_takes_them() -> None:
    lines = printed(row(path="rig:SC035/x", reason="two sessions fit"), width=80, terminal=False)
    assert lines[2].strip() == "two sessions fit (rig:SC035/x; session SC035 2020-01-07 15:45)"
    lines = printed(
        row(path="rig:SC035/x", reason="rig:SC035/x is empty", session=""), width=80, terminal=False
    )
    assert lines[2].strip() == "rig:SC035/x is empty"
    assert len(printed(row(path="rig:SC035/x", reason=""), width=80, terminal=False)) == 2
