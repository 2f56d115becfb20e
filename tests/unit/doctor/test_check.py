"""One line of the doctor, and whether a script stops for it."""

import pytest

from session_archive.doctor.check import Check, Checks, Grade, failed

MAKE = Checks("place")
OK, WARNING, FAILURE = MAKE.ok("a", "x"), MAKE.warning("a", "x"), MAKE.failure("a", "x")


@pytest.mark.parametrize(
    ("checks", "stops"),
    [([], False), ([OK], False), ([OK, WARNING], False), ([OK, FAILURE, WARNING], True), ([FAILURE], True)],
)
def test_only_a_failure_stops_a_script(checks: list[Check], stops: bool) -> None:
    assert failed(checks) is stops


def test_a_check_has_the_area_and_the_grade_of_its_maker() -> None:
    assert MAKE.warning("a", "b", "c") == Check("place", "a", Grade.WARNING, "b", "c")
    assert MAKE.failure("a", "b", "c") == Check("place", "a", Grade.FAILURE, "b", "c")
    assert Check("place", "a", Grade.OK, "x") == OK
    assert (OK.advice, WARNING.advice, FAILURE.advice) == ("", "", "")
    assert [str(grade) for grade in Grade] == ["ok", "warning", "failure"]
