"""A program that others wrote and that submits transfers: educelab-globus, as published, by its documented commands.

It uses globus-sdk 4 as a person does: a native app whose login is a code from a page, refresh tokens, the consents that
a collection asks for. Only the address of the service is not the one that its authors had in mind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback_globus.auth.browser import approve
from loopback_globus.testing import LoopbackGlobus

pytestmark = pytest.mark.long

#: The program's own client, which it is registered under at Globus.
CLIENT = "061f00f1-2726-41dc-a097-3cff9d4f03d4"
SECRET = "any-text"


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its commands; LOOPBACK_EDUCELAB_BIN names one that has them."""
    if given := os.environ.get("LOOPBACK_EDUCELAB_BIN"):
        return Path(given)
    place = tmp_path_factory.mktemp("educelab")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    packages = ["educelab-globus==1.1.0", "globus-sdk>=4,<5"]
    subprocess.run([place / "bin/pip", "install", "--quiet", *packages], check=True)
    return place / "bin"


class Person:
    """At a terminal, with the program's settings file in an own home."""

    def __init__(self, commands: Path, globus: LoopbackGlobus, folder: Path) -> None:
        self.folder = folder
        self.globus = globus
        self._commands = commands
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **globus.environment()}
        names = {"lab-server": "rig", "archive": "archive"}
        (folder / ".globuscp").mkdir()
        (folder / ".globuscp" / "config.toml").write_text(
            "".join(
                f'[{name}]\nuuid = "{globus.collections[collection]}"\nbasedir = "/"\n'
                for name, collection in names.items()
            )
        )

    def runs(self, *words: str, code: int = 0) -> str:
        """What a command prints, which asks nothing."""
        ended = subprocess.run(
            [self._commands / words[0], *words[1:]],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == code, (words, ended.stdout, ended.stderr)
        return ended.stdout + ended.stderr

    def logs_in(self) -> int:
        """Answers each page with its code; how many there were."""
        login = subprocess.Popen(
            [self._commands / "el-globus-login", "--no-browser"],
            env=self._environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert login.stdin and login.stdout and login.stderr
        pages = 0
        for line in login.stdout:
            if line.startswith(self.globus.url):
                login.stdin.write(f"{approve(line.strip(), secret=SECRET)}\n")
                login.stdin.flush()
                pages += 1
        assert login.wait() == 0, login.stderr.read()
        return pages


@pytest.fixture
def person(commands: Path, tmp_path: Path) -> Iterator[Person]:
    collections = {"rig": (tmp_path / "rig", "guest"), "archive": (tmp_path / "archive", "mapped")}
    for folder, _ in collections.values():
        folder.mkdir()
    switches = [f"--client={CLIENT}:{SECRET}"]
    with LoopbackGlobus(collections, directory=tmp_path / "service", switches=switches) as globus:
        yield Person(commands, globus, tmp_path)


def test_it_logs_in_and_copies_a_folder(person: Person) -> None:
    for name in ("deep/a b.dat", "µ.dat", "skip.tmp"):
        path = person.folder / "rig" / "day" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    # Who it is, then transfers, then the data of the mapped collection.
    assert person.logs_in() == 3
    assert "lab-server" in person.runs("el-globus-config")

    planned = person.runs("el-globus-cp", "--dry-run", "--exclude", "*.tmp", "lab-server:day", "archive:day")
    assert "exclude file: *.tmp" in planned
    assert person.globus.effects("accepted") == []

    copied = person.runs(
        "el-globus-cp", "--verify", "--exclude", "*.tmp", "lab-server:day", "archive:kept/day"
    )
    assert "done." in copied
    arrived = sorted(path for path in (person.folder / "archive" / "kept").rglob("*") if path.is_file())
    assert {path.name: path.read_text() for path in arrived} == {"a b.dat": "deep/a b.dat", "µ.dat": "µ.dat"}
    (accepted,) = person.globus.effects("accepted")
    written = [line for line in person.globus.effects("written") if line["task_id"] == accepted["task_id"]]
    assert len(written) == 2 and all(line["checksum"] for line in written)


def test_it_submits_and_leaves_and_says_what_is_wrong(person: Person) -> None:
    (person.folder / "rig" / "one").write_text("1")
    person.logs_in()
    words = ["el-globus-cp", "--background", "--sync-level", "checksum", "lab-server:/one", "archive:/one"]
    assert "successfully submitted transfer task" in person.runs(*words)
    assert len(person.globus.effects("accepted")) == 1
    assert "source path not found" in person.runs("el-globus-cp", "lab-server:gone", "archive:gone", code=1)
    assert len(person.globus.effects("accepted")) == 1
