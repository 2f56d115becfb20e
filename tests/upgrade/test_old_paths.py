"""DAG files that labs have copied from version 0.1 work with this package."""

from pathlib import Path

from tests.dags.conftest import make_airflow_database

OLD_DAGS = Path(__file__).with_name("dags_of_0_1")


def test_the_dag_files_of_version_0_1_parse_and_have_the_same_tasks() -> None:
    make_airflow_database()
    from airflow.dag_processing.dagbag import DagBag

    old, new = (
        DagBag(str(folder), bundle_path=folder, bundle_name="dags-folder")
        for folder in (OLD_DAGS, OLD_DAGS.parents[2] / "dags")
    )
    assert old.import_errors == {}
    # What came later stands in files of its own.
    assert old.dags.keys() == new.dags.keys() - {
        "send_messages",
        "audit_archive",
        "repair_archive",
        "replicate_archive",
    }
    for dag_id, dag in old.dags.items():
        assert dag.task_ids == new.dags[dag_id].task_ids
