"""A digest belongs to one version of one file."""

import hashlib
import os
from pathlib import Path

import pytest

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.digests import ALGORITHMS, digest, identity, sha256

CONTENT = b"a recording"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "rig").mkdir()
    (tmp_path / "rig/a.bin").write_bytes(CONTENT)
    return tmp_path


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_a_digest_is_that_of_the_content_in_lower_case_hex(root: Path, algorithm: str) -> None:
    of_file = identity(root, "rig/a.bin")
    assert digest(root, "rig/a.bin", algorithm=algorithm) == (
        of_file,
        hashlib.new(algorithm.lower(), CONTENT).hexdigest(),
    )


def test_the_digest_of_a_source_file_is_a_sha256(root: Path) -> None:
    assert sha256(root, "rig/a.bin") == digest(root, "rig/a.bin", algorithm="SHA256")


def test_a_file_that_is_written_again_has_a_new_identity(root: Path) -> None:
    path = root / "rig/a.bin"
    before = identity(root, "rig/a.bin")
    assert (before.size, before.mtime_ns) == (len(CONTENT), path.stat().st_mtime_ns)
    assert identity(root, "rig/a.bin") == before
    os.utime(path, ns=(0, before.mtime_ns + 1))
    assert identity(root, "rig/a.bin") != before
    os.utime(path, ns=(0, before.mtime_ns))
    assert identity(root, "rig/a.bin") == before
    (root / "rig/b.bin").write_bytes(CONTENT)
    os.utime(root / "rig/b.bin", ns=(0, before.mtime_ns))
    assert identity(root, "rig/b.bin") != before, "another file, even with the same size and time"
    path.write_bytes(CONTENT[1:])
    assert identity(root, "rig/a.bin").size == len(CONTENT) - 1


def test_a_file_that_changes_while_it_is_read_has_no_digest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = hashlib.file_digest

    def while_it_is_written(file, name):
        computed = compute(file, name)
        with (root / "rig/a.bin").open("ab") as writer:
            writer.write(b"more")
        return computed

    monkeypatch.setattr(hashlib, "file_digest", while_it_is_written)
    assert sha256(root, "rig/a.bin") is None


@pytest.mark.parametrize(
    ("path", "error"), [("rig/b.bin", MissingDirectoryError), ("rig", ListingError), ("../x", ListingError)]
)
def test_what_is_not_a_file_below_the_root_has_no_digest(
    root: Path, path: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        sha256(root, path)


def test_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.avi").symlink_to("/etc/hostname")
    with pytest.raises(ListingError, match=r"a\.avi is reached through a symbolic link"):
        sha256(tmp_path, "a.avi")
