"""The provider inside Airflow: its form, its serialized DAGs, another project's DAG that uses it."""

from __future__ import annotations

import datetime as dt
import functools
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from airflow.sdk import DAG, task_group

from globus_provider.operators.transfer import GlobusTransferOperator

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

DAGS = Path(__file__).parent / "dags"


@pytest.fixture(scope="module")
def airflow_database() -> None:
    from airflow.utils import db

    db.initdb()


def test_the_connection_type_has_its_form(airflow_database: None) -> None:
    from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService

    form = next(hook for hook in HookMetaService.hook_meta_data() if hook.connection_type == "globus")
    assert form.hook_name == "Globus"
    standard = form.standard_fields
    assert (standard.login.title, standard.password.title) == ("Client ID", "Client secret")
    assert [standard.host.hidden, standard.port.hidden, standard.url_schema.hidden] == [True, True, True]
    assert set(form.extra_fields) == {
        "refresh_token",
        "identity_token",
        "transfer_url",
        "auth_url",
        "plain_http",
        "timeout",
    }
    for token in ("refresh_token", "identity_token"):
        assert form.extra_fields[token]["schema"]["format"] == "password"


def test_the_link_is_registered_and_the_hook_is_found() -> None:
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()
    assert "globus_provider.links.GlobusTaskLink" in manager.extra_links_class_names
    assert manager.hooks["globus"].hook_class_name == "globus_provider.hooks.globus.GlobusHook"


def test_the_test_button_reaches_the_service(lab: Lab) -> None:
    from airflow.sdk import Connection

    connection = Connection(
        conn_id="tried",
        conn_type="globus",
        login=lab.globus.client_id,
        password=lab.globus.client_secret,
        extra=json.dumps({"auth_url": lab.globus.url, "transfer_url": lab.globus.url}),
    )
    worked, words = connection.test_connection()
    assert worked, words


class Store:
    """A callable object without a __name__."""

    def __call__(self, context: Any) -> None: ...


def parse() -> dict[str, Any]:
    """Serialize a DAG anew, as each parse of its file does: every callable has a new address."""
    from airflow.serialization.serialized_objects import DagSerialization

    def items(context: Any, prefix: str = "") -> list[tuple[str, str]]:
        return []

    with DAG("parsed", schedule=None, start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) as dag:
        given: dict[str, Any] = {
            "source_collection": "s",
            "destination_collection": "d",
            "transfer_label": "x",
        }
        GlobusTransferOperator(task_id="plain", items=items, submission_store=Store(), **given)
        GlobusTransferOperator(task_id="partial", items=functools.partial(items, prefix="a"), **given)
        given.pop("source_collection")
        GlobusTransferOperator.partial(
            task_id="mapped", items=items, submission_store=Store(), **given
        ).expand(source_collection=["a", "b"])

        @task_group
        def group(source: str) -> None:
            GlobusTransferOperator(
                task_id="move", items=items, submission_store=Store(), source_collection=source, **given
            )

        group.expand(source=["a", "b"])
    return DagSerialization.to_dict(dag)


def test_parsing_again_makes_no_new_dag_version() -> None:
    first, second = json.dumps(parse(), sort_keys=True), json.dumps(parse(), sort_keys=True)
    assert first == second
    assert " at 0x" not in first


class HoldUntilPolled(threading.Thread):
    """Pauses all transfers from the start, and resumes each after three polls."""

    def __init__(self, lab: Lab, *, transfers: int) -> None:
        super().__init__(daemon=True)
        lab.globus.fault(file="*", do="permission_denied", times=0)
        self._lab = lab
        self._transfers = transfers
        self._paused: set[str] = set()
        self._over = threading.Event()
        self.polled: set[str] = set()

    def run(self) -> None:
        while not self._over.wait(0.05):
            accepted = {effect["task_id"] for effect in self._lab.globus.effects("accepted")}
            for task in accepted - self._paused:
                self._lab.globus.change_task(task, "pause")
                self._paused.add(task)
                if len(self._paused) == self._transfers:
                    self._lab.globus.clear_faults()
            for task in self._paused - self.polled:
                if len(self._lab.globus.requests("GET", f"/v0.10/task/{task}")) >= 3:
                    self._lab.globus.change_task(task, "resume")
                    self.polled.add(task)

    def stop(self) -> None:
        self._over.set()
        self.join()


def test_a_dag_of_another_project_copies_its_folders(lab: Lab, airflow_database: None) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    for day in ("2026-01-01", "2026-01-02", "empty"):
        (lab.folder / "rig" / day).mkdir()
        (lab.folder / "rig" / day / "data.bin").write_text(day)
    lab.keep_connection_in_airflow()
    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(str(DAGS), bundle_path=DAGS, bundle_name="dags-folder")
    assert bag.import_errors == {}
    sync_bag_to_db(bag, "dags-folder", None)

    holder = HoldUntilPolled(lab, transfers=2)
    holder.start()
    run = bag.dags["copy_days"].test(run_conf={"source": lab.rig, "destination": lab.archive})
    holder.stop()

    assert str(run.state) == "success"
    copied = {path.parent.name: path.read_text() for path in (lab.folder / "archive").rglob("*.bin")}
    assert copied == {"2026-01-01": "2026-01-01", "2026-01-02": "2026-01-02"}
    assert lab.posts() == [202, 202]
    accepted = lab.globus.effects("accepted")
    # A paused transfer does not end: three polls of it mean that a trigger waited.
    assert holder.polled == {effect["task_id"] for effect in accepted}
    assert {effect["label"] for effect in accepted} == {f"copy_days {run.run_id} {index}" for index in (0, 1)}
    with create_session() as session:
        rows = session.query(XComModel).filter_by(run_id=run.run_id, key="_link_GlobusTaskLink").all()
        links = {(row.task_id, row.map_index): XComModel.deserialize_value(row) for row in rows}
    page = f"{lab.globus.url}/activity/"
    for task in ("one_day.move", "one_day.wait"):
        shown = {links[task, index] for index in range(3)}
        assert shown == {page + effect["task_id"] for effect in accepted} | {""}
    assert all(httpx.get(link, trust_env=False).status_code == 200 for link in filter(None, shown))
