"""A catalog that an older version made is upgraded with every row, and the next night continues from it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.models.connection import Connection
from airflow.models.dag import DagModel
from airflow.sdk.module_loading import import_string  # type: ignore[attr-defined]  # Airflow's triggerer uses it
from airflow.utils.session import create_session
from tests.dags.conftest import World, dag_reader, make_airflow_database
from tests.upgrade.kept import DATABASES, KEPT, restored
from tests.upgrade.kept_rows import Rows, rows_of
from tests.upgrade.make_catalog import NEVER_ACCEPTED, UNDER_WAY
from typer.testing import CliRunner

from archive_flow.routes import UPLOAD
from archive_flow.spine.select_operator import SelectOperator
from globus_provider.sensors.transfer import GlobusTransferSensor
from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.cli.main import build
from session_archive.states.state import State
from session_archive.transfers.submission import Submission

#: What Airflow's database stores of a task that has waited since the first version: the trigger's class path and its
#: arguments, and the method that resumes. Never edited: an upgrade finds exactly these.
WAIT_TRIGGER = "globus_provider.triggers.transfer.GlobusTransferTrigger"
WAIT_ARGUMENTS = {
    "globus_conn_id": "globus_default",
    "patience": 1800.0,
    "poll_interval": 1.0,
    "unreachable_limit": 21600.0,
    "cancel_on_kill": False,
}
WAIT_RESUMES_AT = "execute_complete"
SELECT_TRIGGER = "airflow.providers.standard.triggers.temporal.DateTimeTrigger"
SELECT_ARGUMENTS = {"moment": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "end_from_trigger": False}
SELECT_RESUMES_AT = "look_again"

#: An upgrade adds rows to these tables.
GROWS = {
    ("archive", "schema_version"),
    ("archive", "data_set_state"),
    ("archive", "~lineage"),
    ("archive_links", "~lineage"),
}


@dataclass(frozen=True)
class Upgraded:
    """The rows before and after the upgrade, and the world that continues."""

    world: World
    before: Rows
    after: Rows
    message: str
    under_way: list[Submission]


class Messages:
    """Stands for the task instance: XComs that were pushed."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}
        self.try_number, self.max_tries = 1, 3

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


@pytest.fixture(scope="module")
def parse() -> Callable[[], dict[str, Any]]:
    make_airflow_database()
    return dag_reader()


@pytest.fixture(scope="module", params=KEPT, ids=lambda folder: folder.name)
def upgraded(request: pytest.FixtureRequest, parse: Callable[[], dict[str, Any]]) -> Iterator[Upgraded]:
    with restored(request.param) as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        before = rows_of(stack.database, DATABASES)
        message = upgrade(stack)
        after = rows_of(stack.database, DATABASES, as_in=before)
        for name, connection in connections().items():
            patch.setenv(f"AIRFLOW_CONN_{name.upper()}", connection)
        with stack.catalog() as catalog:
            under_way = catalog.ledger.unfinished()
        yield Upgraded(World(stack, parse), before, after, message, under_way)


def upgrade(stack: Any) -> str:
    """Run `session-archive setup --upgrade` with all DAGs paused; returns its output."""
    with create_session() as session:
        for dag in session.query(DagModel):
            dag.is_paused = True
    command = ["setup", "--upgrade", "--yes", "--replace", "--port", str(stack.database.port)]
    done = CliRunner().invoke(build(), command, env=stack.environment)
    assert done.exit_code == 0, done.output or done.exception
    return done.output


def connections() -> dict[str, str]:
    """The connections that the command made; a task outside of Airflow's processes needs them in the environment."""
    with create_session() as session:
        return {each.conn_id: each.as_json() for each in session.query(Connection)}


def fire(path: str, arguments: dict[str, Any]) -> Any:
    """The event of a trigger that is built as in the triggerer, from the values in Airflow's database."""

    async def first_event() -> Any:
        return await anext(import_string(path)(**arguments).run())

    return asyncio.run(first_event()).payload


def context_of(world: World, **params: Any) -> tuple[Any, dict[str, Any]]:
    """The part of the context that a task of upload_sessions reads, and the XComs that it pushes."""
    dag, messages = world.dags()["upload_sessions"], Messages()
    context = {
        "dag": dag,
        "dag_run": SimpleNamespace(start_date=dt.datetime.now(dt.UTC)),
        "run_id": "a run of the older version",
        "params": dag.params.dump() | params,
        "ti": messages,
    }
    return context, messages.pushed


