"""An old DataJoint in an environment of its own, and the pipelines that it makes on a server.

Made once under .local/ and kept: a change of the pins, or another Python, makes it anew. It needs the package registry
and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.mariadb import DatabaseServer
from support.sample_rig import LabSession

HERE = Path(__file__).resolve().parent
KEPT = HERE.parents[1] / ".local" / "old_datajoint"


@dataclass(frozen=True)
class OldLab:
    """One pipeline on one server, made and used by an old DataJoint.

    script       : 'map_ephys.py' or 'elements.py'
    requirements : 'datajoint-0.13.txt' or 'datajoint-0.14.txt'
    """

    script: str
    requirements: str
    database: DatabaseServer

    def make(self, sessions: Iterable[LabSession]) -> None:
        """Declare the tables as the server's administrator, and enter sessions."""
        rows = [
            {
                "subject_id": each.subject_id,
                "subject": each.subject,
                "number": each.number,
                "date": f"{each.started:%Y-%m-%d}",
                "time": f"{each.started:%H:%M:%S}",
            }
            for each in sessions
        ]
        done = self.run("make", stdin=json.dumps(rows), user="root", password=self.database.root_password)
        assert done.returncode == 0, done.stderr

    def delete(self, key: dict[str, Any], *, user: str, password: str) -> subprocess.CompletedProcess[str]:
        """Delete sessions with the login of a person of the lab."""
        return self.run("delete", json.dumps(key), user=user, password=password)

    def publish(self, publication: dict[str, Any]) -> None:
        """Enter rows into the predecessor's own catalog."""
        done = self.run(
            script="publication.py",
            stdin=json.dumps(publication),
            user="root",
            password=self.database.root_password,
        )
        assert done.returncode == 0, done.stderr

    def run(
        self, *words: str, user: str, password: str, stdin: str = "", script: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run the pipeline's script, or another in its folder; its output is that of the old DataJoint."""
        login = {
            "LAB_HOST": self.database.host,
            "LAB_PORT": str(self.database.port),
            "LAB_USER": user,
            "LAB_PASSWORD": password,
        }
        command = [str(old_python(self.requirements)), str(HERE / (script or self.script)), *words]
        # In a folder without a dj_local_conf.json, whatever the tests run in.
        return subprocess.run(
            command, input=stdin, cwd=HERE, env=os.environ | login, capture_output=True, text=True
        )


def old_python(requirements: str) -> Path:
    """The Python of an environment with exactly these packages; made where it is missing."""
    home = KEPT / Path(requirements).stem
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{home.name}.lock").open("w") as lock:
        # Test files run side by side; it is made once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(home, HERE / requirements)


def _made(home: Path, pins: Path) -> Path:
    stamp = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()
    python, made_from = home / "bin" / "python", home / "made-from"
    if python.exists() and made_from.exists() and made_from.read_text() == stamp:
        return python
    shutil.rmtree(home, ignore_errors=True)
    _checked([sys.executable, "-m", "venv", str(home)])
    # Without dependencies: the file names all that is imported, so that no later release gets in.
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    _checked([str(python), "-m", "pip", *install, "--requirement", str(pins)])
    made_from.write_text(stamp)
    return python


def _checked(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
