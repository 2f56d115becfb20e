"""What a try committed before its worker died is announced by the next one, once."""

from types import SimpleNamespace
from typing import Any

import pytest

from archive_flow.run.earlier_try import tried_before, with_earlier_try
from archive_flow.run.work_item import Result
from session_archive.states.state import State


@pytest.mark.parametrize(
    ("try_number", "max_tries", "expected"),
    [
        (1, 3, False),
        (2, 3, True),
        # Cleared after it had succeeded at its first try, and at its third.
        (2, 4, False),
        (4, 6, False),
        (5, 6, True),
    ],
)
def test_a_retry_is_no_cleared_task(try_number: int, max_tries: int, expected: bool) -> None:
    ti = SimpleNamespace(try_number=try_number, max_tries=max_tries, task=SimpleNamespace(retries=3))
    context: Any = {"ti": ti}
    assert tried_before(context) is expected


def test_only_what_this_run_verified_is_as_new_as_if_this_try_had() -> None:
    archived, older = (Result(name, name, State.ARCHIVED) for name in ("a", "b"))
    failed = Result("c", "c", State.CHANGED)
    assert [each.new for each in with_earlier_try([archived, older, failed], {"a", "c"})] == [
        True,
        False,
        False,
    ]
