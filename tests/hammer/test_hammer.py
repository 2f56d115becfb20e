"""The hammer: many seeded random walks, each of which must end with everything archived, or with a reason why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.hammer.servers import Servers
from tests.hammer.walk import Hammer


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


#: Steps of one walk at most.
STEPS = 20
#: Walks of `script/test`, some seconds each, and those that `script/test full` adds.
WALKS, LONG = 14, 186


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each walk, named after its seed; as many as are requested, else some, and more that are long."""
    first, walks = (metafunc.config.getoption(name) for name in ("--hammer-seed", "--hammer-walks"))
    some = range(first, first + (walks or WALKS))
    more = range(some.stop, some.stop + (0 if walks else LONG))
    metafunc.parametrize("number", [*some, *(pytest.param(each, marks=pytest.mark.long) for each in more)])


def test_the_walk_of_seed(servers: Servers, number: int, request: pytest.FixtureRequest) -> None:
    shrink = request.config.getoption("--hammer-shrink")
    machine = seed(number)(type("Hammer", (Hammer,), {"servers": servers}))
    print(f"seed {number}; the same walk again: pytest tests/hammer --hammer-seed {number} --hammer-walks 1")
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1,
            stateful_step_count=STEPS,
            database=None,
            derandomize=False,
            deadline=None,
            phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )
