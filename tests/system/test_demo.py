"""The README's demo, from its first line to its last, as a newcomer runs it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(900)
def test_the_demo_ends_in_the_expected_states_and_leaves_nothing_running() -> None:
    done = subprocess.run(
        ["script/demo", "--exit", "--no-install"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "89 cataloged files are in the archive with the rig's bytes",
        "nothing was archived again",
        "89 files are cataloged as before",
        "each with the rig's bytes (SHA-256)",
        "all as expected",
    ):
        assert line in done.stdout
    directory = done.stdout.rpartition("rig, archive and scratch: ")[2].split()[0]
    assert not Path(directory).exists()
    left = [
        path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if directory.encode() in _read(path)
    ]
    assert left == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended meanwhile
        return b""
