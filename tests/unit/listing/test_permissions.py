"""What may not be read is reported by name. Root reads everything, so these run as nobody."""

import json
import multiprocessing
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from session_archive.errors import ListingError
from session_archive.listing import find_folders, list_files, local_directory_reader
from session_archive.naming.conventions import load_conventions

SESSION = "SC022/catgt_SC022_010121_g0"
conventions = load_conventions()


@pytest.fixture
def root():
    # Not tmp_path: its parents are closed to everyone but their owner.
    directory = Path(tempfile.mkdtemp(prefix="listing-"))
    directory.chmod(0o755)
    inner = directory / SESSION
    (inner / "closed").mkdir(parents=True)
    (inner / "closed/x.ap.bin").write_bytes(b"x")
    (inner / "open.ap.bin").write_bytes(b"x")
    (inner / "shut.ap.bin").write_bytes(b"x")
    (inner / "shut.ap.bin").chmod(0)
    (inner / "closed").chmod(0)
    yield directory
    (inner / "closed").chmod(0o755)
    shutil.rmtree(directory)


def as_nobody(check, root):
    """What `check(root)` returns in a process without privileges."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_unprivileged, args=(check, root, sender))
    process.start()
    sender.close()
    try:
        result = json.loads(receiver.recv())
    finally:
        process.join()
    assert process.exitcode == 0
    return result


def _unprivileged(check, root, sender):
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    sender.send(json.dumps(check(root)))


def still_readable(root):
    """What can be read all the same; a test that finds any would prove nothing."""
    inner = root / SESSION
    return [path.name for path in (inner / "shut.ap.bin", inner / "closed") if os.access(path, os.R_OK)]


def what_is_listed(root):
    listing = list_files(local_directory_reader(root), SESSION, conventions=conventions, kind="raw-ephys")
    return {
        "readable": still_readable(root),
        "files": [file.path for file in listing.manifest.files],
        "problems": [[problem.path, problem.what, problem.blocks] for problem in listing.problems],
    }


@pytest.mark.fault(28)
def test_what_may_not_be_read_is_reported_and_blocks(root):
    seen = as_nobody(what_is_listed, root)
    assert not seen["readable"]
    assert seen["files"] == [f"{SESSION}/open.ap.bin"]
    (closed, closed_why, closed_blocks), (shut, shut_why, shut_blocks) = seen["problems"]
    assert (closed, shut) == (f"{SESSION}/closed", f"{SESSION}/shut.ap.bin")
    assert "permission refused" in closed_why
    assert "permission refused" in shut_why
    assert closed_blocks
    assert shut_blocks


def what_is_found(root):
    readable = still_readable(root)
    found = find_folders(local_directory_reader(root), conventions=conventions, kinds=["raw-ephys"])
    return {"readable": readable, "unlisted": [[path, str(why)] for path, why in found.unlisted]}


def test_a_subject_that_may_not_be_listed_is_reported(root):
    (root / "SC023").mkdir()
    (root / "SC023").chmod(0)
    seen = as_nobody(what_is_found, root)
    assert not seen["readable"]
    ((path, what),) = seen["unlisted"]
    assert path == "SC023"
    assert "permission refused" in what


def what_a_closed_root_says(root):
    try:
        find_folders(local_directory_reader(root), conventions=conventions, kinds=["raw-ephys"])
    except ListingError as error:
        return str(error)
    return "it was listed"


def test_a_root_that_may_not_be_listed_is_an_error(root):
    root.chmod(0)
    try:
        message = as_nobody(what_a_closed_root_says, root)
    finally:
        root.chmod(0o755)
    assert message == f"{root}, a root, cannot be read: permission refused; let the archive's account read it"
