"""A data set with two locations: one copy at each, one state for both, and no copy that nobody has compared."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dags.conftest import POLL, World, filled, local_scratch, tried
from typer.testing import CliRunner

from globus_provider.errors import GlobusNotFoundError
from globus_provider.hooks.globus import GlobusHook
from session_archive.cli.main import build
from session_archive.states.state import State
from support.stack import Stack

SC022 = {"subjects": ["SC022"], "kinds": ["raw-ephys"], "dates": ["2019-08-08"]}
FOLDER = "SC022/catgt_SC022_080819_g0"
SECOND = """
[locations.second]
collection = "{archive}"
directory = "/second"
site = "cloud"
"""


def two_locations(world) -> None:
    """Give raw-ephys a second location, as a data manager does in archive.toml."""
    stack, text = world.stack, world.stack.settings_file.read_text()
    one = 'location = "archive-ephys"'
    assert text.count(one) == 1
    text = text.replace(one, 'locations = ["archive-ephys", "second"]')
    text = text.replace("[locations.archive-ephys]", '[locations.archive-ephys]\nsite = "basement"')
    stack.settings_file.write_text(text + SECOND.format(**stack.globus.collections))


def second(world) -> Path:
    return world.stack.archive / "second"


@pytest.fixture
def copying(world):
    """A world of which raw-ephys has two locations."""
    second(world).mkdir()
    two_locations(world)
    world.set_up()
    return world


def copies(world) -> dict[str, bool]:
    """Location -> whether the copy of the one data set there is verified and as on the rig."""
    stack = world.stack
    with stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        files = catalog.replicas.files(data_set.id).files
    roots = {"archive-ephys": stack.archive / "4ElectrodeRig_Ephys", "second": second(world)}
    return {
        place: place in data_set.locations
        and all((root / file.path).read_bytes() == (stack.rig / file.path).read_bytes() for file in files)
        for place, root in roots.items()
    }


def state(world):
    (row,) = [row for row in world.states().values() if row.session.startswith("SC022 2019-08-08")]
    return row


def test_an_upload_makes_both_copies_and_the_state_counts_them(copying) -> None:
    run = copying.run("upload_sessions", **SC022)
    assert run["state"] == "success", run["problems"]
    assert copies(copying) == {"archive-ephys": True, "second": True}
    row = state(copying)
    assert (row.state, row.reason) == (State.ARCHIVED, "2 of 2 copies archived: archive-ephys, second")
    sent = len(copying.transfers())
    assert sent == 2
    again = copying.run("upload_sessions", **SC022)
    assert again["state"] == "success" and len(copying.transfers()) == sent, "nothing is left to send"
    assert state(copying).state is State.ARCHIVED


def a_recording(root: Path) -> Path:
    return next((root / FOLDER).rglob("*.ap.bin"))


def rot(file: Path) -> None:
    """Flip a bit, and leave size and time as they are."""
    status, content = file.stat(), bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def archived_once(world):
    """A world in which a data set was archived before its type got a second location."""
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    second(world).mkdir()
    two_locations(world)
    world.set_up()
    return world


@pytest.mark.fault(77)
def test_what_no_rig_has_any_more_comes_from_the_first_location(archived_once) -> None:
    world = archived_once
    directory = world.stack.rig / FOLDER
    kept = world.stack.rig.parent / "kept"
    shutil.copytree(directory, kept)
    shutil.rmtree(directory)
    done = CliRunner().invoke(build(), ["doctor", "--json"], env=world.stack.environment)
    (lacking,) = [
        each
        for each in json.loads(done.stdout)["checks"]
        if each["subject"] == "copies of raw-ephys at second"
    ]
    assert (lacking["grade"], lacking["found"]) == (
        "warning",
        "1 data set that another location has, such as raw-ephys/SC022/2019-08-08",
    )
    # A dry run says so, and records nothing.
    plan = world.run("replicate_archive", dry_run=True)
    assert "raw-ephys/SC022/2019-08-08 at second" in plan["summary"], plan["summary"]
    assert state(world).state is State.ARCHIVED
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    row = state(world)
    assert row.state is State.READY
    assert row.reason.startswith("second: to be copied from archive-ephys: on the rig, it is not found: ")
    assert row.reason.endswith("; 1 of 2 copies archived: archive-ephys")
    run = world.run("replicate_archive")
    assert run["state"] == "success", run["problems"]
    shutil.copytree(kept, directory)
    assert copies(world) == {"archive-ephys": True, "second": True}
    row = state(world)
    assert row.state is State.ARCHIVED
    assert row.reason.endswith("2 of 2 copies archived: archive-ephys, second")
    sent = len(world.transfers())
    assert world.run("replicate_archive")["state"] == "success"
    assert len(world.transfers()) == sent == 2, "nothing is left to copy"
    with world.stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        assert catalog.replicas.replica(data_set.id, "second").found_by == "replicate"


@pytest.mark.fault(76)
@pytest.mark.parametrize("rotten", ["rig", "archive"])
def test_a_second_copy_never_differs_from_the_first(archived_once, rotten: str) -> None:
    """Whichever end has rotted since, at the same size and time: no second copy is called archived."""
    world = archived_once
    if rotten == "rig":
        rot(a_recording(world.stack.rig))
        run = world.run("upload_sessions", **SC022)
    else:
        rot(a_recording(world.stack.archive / "4ElectrodeRig_Ephys"))
        shutil.rmtree(world.stack.rig / FOLDER)
        run = world.run("replicate_archive")
    assert run["state"] == "failed"
    row = state(world)
    assert row.state is State.REFUSED
    assert row.reason.startswith("second: ") and "checksum" in row.reason
    assert row.reason.endswith("; 1 of 2 copies archived: archive-ephys")
    with world.stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        assert data_set.locations == ("archive-ephys",)


@pytest.mark.fault(75)
def test_trouble_at_one_location_stops_nothing_at_the_other(copying) -> None:
    world = copying
    foreign = second(world) / a_recording(world.stack.rig).relative_to(world.stack.rig)
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"not ours")
    run = world.run("upload_sessions", **SC022)
    assert run["state"] == "failed"
    row = state(world)
    assert row.state is State.REFUSED
    assert row.reason.startswith("second: ") and "archive-ephys" in row.reason
    assert row.reason.endswith("; 1 of 2 copies archived: archive-ephys")
    assert foreign.read_bytes() == b"not ours"
    # An administrator takes it away; the rest follows by itself.
    foreign.unlink()
    again = world.run("upload_sessions", **SC022)
    assert again["state"] == "success", again["problems"]
    assert copies(world) == {"archive-ephys": True, "second": True}
    # A location that is away keeps only its own copies back.
    away = second(world).with_name("away")
    second(world).rename(away)
    run = world.run("upload_sessions", **SC022)
    assert run["state"] == "failed"
    assert any("second" in line for line in run["problems"])
    assert state(world).state is State.ARCHIVED
    away.rename(second(world))
    # What is asked for comes from the copy whose location answers.
    first = world.stack.archive / "4ElectrodeRig_Ephys"
    first.rename(first.with_name("away"))
    retrieved = world.run("retrieve_sessions", subjects=["SC022"], kinds=["raw-ephys"])
    assert retrieved["state"] == "success", retrieved["problems"]
    assert "raw-ephys/SC022/2019-08-08: 27 files, 140.0 kB, from second" in retrieved["summary"]


@pytest.mark.fault(78)
def test_audits_and_retrievals_take_each_copy(copying) -> None:
    world = copying
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    assert world.run("audit_archive", **SC022)["state"] == "success"
    with world.stack.catalog() as catalog:
        looks = (catalog.tables.AuditLook & {"how": "listing"}).to_dicts()
    assert sorted(row["place"] for row in looks) == ["archive-ephys", "second"]
    hit = a_recording(world.stack.archive / "4ElectrodeRig_Ephys")
    hit.write_bytes(hit.read_bytes()[:-2])
    assert world.run("audit_archive", **SC022)["state"] == "failed"
    row = state(world)
    assert row.state is State.DAMAGED
    assert row.reason.startswith("archive-ephys: ")
    assert row.reason.endswith("; 1 of 2 copies archived: second")
    # It is retrieved from the other copy.
    run = world.run("retrieve_sessions", subjects=["SC022"], kinds=["raw-ephys"])
    assert run["state"] == "success", run["problems"]
    assert "raw-ephys/SC022/2019-08-08: 27 files, 140.0 kB, from second" in run["summary"]


CLOUD = "0d5e3c1a-9a0f-4c9e-8a39-51f6c6a2f0b7"


@pytest.fixture
def two_logins(parse: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world whose second location has a login of its own."""
    with Stack(poll_interval=POLL, switches=["--client", f"{CLOUD}:another"]) as stack:
        world = filled(stack, parse, monkeypatch)
        second(world).mkdir()
        two_locations(world)
        text = stack.settings_file.read_text()
        stack.settings_file.write_text(
            text.replace('site = "cloud"', 'site = "cloud"\nconnection = "globus_cloud"')
        )
        connection = {
            "conn_type": "globus",
            "login": CLOUD,
            "password": "another",
            "extra": {"auth_url": stack.globus.url, "transfer_url": stack.globus.url},
        }
        monkeypatch.setenv("AIRFLOW_CONN_GLOBUS_CLOUD", json.dumps(connection))
        world.set_up()
        yield world


