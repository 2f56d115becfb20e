"""What the demo and the tests start keeps its files to itself: recordings, passwords, logs."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from support.mariadb import UNPRIVILEGED
from support.stack import Stack


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_no_other_user_enters_the_folders_of_a_stack() -> None:
    with Stack() as stack:
        assert mode(stack.directory) == 0o700
        # The database's own user goes through here, and lists nothing.
        assert mode(stack.servers) == 0o711
        assert {mode(path) for path in stack.servers.iterdir()} == {0o700}
        assert stack.database.execute("SELECT 1")
        left = (stack.directory, stack.servers)
    assert not [path for path in left if path.exists()]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_reads_no_setting_and_no_log() -> None:
    with Stack() as stack:
        for path in (stack.settings_file, stack.globus.journal_path, stack.directory, stack.servers):
            assert path.exists()
            # The database's user is the least of strangers: it comes through one folder.
            done = subprocess.run(
                ["/bin/ls", "-l", f"{path}/" if path.is_dir() else path],
                user=UNPRIVILEGED,
                extra_groups=[],
                capture_output=True,
                text=True,
            )
            assert "Permission denied" in done.stderr, path