def files_below(folder: Path) -> dict[str, str]:
    """Path -> SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_catalog_of_each_older_version_is_kept() -> None:
    # Today's version is kept before the next change of a table.
    kept = [int(folder.name.removeprefix("version_")) for folder in KEPT]
    assert set(range(1, SCHEMA_VERSION)) <= set(kept) <= set(range(1, SCHEMA_VERSION + 1))


def test_every_row_of_every_table_survives_the_upgrade(upgraded: Upgraded) -> None:
    assert sum(len(rows) for _, rows in upgraded.before.values()) > 250
    lost = {
        table: missing
        for table, (_, rows) in upgraded.before.items()
        if (missing := [row for row in rows if row not in upgraded.after[table][1]])
    }
    assert lost == {}
    grown = {
        table for table, (_, rows) in upgraded.before.items() if len(upgraded.after[table][1]) != len(rows)
    }
    assert grown <= GROWS


def test_a_second_upgrade_changes_nothing(upgraded: Upgraded) -> None:
    assert "nothing to upgrade" in upgrade(upgraded.world.stack)


def test_a_wait_that_the_older_version_deferred_ends_with_its_transfer(upgraded: Upgraded) -> None:
    (waited_for,) = [each for each in upgraded.under_way if each.transfer_task_id]
    task_id = str(waited_for.transfer_task_id)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=20)
    event = fire(WAIT_TRIGGER, WAIT_ARGUMENTS | {"transfer_task_id": task_id, "until": until})
    sensor = GlobusTransferSensor(task_id="wait", transfer_task_id=task_id)
    context: Any = {"ti": Messages()}
    ended = sensor.resume_execution(WAIT_RESUMES_AT, {"event": event}, context)
    assert (ended["verdict"], ended["transfer_task_id"], ended["files"]) == ("done", task_id, 27)


def test_a_selection_that_the_older_version_deferred_continues(upgraded: Upgraded) -> None:
    context, pushed = context_of(upgraded.world, **NEVER_ACCEPTED)
    event = fire(SELECT_TRIGGER, SELECT_ARGUMENTS)
    select = SelectOperator(task_id="select", route=UPLOAD)
    (chosen,) = select.resume_execution(SELECT_RESUMES_AT, {"event": event}, context)
    assert chosen["label"] == "raw-ephys/SC038/2021-01-01"
    assert "report" in pushed


def test_a_night_continues_with_transfers_under_way(upgraded: Upgraded) -> None:
    world = upgraded.world
    promised = {each.data_set: each for each in upgraded.under_way}
    assert promised.keys() == {"raw-ephys/SC022/2019-08-08", "raw-ephys/SC038/2021-01-01"}
    subjects = [*UNDER_WAY["subjects"], *NEVER_ACCEPTED["subjects"]]
    run = world.run("upload_sessions", subjects=subjects, kinds=["raw-ephys"])
    assert run["state"] == "success", run["summary"]
    states = world.states()
    assert {states[session].state for session in ("SC022 2019-08-08 10:00", "SC038 2021-01-01 11:00")} == {
        State.ARCHIVED
    }
    # One is attached to, and the other posted under its recorded id: nothing is sent twice.
    (posted,) = world.transfers()
    assert posted["submission_id"] == str(promised["raw-ephys/SC038/2021-01-01"].submission_id)
    archive, rig = files_below(world.stack.archive / "4ElectrodeRig_Ephys"), files_below(world.stack.rig)
    assert archive.items() <= rig.items()
    with world.stack.catalog() as catalog:
        assert catalog.ledger.unfinished() == []
        assert {
            str(cataloged.name): len(catalog.replicas.files(cataloged.id).files)
            for cataloged in catalog.data_sets(kinds=["raw-ephys"])
        } == {
            "raw-ephys/SC022/2019-08-08": 27,
            "raw-ephys/SC035/2020-01-07": 7,
            "raw-ephys/SC035/2020-01-07/1": 7,
            "raw-ephys/SC038/2020-01-01": 10,
            "raw-ephys/SC038/2021-01-01": 6,
        }


def test_unproven_files_are_not_called_archived_until_a_night_has_proven_them(
    upgraded: Upgraded,
) -> None:
    world, session = upgraded.world, "SC022 2019-08-08 10:00"
    with world.stack.catalog() as catalog:
        # Version 1 called it archived; later ones recorded it as unverified.
        called_archived = catalog.tables.Replica.Unproven().to_dicts()
        before = len(catalog.tables.Replica.Verified())
    row = world.states("raw-video")[session]
    assert row.state is State.UNVERIFIED
    assert len(called_archived) == ("no longer called archived" in upgraded.message)
    assert "nothing proves the content of " in row.reason
    for unproven in called_archived:
        assert f"content of {unproven['n_files']} files, the first: {unproven['first_file']}" in row.reason
    run = world.run("upload_sessions", subjects=["SC022"], dates=["2019-08-08"], kinds=["raw-video"])
    assert run["state"] == "success", run["summary"]
    assert world.states("raw-video")[session].state is State.ARCHIVED
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Replica.Verified()) == before + 1
        [video] = catalog.data_sets(kinds=["raw-video"], subjects=["SC022"])
        assert (video.locations, video.unverified) == (("archive-video",), ())
        assert all(file.vouched_by for file in catalog.replicas.files(video.id).files)
