"""Labs with pipelines made by an older DataJoint are attached by settings alone, and all three flows work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.dags.conftest import POLL
from tests.labs.world import PERSON, PIPELINES, LabWorld

from session_archive.states.state import State
from support.sample_rig import FIRST_OF_TWO, make_rig
from support.stack import Stack

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

#: Tables of the catalog that a night only reads.
READ_ONLY = ("archive`.`schema_version", "archive`.`~lineage", "archive_links`.`~lineage")


@pytest.fixture(params=list(PIPELINES.values()), ids=list(PIPELINES))
def world(
    request: pytest.FixtureRequest, parse: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[LabWorld]:
    with Stack(poll_interval=POLL) as stack:
        make_rig(stack.rig)
        monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        world = LabWorld(stack, parse, request.param)
        world.make_lab()
        world.set_up()
        yield world


def test_all_three_flows_work_and_deleting_a_session_loses_nothing(world: LabWorld) -> None:
    sc035 = {"subjects": [FIRST_OF_TWO.subject]}
    reads = {f"GRANT SELECT ON `{name}`.*".replace("_", r"\_") for name in world.pipeline.reads}
    given = world.grants()
    reads |= {f"GRANT SELECT ON `{table}`" for table in READ_ONLY}
    assert reads <= given
    # A lookup table's name begins with '#'; where the server numbers the rows, the right is on the other columns.
    adds = re.compile(r"GRANT SELECT, INSERT( \([^)]+\))? ON `archive(_links)?`.`#?[a-z_]+`")
    assert [each for each in given - reads if not adds.fullmatch(each)] == []

    # Upload: two sessions on one day, each with its ephys and its videos.
    assert world.run("upload_sessions", **sc035)["state"] == "success"
    states = {
        (kind, row.session): row.state
        for kind in ("raw-ephys", "raw-video")
        for row in world.states(kind).values()
        if row.session.startswith("SC035")
    }
    assert states == {
        (kind, f"SC035 2020-01-07 {time}"): State.ARCHIVED
        for kind in ("raw-ephys", "raw-video")
        for time in ("10:30", "15:45")
    }
    before = world.files_and_links()
    assert len({session for _, session, *_ in before if session}) == 2

    # Discover: the catalog is lost, and rebuilt with the same sessions.
    world.stack.drop_catalog()
    world.set_up()
    assert world.run("discover_sessions", **sc035)["state"] == "success"
    assert world.files_and_links() == before

    # Retrieve.
    assert world.run("retrieve_sessions", **sc035)["state"] == "success"
    retrieved = world.stack.scratch / "retrieved"
    for path in (found for found in world.stack.rig.glob("SC035/**/*") if found.suffix in (".bin", ".avi")):
        assert (retrieved / path.relative_to(world.stack.rig)).read_bytes() == path.read_bytes()

    # A user who may not delete links cannot delete a session that has one.
    database = world.stack.database
    for name in ("archive", "archive_links"):
        database.execute(f"GRANT SELECT ON {name}.* TO {PERSON}@'%%'")
    assert "DELETE command denied" in world.delete(FIRST_OF_TWO)
    cataloged, archived = world.cataloged(), sorted(world.stack.archive.rglob("*"))
    database.execute(f"GRANT DELETE ON archive_links.* TO {PERSON}@'%%'")
    assert world.delete(FIRST_OF_TWO) == ""
    assert world.cataloged() == cataloged
    assert sorted(world.stack.archive.rglob("*")) == archived
    links = {session for _, session, *_ in world.files_and_links() if session}
    assert len(links) == 1
    assert len(world.files_and_links()) == len(before)
