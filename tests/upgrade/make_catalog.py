"""Keeps a small catalog of today's version, filled by real nights: `script/keep-catalog`, before a table is changed.

Tests of later versions upgrade it, compare each row, and resume the two transfers that were under way.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# First: it sets the home of the test's own Airflow.
import tests.conftest  # noqa: F401
from tests.dags.conftest import World, dag_reader, make_airflow_database
from tests.upgrade.kept import DATABASES
from tests.upgrade.kept_files import list_files
from tests.upgrade.kept_rows import as_sql
from tests.upgrade.kept_service import read_service
from typer.testing import CliRunner

from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.cli.main import build
from session_archive.states.state import State
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

HERE = Path(__file__).parent

#: Accepted by the service, and under way when the last night ended.
UNDER_WAY: dict[str, Any] = {"subjects": ["SC022"], "dates": ["2019-08-08"], "kinds": ["raw-ephys"]}
#: Recorded in the catalog, but never received by the service.
NEVER_ACCEPTED: dict[str, Any] = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}


def main() -> None:
    """Run the nights, and write the results into a folder of this version."""
    folder = HERE / f"version_{SCHEMA_VERSION}"
    if folder.exists():
        raise SystemExit(
            f"{folder} exists: the catalog of this version is kept already, and tests rely on it"
        )
    with Stack(poll_interval="1 s") as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        os.environ["SESSION_ARCHIVE_CONFIG"] = str(stack.settings_file)
        make_airflow_database()
        world = World(stack, dag_reader())
        world.set_up()
        for night in (_archive, _find, _retrieve, _leave_unfinished):
            night(world)
        _require_all(world)
        _keep(stack, folder)
    print(f"{folder}: {sum(path.stat().st_size for path in folder.iterdir())} bytes")


def _archive(world: World) -> None:
    """Verified by checksums of Globus and SpikeGLX, by our own, by a user's acceptance; and some files not at all."""
    _night(world, subjects=["SC038"], dates=["2020-01-01"], kinds=["raw-ephys"])
    _archive_at_the_second_try(world)
    _copy_by_hand(world, "SC035/catgt_SC035_010720_1_g0", "4ElectrodeRig_Ephys")
    _night(world, subjects=["SC035"], kinds=["raw-ephys"], ends="failed")
    accepted = CliRunner().invoke(
        build(), ["accept", "raw-ephys/SC035/2020-01-07/1", "--why", "compared by hand", "--by", "ann"]
    )
    assert accepted.exit_code == 0, accepted.output
    _night(world, subjects=["SC035"], kinds=["raw-ephys"])
    world.stack.globus.fault(file="*/SC022_side_*", do="left_out", times=0)
    _night(world, subjects=["SC022"], dates=["2019-08-08"], kinds=["raw-video"])
    world.stack.globus.clear_faults()


def _archive_at_the_second_try(world: World) -> None:
    """A night fails at one file, and the next repairs it; both with our own checksums."""
    selection: dict[str, Any] = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-video"]}
    world.stack.globus.fault(file="*/SC038_side_001*", do="permission_denied", times=0)
    ours = "[fixity]\nsource_sha256 = true\n\n[readiness]"
    with (
        _settings(world, "[readiness]", ours),
        _settings(world, "[limits]", '[limits]\nfault_patience = "1 s"'),
    ):
        _night(world, **selection, ends="failed")
        world.stack.globus.clear_faults()
        _night(world, **selection)


def _find(world: World) -> None:
    """Copies of another program are discovered, without proof."""
    for folder in ("SC035/01072020/video", "SC035/01072020_1/video"):
        _copy_by_hand(world, folder, "")
    run = world.run("discover_sessions", subjects=["SC035"], kinds=["raw-video"])
    assert run["state"] == "success", run["summary"]


def _retrieve(world: World) -> None:
    run = world.run("retrieve_sessions", subjects=["SC038"], dates=["2020-01-01"], kinds=["raw-ephys"])
    assert run["state"] == "success", run


def _leave_unfinished(world: World) -> None:
    """The last night: one submission never reaches the service, another transfer is partly done."""
    world.stack.globus.fault(match="POST /v0.10/transfer", do="drop", times=0)
    # Otherwise the submission would be tried again for hours.
    with _settings(world, "[limits]", '[limits]\nrun_deadline = "10 s"'):
        _night(world, **NEVER_ACCEPTED, ends="failed")
    world.stack.globus.clear_faults()
    world.stack.globus.fault(file="*imec2*", do="permission_denied", times=0)
    with _settings(world, "[limits]", '[limits]\nrun_deadline = "2 s"'):
        _night(world, **UNDER_WAY)


def _night(world: World, *, ends: str = "success", **params: Any) -> None:
    run = world.run("upload_sessions", **params)
    assert run["state"] == ends, f"{params} ended {run['state']}: {run['summary']}"


def _copy_by_hand(world: World, folder: str, below: str) -> None:
    shutil.copytree(world.stack.rig / folder, world.stack.archive / below / folder)


@contextlib.contextmanager
def _settings(world: World, old: str, new: str) -> Iterator[None]:
    """Change archive.toml for some nights."""
    file = world.stack.settings_file
    kept = file.read_text()
    file.write_text(kept.replace(old, new))
    yield
    file.write_text(kept)


def _require_all(world: World) -> None:
    """Assert that each kind of row that an upgrade must keep exists."""
    with world.stack.catalog() as catalog:
        open_ones = {each.data_set: each.transfer_task_id is not None for each in catalog.ledger.unfinished()}
        vouchers = Counter(row["vouched_by"] for row in catalog.tables.DataSet.PhysicalFile().to_dicts())
        outcomes = {row["status"] for row in catalog.tables.TransferOutcome().to_dicts()}
        n_retrievals = len(catalog.tables.Retrieval())
    assert open_ones == {"raw-ephys/SC022/2019-08-08": True, "raw-ephys/SC038/2021-01-01": False}
    assert vouchers.keys() == {"", "globus", "spikeglx", "source", "person"}, vouchers
    assert (outcomes, n_retrievals) == ({"SUCCEEDED", "FAILED"}, 1)
    states = {row.state for kind in ("raw-ephys", "raw-video") for row in world.states(kind).values()}
    assert states >= {State.ARCHIVED, State.UNVERIFIED, State.SUBMITTED}, states


def _keep(stack: Stack, folder: Path) -> None:
    stack.globus.stop()
    texts = {
        "databases.sql": as_sql(stack.database, DATABASES),
        "ended_at.txt": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S%z}\n",
        "service.jsonl": "".join(
            f"{json.dumps(row)}\n" for row in read_service(stack.directory / "state.sqlite")
        ),
        "archive.toml": stack.settings_file.read_text().replace(str(stack.rig), "RIG"),
        "rig.txt": "\n".join(list_files(stack.rig)) + "\n",
        "archive.txt": "\n".join(list_files(stack.archive)) + "\n",
    }
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
