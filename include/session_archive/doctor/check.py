"""One line of the doctor's table, as a value."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Grade(enum.StrEnum):
    """How a check ended; a failure would keep a night from archiving, or from proving what it archives."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its result.

    area    : settings, airflow, messages, globus, place, catalog, machine, mark, transfer, names or repair
    subject : the thing by its name: a connection, a place, a table
    found   : the result in one line; never a secret
    advice  : what to do; '' if nothing
    """

    area: str
    subject: str
    grade: Grade
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Makes the checks of one area."""

    area: str

    def ok(self, subject: str, found: str) -> Check:
        """All is well."""
        return Check(self.area, subject, Grade.OK, found)

    def warning(self, subject: str, found: str, advice: str = "") -> Check:
        """A night would work, but a person should know."""
        return Check(self.area, subject, Grade.WARNING, found, advice)

    def failure(self, subject: str, found: str, advice: str = "") -> Check:
        """A night would not archive, or not prove what it archives."""
        return Check(self.area, subject, Grade.FAILURE, found, advice)


def failed(checks: Iterable[Check]) -> bool:
    """True if a script should stop here."""
    return any(check.grade is Grade.FAILURE for check in checks)
