"""This machine's clock and the free space of its disks."""

import datetime as dt

import pytest

from session_archive.doctor.machine import clock_check, space_check


@pytest.mark.parametrize(
    ("seconds", "grade"), [(9, "ok"), (-9, "ok"), (60, "warning"), (-60, "warning"), (300, "failure")]
)
def test_clocks(seconds: int, grade: str):
    ours = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    check = clock_check("globus", theirs=ours - dt.timedelta(seconds=seconds), ours=ours)
    assert check.grade == grade
    if grade != "ok":
        assert ("ahead" in check.found) == (seconds > 0)


@pytest.mark.parametrize(
    ("free", "total", "night", "grade"),
    [
        (2e12, 4e12, 1e12, "ok"),
        (2e12, 4e12, 3e12, "warning"),
        (4e9, 4e12, 0, "warning"),
        (9e8, 4e12, 0, "failure"),
    ],
)
def test_space(free: float, total: float, night: float, grade: str):
    assert space_check("rig", "/rig", free=int(free), total=int(total), night=int(night)).grade == grade
