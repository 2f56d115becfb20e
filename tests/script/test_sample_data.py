"""The sample data of the demo in containers is made once; a second start leaves it unchanged."""

import os
import subprocess
import sys
from pathlib import Path

from support.sample_rig import lab_sessions
from support.stack import ROOT, Stack


def test_the_sample_rig_and_lab_are_made_once() -> None:
    with Stack() as stack:
        database = stack.database
        command = [sys.executable, "-m", "support.sample_data", "--rig", str(stack.rig)]
        command += ["--host", database.host, "--port", str(database.port)]
        environment = os.environ | {
            "PYTHONPATH": str(ROOT / "script"),
            "SESSION_ARCHIVE_ADMIN_USER": database.root_user,
            "SESSION_ARCHIVE_ADMIN_PASSWORD": database.root_password,
        }

        def start() -> set[tuple[Path, float]]:
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return {(path, path.stat().st_mtime) for path in stack.rig.rglob("*")}

        first = start()
        assert len(first) > 100
        assert start() == first
        assert database.execute("SELECT COUNT(*) FROM experiment.session") == [(len(lab_sessions()),)]
