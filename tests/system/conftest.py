"""One whole Airflow for the tests of this folder: starting one takes half a minute."""

from collections.abc import Iterator

import pytest

from support.airflow import Airflow
from support.processes import Processes
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Stack, Airflow]]:
    """A stack with its Airflow, in which the scheduler begins the nightly upload at once."""
    with Processes() as processes, Stack(task_delay=8.0, poll_interval="2 s") as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        airflow = stack.start_airflow(processes)
        stack.set_up(airflow.environment)
        airflow.unpause("upload_sessions")
        yield stack, airflow
