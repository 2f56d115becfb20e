"""One Airflow home for the whole test run, named before anything imports Airflow; profiles of Hypothesis; the order."""

import atexit
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.airflow_settings import own_home

HOME = Path(tempfile.mkdtemp(prefix="session-archive-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ |= own_home(HOME) | {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}

#: How many examples each property is tried with: while somebody works on it, and where time matters less.
EXAMPLES = {"dev": 20, "ci": 500}

# A busy machine is slow, so that no example is too slow. Hypothesis' own profile for a CI repeats its examples.
for profile, examples in EXAMPLES.items():
    settings.register_profile(
        profile,
        settings.get_profile("ci" if profile == "ci" else "default"),
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)

_HAMMER = Path(__file__).with_name("hammer")


def pytest_itemcollected(item: pytest.Item) -> None:
    """`script/test faults` finds the hammer by its mark."""
    if _HAMMER in item.path.parents:
        item.add_marker("hammer")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many walks the hammer makes, and which: tests/hammer/README.md."""
    group = parser.getgroup("hammer")
    group.addoption("--hammer-walks", type=int, help="walks, one seed each (default 14, and 186 marked long)")
    group.addoption("--hammer-seed", type=int, default=1, help="seed of the first walk (default 1)")
    group.addoption(
        "--hammer-shrink", action="store_true", help="make a failing walk of the hammer shorter; minutes"
    )


#: One test of minutes. By the number of its tests it would begin last, while the other core has nothing left to do.
FIRST = "test_demo.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with many tests first, as pytest-xdist would have them, but for the one that takes longest."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.name != FIRST, -tests[item.path]))
