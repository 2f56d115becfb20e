"""Results beside their goals: what each benchmark prints, and `script/bench` gathers into one table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table.

    what     : what a user waits for
    measured : a number of `unit`: a ratio to something that was measured in the same run, a growth, or seconds
    goal     : at most this; None for a number that only explains the others
    at_least : the goal is at least that
    details  : what else was measured, such as both sides of the ratio
    """

    what: str
    measured: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    details: str = ""

    @property
    def met(self) -> bool:
        """True where the goal is reached, or there is none."""
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    def as_json(self) -> str:
        """One line."""
        goal = None if self.goal is None else f"at {'least' if self.at_least else 'most'} {self.goal:g}"
        return json.dumps(
            {
                "what": self.what,
                "measured": float(f"{self.measured:.3g}")
                if abs(self.measured) < 1000
                else round(self.measured),
                "unit": self.unit,
                "goal": goal,
                "met": self.met,
                "details": self.details,
            }
        )


def report(results: Iterable[Result]) -> NoReturn:
    """Print a line for each; exit code 1 when a goal is missed."""
    shown = list(results)
    for result in shown:
        print(result.as_json(), flush=True)
    sys.exit(0 if all(result.met for result in shown) else 1)
