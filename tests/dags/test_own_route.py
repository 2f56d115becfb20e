"""A flow of a lab's own: one value in one file, wired, transferred, verified and recorded like the project's own."""

import shutil
from pathlib import Path
from typing import Any

import pytest

MODULE = Path(__file__).with_name("own_route") / "replicate_sessions.py"
SECOND_COPY = """
[locations.second-copy]
collection = "{archive}"
directory = "/second"
"""
SC022 = {"subjects": ["SC022"], "kinds": ["raw-ephys"], "dates": ["2019-08-08"]}


def run_own_route(world, directory: Path, **params: Any) -> dict[str, Any]:
    """Run the DAG of that module, read from a folder as Airflow reads one."""
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    ours = world.dags

    def dags(dag_id: str) -> dict[str, Any]:
        bag = DagBag(str(directory), bundle_path=directory, bundle_name="dags-folder")
        assert bag.import_errors == {}
        sync_bag_to_db(bag, "dags-folder", None)
        return bag.dags

    world.dags = dags
    try:
        return world.run("replicate_sessions", **params)
    finally:
        world.dags = ours


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(MODULE, tmp_path)
    return tmp_path


def test_a_second_copy_of_each_archived_data_set(world, folder: Path) -> None:
    stack = world.stack
    (stack.archive / "second").mkdir()
    with stack.settings_file.open("a") as file:
        file.write(SECOND_COPY.format(**stack.globus.collections))
    world.set_up()
    assert world.run("upload_sessions", **SC022)["state"] == "success"

    assert run_own_route(world, folder, subjects=["SC022"])["state"] == "success"
    with stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        replica = catalog.replicas.at("second-copy")[data_set.id]
        files = catalog.replicas.files(data_set.id).files
    assert replica.verified and replica.found_by == "replicate"
    for file in files:
        copy = stack.archive / "second" / file.path
        assert copy.read_bytes() == (stack.rig / file.path).read_bytes()
    assert len(world.transfers()) == 2

    again = run_own_route(world, folder, subjects=["SC022"])
    assert again["state"] == "success" and len(world.transfers()) == 2, "nothing is left to copy"
