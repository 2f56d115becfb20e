"""A machine of the lab that has neither Airflow nor Globus: it runs notebooks, scripts and shell commands."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.measured import MEASURED

from support.airflow import Airflow
from support.stack import Stack

#: Airflow and Globus are installed here; imports are blocked to simulate a machine that has neither.
WITHOUT_AIRFLOW = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec

def find_others(name, path=None, target=None):
    return None if name.split(".")[0] in ("airflow", "globus_sdk") else find(name, path, target)

PathFinder.find_spec = find_others
"""


class Elsewhere:
    """A machine of the lab: DataJoint's login, Airflow's address, a copy of archive.toml, the scratch folder mounted.

    Its login can only read the catalog and the lab's pipeline.
    """

    def __init__(self, stack: Stack, airflow: Airflow, home: Path) -> None:
        stack.database.create_user("reader", "r3ads")
        catalog = stack.settings.catalog
        for database in (catalog.database, catalog.link_database, "lab", "experiment"):
            stack.database.execute(f"GRANT SELECT ON `{database}`.* TO 'reader'@'%%'")
        (home / "sitecustomize.py").write_text(WITHOUT_AIRFLOW)
        settings = home / "archive.toml"
        mounted = f'[scratch.analysis]\nlocal_path = "{stack.scratch / "retrieved"}"\n'
        settings.write_text(stack.settings_file.read_text().replace("[scratch.analysis]\n", mounted))
        self.environment = MEASURED | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "PYTHONPATH": str(home),
            "NO_PROXY": "127.0.0.1",
            "DJ_HOST": stack.database.host,
            "DJ_PORT": str(stack.database.port),
            "DJ_USER": "reader",
            "DJ_PASS": "r3ads",
            "SESSION_ARCHIVE_CONFIG": str(settings),
            "SESSION_ARCHIVE_AIRFLOW_URL": airflow.url,
            "SESSION_ARCHIVE_AIRFLOW_USER": airflow.username,
            "SESSION_ARCHIVE_AIRFLOW_PASSWORD": airflow.password,
        }
        self.home = home

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment | environment, cwd=self.home, capture_output=True, text=True
        )

    @contextmanager
    def in_background(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """Run a program during the block; its stdout includes its stderr."""
        with subprocess.Popen(
            command,
            env=self.environment,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def session_archive(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "session_archive.cli", *words, **environment)

    def python(self, text: str) -> str:
        done = self.run(sys.executable, "-c", text)
        assert done.returncode == 0, done.stderr
        return done.stdout
