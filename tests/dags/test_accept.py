"""A copy without proof, or with a wrong checksum, goes on only if a user accepts it; the catalog records who."""

import os
import shutil

import pytest
import typer
from typer.testing import CliRunner

from archive_flow.cli.accept import accept
from session_archive.errors import ArchiveError, NamingError, SettingsError
from session_archive.states.state import State

ONLY = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
SESSION, NAME = "SC038 2021-01-01 11:00", "raw-ephys/SC038/2021-01-01"
FOLDER = "SC038/catgt_SC038_010121_g0"


def accepting(*arguments: str):
    """The outcome of the console command."""
    app = typer.Typer()
    app.command()(accept)
    return CliRunner().invoke(app, [*arguments])


def run(world):
    world.run("upload_sessions", **ONLY)
    return world.states()[SESSION]


def verifications(world) -> list[dict]:
    with world.stack.catalog() as catalog:
        return catalog.tables.Verification().to_dicts()


def vouchers(world) -> dict[str, str]:
    """File name -> who vouches for it."""
    with world.stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=["raw-ephys"])
        return {
            file.path.rpartition("/")[2]: file.vouched_by
            for file in catalog.replicas.files(cataloged.id).files
        }


def plant(world) -> None:
    """Copy the data set into the archive without a transfer."""
    shutil.copytree(world.stack.rig / FOLDER, world.stack.archive / "4ElectrodeRig_Ephys" / FOLDER)


def damage(world):
    """Change one byte of a recording, but not its size or mtime."""
    binary = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    status, content = binary.stat(), bytearray(binary.read_bytes())
    content[7] ^= 1
    binary.write_bytes(content)
    os.utime(binary, (status.st_mtime, status.st_mtime))
    return binary


@pytest.mark.fault(30)
@pytest.mark.long
def test_accepting_an_unproven_copy_holds_for_its_present_files_only(world) -> None:
    plant(world)
    row = run(world)
    assert row.state is State.REFUSED
    assert "content unproven" in row.reason
    failure = accepting(NAME, "--file", "SC038/other.bin", "--why", "x").exception
    assert "has no file 'SC038/other.bin'; expected a path such as 'SC038/" in str(failure)
    # One file of it.
    touched = next((world.stack.rig / FOLDER).rglob("*.ap.meta"))
    one = touched.relative_to(world.stack.rig)
    assert accepting(NAME, "--file", str(one), "--why", "looked at it").exit_code == 0
    row = run(world)
    assert row.state is State.REFUSED
    assert one.name not in row.reason
    # All of them, but withdrawn before the next night.
    assert accepting(NAME, "--why", "looked at all").exit_code == 0
    assert accepting(NAME, "--withdraw", "--why", "not well enough").exit_code == 0
    assert run(world).state is State.REFUSED
    done = accepting(NAME, "--why", "copied by hand, compared", "--by", "ann")
    assert done.exit_code == 0, done.output
    assert f"{NAME}: accepted by ann: copied by hand, compared" in done.output
    assert f"in force for {NAME}: accepted by ann on " in done.output
    again = accepting(NAME, "--why", "said twice", "--by", "bob")
    assert "already decided" in again.output
    # It does not hold for files that changed since.
    times = touched.stat()
    os.utime(touched, (1_600_000_000, 1_600_000_000))
    assert run(world).state is State.REFUSED
    os.utime(touched, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert run(world).state is State.ARCHIVED
    assert world.transfers() == []
    assert set(vouchers(world).values()) == {"person"}
    [verification] = [each for each in verifications(world) if each["verdict"] == "verified"]
    assert "accepted by ann on " in verification["method"]


@pytest.mark.fault(42)
def test_a_wrong_checksum_is_not_sent_again_until_a_user_decides(world) -> None:
    binary = damage(world)
    assert world.run("upload_sessions", **ONLY)["state"] == "failed"
    first = world.states()[SESSION]
    assert (first.state, len(world.transfers())) == (State.REFUSED, 1)
    assert "EXTERNAL_CHECKSUM_MISMATCH" in first.reason
    assert binary.name in first.reason
    with pytest.raises(ArchiveError, match="a checksum of it did not match, so say what is right"):
        raise accepting(NAME, "--why", "looks fine").exception
    second = run(world)
    assert (second.state, second.reason, len(world.transfers())) == (State.REFUSED, first.reason, 1)
    assert accepting(NAME, "--again", "--why", "the disk was busy").exit_code == 0
    assert (run(world).state, len(world.transfers())) == (State.REFUSED, 2)
    assert (run(world).state, len(world.transfers())) == (State.REFUSED, 2)
    done = accepting(
        NAME, "--without-checksum", "--file", str(binary.relative_to(world.stack.rig)), "--why", "cut"
    )
    assert done.exit_code == 0, done.output
    assert (run(world).state, len(world.transfers())) == (State.ARCHIVED, 3)
    reported = vouchers(world)
    assert reported.pop(binary.name) == "globus"
    assert "spikeglx" in reported.values()
    [verification] = [each for each in verifications(world) if each["verdict"] == "verified"]
    assert "accepted without external checksum by " in verification["method"]


@pytest.mark.parametrize("route", ["upload_sessions", "discover_sessions"])
def test_an_unverified_copy_is_accepted_with_and_without_its_folder_on_the_rig(world, route: str) -> None:
    plant(world)
    if route == "discover_sessions":
        shutil.rmtree(world.stack.rig / FOLDER)
    world.run("discover_sessions", **ONLY)
    assert world.states()[SESSION].state is State.UNVERIFIED
    failure = accepting(NAME, "--file", "SC038/other.bin", "--why", "x").exception
    assert "has no file 'SC038/other.bin'; expected a path such as 'SC038/" in str(failure)
    done = accepting(NAME, "--why", "compared with the tape", "--by", "ann")
    assert done.exit_code == 0, done.output
    assert world.run(route, **ONLY)["state"] == "success"
    assert world.states()[SESSION].state is State.ARCHIVED
    assert world.transfers() == []
    assert set(vouchers(world).values()) == {"person"}
    with pytest.raises(ArchiveError, match="is archived, and its bytes are proven"):
        raise accepting(NAME, "--why", "once more").exception


MISTAKES = [
    ([NAME], SettingsError, "--why: a reason is needed"),
    ([NAME, "--again", "--withdraw", "--why", "x"], SettingsError, "exclude each other"),
    ([NAME, "--again", "--file", "a", "--why", "x"], SettingsError, "apply to the whole data set"),
    (["SC038", "--why", "x"], NamingError, "'SC038' is not a data set name"),
    (["maps/SC038/2021-01-01", "--why", "x"], SettingsError, "'maps' is not in archive.toml; there are"),
    ([NAME, "--why", "x"], ArchiveError, "is unknown: no run has seen it; only data sets that are refused"),
    ([NAME, "--again", "--why", "x"], ArchiveError, "every checksum of its last transfer matched"),
]


def test_a_mistake_is_reported_in_one_line_and_records_nothing(world) -> None:
    for arguments, error, words in MISTAKES:
        failure = accepting(*arguments).exception
        assert isinstance(failure, error), arguments
        assert words in str(failure)
    with world.stack.catalog() as catalog:
        assert catalog.decisions.made() == []
