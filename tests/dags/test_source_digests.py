"""SHA-256 computed at the source proves files without a SpikeGLX checksum, and reads each file once."""

import hashlib
import sys

import pytest

from session_archive.listing.digests import identity
from session_archive.states.state import State

VIDEO = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-video"]}
EPHYS = VIDEO | {"kinds": ["raw-ephys"]}
SESSION = "SC038 2021-01-01 11:00"

_opened: list[str] = []
sys.addaudithook(lambda event, arguments: _opened.append(str(arguments[0])) if event == "open" else None)


@pytest.fixture
def reading(world):
    """A world whose lab has files read at the source."""
    settings = world.stack.settings_file
    settings.write_text(
        settings.read_text().replace("[readiness]", "[fixity]\nsource_sha256 = true\n\n[readiness]")
    )
    return world


def digests_of(world, kind: str) -> dict[str, tuple[str, str, str]]:
    with world.stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=[kind])
        return {
            file.path: (file.checksum_algorithm, file.checksum, file.vouched_by)
            for file in catalog.replicas.files(cataloged.id).files
        }


@pytest.mark.fault(1)
def test_each_file_is_proven_by_its_digest_at_the_source_and_read_once(reading) -> None:
    world = reading
    folder = world.stack.rig / "SC038/01012021/video"
    videos = {path.name for path in folder.glob("*.avi")}
    assert len(videos) == 6
    world.stack.globus.fault(file="*.avi", do="permission_denied", times=0)
    world.set_limit("fault_patience", "1 s")
    _opened.clear()
    assert world.run("upload_sessions", **VIDEO)["state"] == "failed"
    assert sorted(name for name in _opened if name in videos) == sorted(videos)
    world.stack.globus.clear_faults()
    _opened.clear()
    assert world.run("upload_sessions", **VIDEO)["state"] == "success"
    assert [name for name in _opened if name in videos] == []
    digests = digests_of(world, "raw-video")
    for path in folder.iterdir():
        # The maps arrived in the first night, and their digests are known from then.
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found = digests.pop(path.relative_to(world.stack.rig).as_posix())
        assert found == ("SHA256", digest, "source")
    assert digests == {}


def test_files_with_a_spikeglx_checksum_are_not_read_again(reading) -> None:
    world = reading
    _opened.clear()
    assert world.run("upload_sessions", **EPHYS)["state"] == "success"
    reported = digests_of(world, "raw-ephys")
    binaries = {path.rpartition("/")[2] for path in reported if path.endswith(".bin")}
    assert binaries
    assert not binaries & set(_opened)
    for path, (algorithm, checksum, _) in reported.items():
        content = (world.stack.rig / path).read_bytes()
        assert checksum == hashlib.new(algorithm.lower(), content, usedforsecurity=False).hexdigest()
    assert {path.endswith(".bin"): (algorithm, who) for path, (algorithm, _, who) in reported.items()} == {
        True: ("SHA1", "spikeglx"),
        False: ("SHA256", "source"),
    }


@pytest.mark.fault(20)
def test_a_file_that_arrives_with_another_digest_is_refused(reading) -> None:
    world = reading
    avi = next((world.stack.rig / "SC038/01012021/video").glob("*.avi"))
    with world.stack.catalog() as catalog:
        catalog.source_digests.keep(
            "rig", identity(world.stack.rig, str(avi.relative_to(world.stack.rig))), path="x", sha256="0" * 64
        )
    assert world.run("upload_sessions", **VIDEO)["state"] == "failed"
    row = world.states("raw-video")[SESSION]
    assert row.state is State.REFUSED
    assert avi.name in row.reason
