"""The upload's schedule: from the environment, and a wrong one says which variable is wrong."""

import pytest

from archive_flow.spine.schedule import EVERY_NIGHT, VARIABLE, nightly_schedule
from session_archive.errors import SettingsError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, EVERY_NIGHT),
        ("", EVERY_NIGHT),
        (" 30 4 * * 1-5 ", "30 4 * * 1-5"),
        ("@daily", "@daily"),
        ("None", None),
    ],
)
def test_the_schedule_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str | None
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if given is not None:
        monkeypatch.setenv(VARIABLE, given)
    assert nightly_schedule() == expected


@pytest.mark.parametrize("given", ["every night", "0 25 * * *", "* *", "02:00"])
def test_a_wrong_schedule_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(
        SettingsError, match=rf"SESSION_ARCHIVE_SCHEDULE: {given!r} is not a schedule".replace("*", r"\*")
    ):
        nightly_schedule()
