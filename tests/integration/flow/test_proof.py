"""Which files a transfer from the rig may prove, and which this machine reads at both ends."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.upload.proof import provable, read_at_both_ends
from archive_flow.upload.source_digests import source_digests
from session_archive.fixity.manifest import FileEntry, Manifest
from support.stack import Stack

PLACE = "archive-ephys"


def work_item(files: Manifest, *, origin: str = "rig") -> WorkItem:
    return WorkItem(
        data_set="raw-ephys/SC022/2021-01-01",
        directory="SC022",
        origin=origin,
        destination=PLACE,
        manifest_id=files.id,
        session_id="",
        session="",
    )


@pytest.fixture
def files(night: Run, stack: Stack) -> Manifest:
    """Two files that are identical at the rig and in the archive."""
    for root in (stack.rig, stack.archive / "4ElectrodeRig_Ephys"):
        for name in ("a.bin", "b.bin"):
            path = root / "SC022" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(name.encode())
            os.utime(path, (1_600_000_000, 1_600_000_000))
    made = Manifest.of(FileEntry(f"SC022/{name}", 5, 1_600_000_000) for name in ("a.bin", "b.bin"))
    night.catalog.ledger.save_manifest(made)
    return made


def mounted(night: Run, stack: Stack) -> Run:
    """The same night on a machine that can read the archive too."""
    location = night.settings.locations[PLACE]
    local = location.model_copy(update={"declared_local_path": str(stack.archive / "4ElectrodeRig_Ephys")})
    locations = {**night.settings.locations, PLACE: local}
    return replace(night, settings=night.settings.model_copy(update={"locations": locations}))


def test_only_files_unchanged_at_the_rig_may_be_sent_over_a_copy(
    night: Run, stack: Stack, files: Manifest
) -> None:
    assert provable(night, work_item(files), files.files) == {"SC022/a.bin", "SC022/b.bin"}
    os.utime(stack.rig / "SC022/a.bin", (1_700_000_000, 1_700_000_000))
    assert provable(night, work_item(files), files.files) == {"SC022/b.bin"}
    (stack.rig / "SC022/b.bin").unlink()
    assert provable(night, work_item(files), files.files) == frozenset()
    assert provable(night, work_item(files, origin="far-rig"), files.files) == frozenset()


def test_a_corrupt_file_at_the_rig_is_never_sent_over_the_archives_copy(
    night: Run, stack: Stack, files: Manifest
) -> None:
    fixity = night.settings.fixity.model_copy(update={"source_sha256": True})
    proving = replace(night, settings=night.settings.model_copy(update={"fixity": fixity}))
    assert len(source_digests(proving, work_item(files), read=True)) == 2
    assert provable(proving, work_item(files), files.files) == {"SC022/a.bin", "SC022/b.bin"}
    rotten = stack.rig / "SC022/a.bin"
    with rotten.open("r+b") as file:
        file.write(b"A")
    os.utime(rotten, (1_600_000_000, 1_600_000_000))
    assert "SC022/a.bin" not in provable(proving, work_item(files), files.files)


def test_if_both_ends_can_be_read_they_are_read_and_nothing_is_sent(
    night: Run, stack: Stack, files: Manifest
) -> None:
    both = mounted(night, stack)
    assert provable(both, work_item(files), files.files) == frozenset()
    (stack.archive / "4ElectrodeRig_Ephys/SC022/b.bin").write_bytes(b"other")
    at_source, at_destination = read_at_both_ends(both, work_item(files), files.files, known={})
    assert at_source["SC022/a.bin"] == at_destination["SC022/a.bin"]
    assert at_source["SC022/b.bin"] != at_destination["SC022/b.bin"]
    Path(stack.rig / "SC022/a.bin").unlink()
    at_source, at_destination = read_at_both_ends(both, work_item(files), files.files, known={})
    assert set(at_source) == set(at_destination) == {"SC022/b.bin"}
    assert read_at_both_ends(night, work_item(files), files.files, known={}) == ({}, {})


def test_a_file_of_the_rig_that_was_written_again_proves_nothing_about_the_promised_one(
    night: Run, stack: Stack, files: Manifest
) -> None:
    for root in (stack.rig, stack.archive / "4ElectrodeRig_Ephys"):
        (root / "SC022/a.bin").write_bytes(b"A.BIN")
    _, at_destination = read_at_both_ends(mounted(night, stack), work_item(files), files.files, known={})
    assert set(at_destination) == {"SC022/b.bin"}


def test_a_file_with_a_known_digest_at_the_source_is_not_read_again(
    night: Run, stack: Stack, files: Manifest
) -> None:
    known = {"SC022/a.bin": ("SHA1", "ab")}
    at_source, at_destination = read_at_both_ends(
        mounted(night, stack), work_item(files), files.files[:1], known=known
    )
    assert at_source == known
    assert at_destination["SC022/a.bin"][0] == "SHA1"
