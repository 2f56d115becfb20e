"""How fast the machine is decides no test: an example of Hypothesis may take as long as it takes."""

import pytest
from hypothesis import HealthCheck, settings


@pytest.mark.parametrize(("profile", "examples"), [("dev", 20), ("ci", 500)])
def test_no_example_is_too_slow_in_any_profile(profile: str, examples: int) -> None:
    chosen = settings.get_profile(profile)
    assert chosen.max_examples == examples
    assert chosen.deadline is None
    assert HealthCheck.too_slow in chosen.suppress_health_check


def test_that_holds_for_the_profile_that_is_in_force() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
