"""This machine's clock and the free space of its disks."""

import datetime as dt

import pytest

from session_archive.doctor.machine import clock_check, space_check, versions_check


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


@pytest.mark.parametrize(
    ("seconds", "grade"), [(10, "ok"), (11, "warning"), (120, "warning"), (121, "failure")]
)
def test_the_limits_of_a_clock(seconds: int, grade: str) -> None:
    ours = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    for skew in (seconds, -seconds):
        assert clock_check("globus", theirs=ours - dt.timedelta(seconds=skew), ours=ours).grade == grade


@pytest.mark.parametrize(
    ("free", "night", "grade"),
    [
        (10**9, 0, "ok"),
        (10**9 - 1, 0, "failure"),
        (10**9, 10**9, "ok"),
        (10**9, 10**9 + 1, "warning"),
    ],
)
def test_the_limits_of_a_disk(free: int, night: int, grade: str) -> None:
    assert space_check("rig", "/rig", free=free, total=10**10, night=night).grade == grade
    assert space_check("rig", "/rig", free=5 * 10**9, total=10**11).grade == "ok"
    assert space_check("rig", "/rig", free=5 * 10**9 - 1, total=10**11).grade == "warning"


def test_a_version_that_does_not_fit_is_a_failure() -> None:
    installed = {"apache-airflow": "3.3.2", "datajoint": "2.3.5"}
    assert versions_check(installed, {}).grade == "ok"
    assert "datajoint 2.3.5" in versions_check(installed, {}).found
    wrong = versions_check(installed, {"datajoint": ">=9"})
    assert wrong.grade == "failure"
    assert "datajoint >=9" in wrong.advice