def test_each_location_is_written_with_its_own_login(two_logins) -> None:
    world = two_logins
    run = world.run("upload_sessions", **SC022)
    assert run["state"] == "success", run["problems"]
    assert copies(world) == {"archive-ephys": True, "second": True}
    with world.stack.catalog() as catalog:
        tasks = {
            row["destination"]: str(row["transfer_task_id"])
            for row in (catalog.tables.Submission * catalog.tables.Acceptance).to_dicts()
        }
    # The service shows a task to its owner alone.
    cloud = GlobusHook(globus_conn_id="globus_cloud")
    assert cloud.task(tasks["second"])["status"] == "SUCCEEDED"
    with pytest.raises(GlobusNotFoundError):
        cloud.task(tasks["archive-ephys"])


def test_only_copies_at_different_sites_let_a_rig_delete(copying) -> None:
    """With [release] copies = 2: both copies are listed, and one that is not as cataloged is a reason to keep."""
    world = copying
    with world.stack.settings_file.open("a") as file:
        file.write("\n[release]\ncopies = 2\nolder_than = 0.001\n")
    assert world.run("upload_sessions", **SC022)["state"] == "success"

    def reasons() -> list[str]:
        command = ["releasable", "--json", "--rig", "rig", "--subject", "SC022"]
        done = CliRunner().invoke(build(), command, env=world.stack.environment)
        assert done.exit_code == 0, done.output
        [rig] = json.loads(done.stdout)["rigs"]
        [data_set] = [each for each in rig["data_sets"] if each["data_set"] == "raw-ephys/SC022/2019-08-08"]
        return [each["reason"] for each in data_set["reasons"]]

    assert reasons() == ["of the same session, SC022 2019-08-08 10:00 raw-video is not found"]
    a_recording(second(world)).unlink()
    against = "; ".join(reasons())
    assert "its copy at second is not as cataloged" in against
    assert "good copies at 1 different sites (basement)" in against


