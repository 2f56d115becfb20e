"""A whole Airflow for the nights of one file."""

from collections.abc import Iterator

import pytest
from tests.system.impatient_airflow import impatient_airflow
from tests.system.nights import Nights


@pytest.fixture(scope="module")
def nights() -> Iterator[Nights]:
    with impatient_airflow() as nights:
        yield nights
