"""A storage that answers MD5 whatever is requested: one alarm about the place, and the next night archives."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.dags.conftest import POLL, World, filled
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.fixity.file_digest import Basis, Computer
from session_archive.states.state import State
from support.stack import Stack

EPHYS = {"kinds": ["raw-ephys"]}
PLACE = "archive-ephys"


@pytest.fixture
def world(parse: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with Stack(poll_interval=POLL, switches=["--checksums=archive=any-is-MD5"]) as stack:
        yield filled(stack, parse, monkeypatch)


def by_state(world: World) -> dict[State, set[str]]:
    """The states of the recordings that exist."""
    found: dict[State, set[str]] = {}
    for session, row in world.states().items():
        if row.n_files and row.state is not State.UNCLAIMED:
            found.setdefault(row.state, set()).add(session)
    return found


@pytest.mark.fault(65)
@pytest.mark.long
def test_a_place_that_cannot_compute_sha1_is_one_alarm_and_no_recording_is_refused(world: World) -> None:
    night = world.run("upload_sessions", **EPHYS)
    assert night["state"] == "failed"
    (alarm,) = night["problems"]
    assert alarm.startswith(f"{PLACE}: the SHA1 checksums of")
    states = by_state(world)
    assert states.keys() == {State.WAITING}
    sessions = states[State.WAITING]
    assert len(sessions) >= 3
    assert all("none ever matched" in world.states()[session].reason for session in sessions)
    with world.stack.catalog() as catalog:
        assert catalog.data_sets() == []
        location = world.stack.settings.locations[PLACE]
        known = catalog.place_checksums.known({PLACE: location.collection})
        answer = known.answer(PLACE, "SHA1")
        assert answer is not None
        assert (answer.computes, answer.observed_by) == (None, night["run_id"])

    rotten = next(world.stack.rig.glob("SC038/**/*.ap.bin"))
    status, content = rotten.stat(), bytearray(rotten.read_bytes())
    content[7] ^= 1
    rotten.write_bytes(content)
    os.utime(rotten, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = len(world.transfers())
    night = world.run("upload_sessions", **EPHYS)
    assert night["state"] == "failed"
    states = by_state(world)
    assert {state: len(found) for state, found in states.items()} == {
        State.ARCHIVED: len(sessions) - 1,
        State.REFUSED: 1,
    }
    assert len(world.transfers()) == before + len(sessions) - 1, "what is damaged at the rig is not sent"
    assert len(night["problems"]) == 1, "the place is no alarm any more"
    (refused,) = states[State.REFUSED]
    row = world.states()[refused]
    assert row.reason.startswith("read at the rig, files do not have the checksum")
    assert rotten.name in row.reason
    with world.stack.catalog() as catalog:
        (first, *_) = catalog.data_sets(kinds=["raw-ephys"])
        files = {file.path: file for file in catalog.replicas.files(first.id).files}
        digests = catalog.file_digests.of(first.id)
    assert {file.vouched_by for file in files.values()} == {"globus"}
    assert {file.checksum_algorithm for file in files.values()} == {"MD5"}
    (recording, *_) = sorted({each.path for each in digests if each.algorithm == "SHA1"})
    sha1 = hashlib.sha1((world.stack.rig / recording).read_bytes(), usedforsecurity=False).hexdigest()
    assert {
        (each.algorithm, each.place, each.computed_by, each.basis)
        for each in digests
        if each.path == recording
    } == {
        ("SHA1", "rig", Computer.ACQUISITION, Basis.STORED),
        ("SHA1", "rig", Computer.WORKER, Basis.READ),
        ("MD5", PLACE, Computer.GLOBUS, Basis.NOT_KNOWN),
    }
    assert {each.value for each in digests if each.path == recording and each.algorithm == "SHA1"} == {sha1}

    accept = ["accept", row.data_set, "--without-checksum", "--why", "trimmed"]
    done = CliRunner().invoke(build(), accept)
    assert done.exit_code == 0, done.output