@pytest.fixture
def staged_copying(staged):
    """As `copying`, with a staging place: sidecar manifests lie at both locations."""
    second(staged).mkdir()
    two_locations(staged)
    staged.set_up()
    return staged


@pytest.mark.long
def test_a_lost_catalog_finds_the_copies_of_both_locations(staged_copying) -> None:
    world = staged_copying
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    manifests = sorted(
        path.parent.parent.parent.parent.name for path in world.stack.archive.rglob("2019-08-08.json")
    )
    assert manifests == ["4ElectrodeRig_Ephys", "second"]
    world.stack.drop_catalog()
    world.set_up()
    run = world.run("discover_sessions", **SC022)
    assert run["state"] == "success", run["problems"]
    assert copies(world) == {"archive-ephys": True, "second": True}
    row = state(world)
    assert row.state is State.ARCHIVED
    assert row.reason.endswith("2 of 2 copies archived: archive-ephys, second")
    sent = len(world.transfers())
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    assert len(world.transfers()) == sent, "nothing is sent again"


@pytest.mark.long
def test_later_files_reach_both_copies_though_one_is_away_at_first(copying) -> None:
    world = copying
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    late = world.stack.rig / FOLDER / "SC022_080819_g0_imec0/imec0_ks2/templates.npy"
    late.write_bytes(b"trials")
    os.utime(late, (1_600_000_000, 1_600_000_000))
    away = second(world).with_name("away")
    second(world).rename(away)
    assert world.run("upload_sessions", **SC022)["state"] == "failed"
    with world.stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        revisions = {
            place: catalog.replicas.replica(data_set.id, place).revision for place in data_set.locations
        }
    assert revisions == {"archive-ephys": 1, "second": 0}
    away.rename(second(world))
    # What the other location has proven says nothing of a file that lies here, not even one of the same size.
    foreign = second(world) / late.relative_to(world.stack.rig)
    foreign.write_bytes(b"theirs")
    assert world.run("upload_sessions", **SC022)["state"] == "failed"
    assert foreign.read_bytes() == b"theirs"
    row = state(world)
    assert row.state is State.REFUSED and row.reason.startswith("second: ")
    foreign.unlink()
    run = world.run("upload_sessions", **SC022)
    assert run["state"] == "success", run["problems"]
    assert copies(world) == {"archive-ephys": True, "second": True}
    assert (second(world) / late.relative_to(world.stack.rig)).read_bytes() == b"trials"
    with world.stack.catalog() as catalog:
        assert catalog.replicas.replica(data_set.id, "second").revision == 1
    assert state(world).state is State.ARCHIVED


def damaged_at_first(world) -> tuple[Path, bytes]:
    """A file of the first location that an audit found damaged, and what it was; the rig has nothing any more."""
    assert world.run("upload_sessions", **SC022)["state"] == "success"
    tried(world)
    hit = a_recording(world.stack.archive / "4ElectrodeRig_Ephys")
    whole = hit.read_bytes()
    hit.write_bytes(whole[:-2])
    assert world.run("audit_archive", **SC022)["state"] == "failed"
    shutil.rmtree(world.stack.rig / FOLDER)
    return hit, whole


def test_a_damaged_copy_is_repaired_from_the_other_one(copying) -> None:
    """The rig has nothing any more: the good bytes are at the other location, and are read there first."""
    world = copying
    settings = world.stack.settings_file
    text = settings.read_text()
    for directory, root in (
        ("/4ElectrodeRig_Ephys", world.stack.archive / "4ElectrodeRig_Ephys"),
        ("/second", second(world)),
    ):
        heading = f'directory = "{directory}"'
        text = text.replace(heading, f'{heading}\nlocal_path = "{root}"')
    settings.write_text(text)
    hit, whole = damaged_at_first(world)
    run = world.run(
        "repair_archive", data_sets=["raw-ephys/SC022/2019-08-08"], why="a disk of the archive failed"
    )
    assert run["state"] == "success", run["problems"]
    assert hit.read_bytes() == whole
    row = state(world)
    assert row.state is State.ARCHIVED
    assert row.reason.endswith("2 of 2 copies archived: archive-ephys, second")
    with world.stack.catalog() as catalog:
        (ended,) = catalog.tables.Repair.Ended().to_dicts()
    assert ended["origin"] == "second"


@pytest.mark.fault(79)
def test_a_copy_that_no_worker_can_read_is_retrieved_first_and_repairs_from_there(copying) -> None:
    """Neither location has a local_path, as with most archives, and the rig has nothing any more."""
    world, name = copying, "raw-ephys/SC022/2019-08-08"
    local_scratch(world)
    hit, whole = damaged_at_first(world)
    repair = {"data_sets": [name], "why": "a disk of the archive failed"}
    (line,) = world.run("repair_archive", **repair)["problems"]
    assert "second: this worker cannot read it, since the place has no local_path here" in line
    assert (
        f"`session-archive retrieve {name} --origin second` brings its files to where they can be read"
        in line
    )
    run = world.run("retrieve_sessions", data_sets=[name], origin="second")
    assert run["state"] == "success", run["problems"]
    run = world.run("repair_archive", **repair)
    assert run["state"] == "success", run["problems"]
    assert hit.read_bytes() == whole
    with world.stack.catalog() as catalog:
        (ended,) = catalog.tables.Repair.Ended().to_dicts()
    assert ended["origin"] == "analysis"


def test_doctor_looks_at_each_login_and_each_way_of_a_copy(
    two_logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checks() -> dict[str, tuple[str, str]]:
        done = CliRunner().invoke(build(), ["doctor", "--json"], env=two_logins.stack.environment)
        return {
            f"{each['area']}: {each['subject']}": (each["grade"], each["found"])
            for each in json.loads(done.stdout)["checks"]
        }

    healthy = checks()
    assert healthy["globus: login of globus_cloud"][0] == "ok"
    assert healthy["place: location second (write)"][0] == "ok"
    for way in ("archive-ephys to second", "second to archive-ephys"):
        assert healthy[f"place: copies from {way}"][0] == "ok"
    assert healthy["airflow: DAG replicate_archive"][0] == "warning", "it is created paused"
    wrong = json.loads(os.environ["AIRFLOW_CONN_GLOBUS_CLOUD"]) | {"password": "wrong"}
    monkeypatch.setenv("AIRFLOW_CONN_GLOBUS_CLOUD", json.dumps(wrong))
    assert checks()["globus: login of globus_cloud"][0] == "failure"
