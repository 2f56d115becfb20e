"""The unmodified globus command line, in a separate environment, since it pins another globus-sdk than the project."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program; LOOPBACK_GLOBUS_CLI names one that is already installed."""
    if given := os.environ.get("LOOPBACK_GLOBUS_CLI"):
        return Path(given)
    place = tmp_path_factory.mktemp("cli")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    subprocess.run([place / "bin/pip", "install", "--quiet", "globus-cli>=3.43"], check=True)
    return place / "bin/globus"


class Cli:
    """Runs the program as a service account with its own home."""

    def __init__(self, command: Path, globus: LoopbackGlobus, home: Path) -> None:
        self._command = command
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GLOBUS_CLI_CLIENT_ID": globus.client_id,
            "GLOBUS_CLI_CLIENT_SECRET": globus.client_secret,
            "GLOBUS_CLI_INTERACTIVE": "0",
            **globus.environment(),
        }

    def ended(self, *words: str, code: int = 0, stdin: str = "") -> str:
        ended = subprocess.run(
            [self._command, *words],
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == code, (words, ended.stdout, ended.stderr)
        return ended.stdout

    def json(self, *words: str, stdin: str = "") -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.ended(*words, "--format", "json", stdin=stdin))
        return document


@pytest.fixture
def cli(command: Path, lab: Lab, tmp_path: Path) -> Cli:
    return Cli(command, lab.globus, tmp_path)


def test_looking_around(cli: Cli, lab: Lab) -> None:
    rig, _ = lab.ids
    for path, size in {"a.dat": 3, "b.dat": 20, ".hidden": 1, "d ir/µ.txt": 4}.items():
        lab.record(path, b"x" * size)
    assert cli.ended("ls", f"{rig}:/").split("\n")[:3] == ["a.dat", "b.dat", "d ir/"]
    assert ".hidden" in cli.ended("ls", "-a", f"{rig}:/")
    [long] = [line for line in cli.ended("ls", "-l", f"{rig}:/").splitlines() if "b.dat" in line]
    assert "20" in long.split() and "0644" in long.replace(" ", "|").split("|")
    assert "d ir/µ.txt" in cli.ended("ls", "-r", f"{rig}:/")
    assert cli.ended("ls", "--filter", "~*.dat", f"{rig}:/").split() == ["a.dat", "b.dat"]
    assert cli.ended("ls", "--orderby", "size:DESC", "--filter", "~*.dat", f"{rig}:/").split()[0] == "b.dat"
    assert cli.json("stat", f"{rig}:/a.dat")["size"] == 3
    assert "Nothing found" in cli.ended("stat", f"{rig}:/gone")
    cli.ended("ls", f"{rig}:/gone", code=1)
    cli.ended("ls", "--map-http-status", "404=50", f"{rig}:/gone", code=50)
    assert "rig" in cli.ended("endpoint", "search", "rig")
    cli.ended("endpoint", "show", rig, code=3)  # a guest collection, which this command does not show
    assert lab.globus.client_id in cli.ended("whoami")


def test_changing_things(cli: Cli, lab: Lab) -> None:
    rig, _ = lab.ids
    cli.ended("mkdir", f"{rig}:/new")
    cli.ended("rename", rig, "/new", "/newer")
    assert (lab.rig / "newer").is_dir()
    lab.record("newer/file")
    cli.ended("rm", "-r", f"{rig}:/newer")
    assert not (lab.rig / "newer").exists()
    lab.record("one")
    task_id = cli.json("delete", f"{rig}:/one")["task_id"]
    cli.ended("task", "wait", task_id, "--polling-interval", "1")
    assert not (lab.rig / "one").exists()


def test_transferring(cli: Cli, lab: Lab) -> None:
    rig, archive = lab.ids
    for path in ("s/a b.bin", "s/deep/.hidden", "s/empty"):
        lab.record(path, path.encode())
    submission_id = cli.ended("task", "generate-submission-id").strip()
    words = [
        "transfer",
        "-r",
        f"{rig}:/s",
        f"{archive}:/s",
        "--submission-id",
        submission_id,
        "--label",
        "cli",
    ]
    assert '"DATA_TYPE": "transfer"' in cli.ended(*words, "--dry-run", "--format", "json")
    task_id = cli.json(*words)["task_id"]
    assert cli.json(*words)["code"] == "Duplicate"
    cli.ended("task", "wait", task_id, "--polling-interval", "1")
    shown = cli.json("task", "show", task_id)
    assert (shown["status"], shown["files"], shown["verify_checksum"]) == ("SUCCEEDED", 3, True)
    moved = cli.json("task", "show", "-t", task_id)["DATA"]
    assert {row["checksum"] for row in moved if row["destination_path"] == "/s/a b.bin"} == {
        hashlib.md5(b"s/a b.bin", usedforsecurity=False).hexdigest()
    }
    assert "SUCCEEDED" in cli.ended("task", "event-list", task_id)
    assert task_id in cli.ended("task", "list")

    for level in ("exists", "size", "mtime", "checksum"):
        again = cli.json("transfer", "-r", f"{rig}:/s", f"{archive}:/s", "--sync-level", level)["task_id"]
        cli.ended("task", "wait", again, "--polling-interval", "1")
        shown = cli.json("task", "show", again)
        assert (shown["files_skipped"], shown["files_transferred"]) == (3, 0), level

    lines = '"s/a b.bin" x\ns/empty y\n'
    batch = cli.json("transfer", "--batch", "-", rig, archive, stdin=lines)["task_id"]
    cli.ended("task", "wait", batch, "--polling-interval", "1")
    assert (lab.archive / "x").read_bytes() == b"s/a b.bin"
    assert lab.globus.journal()  # a dry run alone leaves no trace in it:
    before = len(lab.globus.journal())
    cli.ended("transfer", f"{rig}:/s", f"{archive}:/dry", "--dry-run", "--submission-id", submission_id)
    assert len(lab.globus.journal()) == before


def test_transferring_with_conditions(cli: Cli, lab: Lab) -> None:
    rig, archive = lab.ids
    for path in ("s/keep.bin", "s/notes.txt", "s/skip.tmp"):
        os.utime(lab.record(path), (1_600_000_000, 1_600_000_000))
    rules = ["--exclude", "*.tmp", "--include", "notes.txt", "--exclude", "*.txt"]
    words = ["transfer", "-r", f"{rig}:/s", f"{archive}:/s", "--preserve-mtime", "--no-verify-checksum"]
    task_id = cli.json(*words, *rules, "--deadline", "2099-01-01")["task_id"]
    cli.ended("task", "wait", task_id, "--polling-interval", "1")
    assert sorted(path.name for path in (lab.archive / "s").iterdir()) == ["keep.bin", "notes.txt"]
    assert int((lab.archive / "s/keep.bin").stat().st_mtime) == 1_600_000_000
    shown = cli.json("task", "show", task_id)
    assert (shown["verify_checksum"], shown["deadline"]) == (False, "2099-01-01T00:00:00+00:00")
    assert [rule["name"] for rule in shown["filter_rules"]] == ["*.tmp", "notes.txt", "*.txt"]

    right = hashlib.sha256(b"spikes").hexdigest()
    words = ["transfer", f"{rig}:/s/keep.bin", f"{archive}:/checked", "--external-checksum", right]
    checked = cli.json(*words, "--checksum-algorithm", "SHA256")["task_id"]
    cli.ended("task", "wait", checked, "--polling-interval", "1")
    [moved] = cli.json("task", "show", "-t", checked)["DATA"]
    assert (moved["checksum"], moved["checksum_algorithm"]) == (right, "SHA256")


def test_removing_with_conditions(cli: Cli, lab: Lab) -> None:
    rig, _ = lab.ids
    for path in ("a.tmp", "b.tmp", "keep", "d/e"):
        lab.record(path)
    cli.ended("rm", f"{rig}:/*.tmp")
    cli.ended("rm", "--ignore-missing", f"{rig}:/gone")
    cli.ended("rm", f"{rig}:/gone", code=1)
    batch = cli.json("delete", "--batch", "-", "--recursive", rig, stdin="d\n")["task_id"]
    cli.ended("task", "wait", batch, "--polling-interval", "1")
    assert [path.name for path in lab.rig.iterdir()] == ["keep"]


def test_transfers_that_go_wrong(cli: Cli, lab: Lab) -> None:
    rig, archive = lab.ids
    lab.record("file")
    checked = ["transfer", f"{rig}:/file", f"{archive}:/file", "--external-checksum", "0" * 32]
    failed = cli.json(*checked)["task_id"]
    cli.ended("task", "wait", failed, "--polling-interval", "1", code=1)
    skipping = cli.json("transfer", f"{rig}:/gone", f"{archive}:/gone", "--skip-source-errors")["task_id"]
    cli.ended("task", "wait", skipping, "--polling-interval", "1")
    assert cli.json("task", "show", "--skipped-errors", skipping)["DATA"][0]["error_code"] == "FILE_NOT_FOUND"

    waiting = cli.json("transfer", f"{rig}:/gone", f"{archive}:/gone")["task_id"]
    lab.showing(waiting, "FILE_NOT_FOUND")
    assert "FILE_NOT_FOUND" in cli.ended("task", "event-list", waiting)
    cli.ended("transfer", f"{rig}:/gone", f"{archive}:/gone", code=1)
    cli.ended("task", "update", waiting, "--label", "changed")
    assert lab.task(waiting)["label"] == "changed"
    cli.ended("task", "update", waiting, "--deadline", "2099-01-01")
    assert lab.task(waiting)["deadline"] == "2099-01-01T00:00:00+00:00"
    errors = cli.json("task", "event-list", waiting, "--filter-errors")["DATA"]
    assert {event["code"] for event in errors} == {"FILE_NOT_FOUND"}
    cli.ended("task", "wait", waiting, "--timeout", "1", "--polling-interval", "1", code=1)
    lab.globus.change_task(waiting, "pause", message="maintenance until noon")
    assert "maintenance until noon" in cli.ended("task", "pause-info", waiting)
    listed = cli.json("task", "list", "--filter-status", "ACTIVE", "--filter-label", "changed")["DATA"]
    assert [task["task_id"] for task in listed] == [waiting]
    cli.ended("task", "cancel", waiting)
    assert lab.task(waiting)["status"] == "FAILED"
    for n in range(2):
        cli.ended("transfer", f"{rig}:/gone", f"{archive}:/gone/{n}")
    cli.ended("task", "cancel", "--all")
    assert lab.client.task_list(filter="status:ACTIVE")["total"] == 0


def test_permissions_are_made_listed_shown_and_removed(cli: Cli, lab: Lab) -> None:
    rig = lab.ids[0]
    words = ["endpoint", "permission"]
    rule_id = cli.json(*words, "create", f"{rig}:/s/", "--permissions", "r", "--all-authenticated")[
        "access_id"
    ]
    assert [each["id"] for each in cli.json(*words, "list", rig)["DATA"]] == [rule_id]
    assert rule_id in cli.ended(*words, "list", rig)
    assert "/s/" in cli.ended(*words, "show", rig, rule_id)
    cli.ended(*words, "delete", rig, rule_id)
    assert cli.json(*words, "list", rig)["DATA"] == []


def test_what_is_not_imitated_says_so(cli: Cli, lab: Lab) -> None:
    cli.ended("bookmark", "list", "--map-http-status", "501=51", code=51)
    # The program asks a collection's own server, by https only; it ends before it asks anybody.
    cli.ended("collection", "show", lab.ids[0], code=1)


def test_a_personal_collection_is_shown(command: Path, tmp_path: Path) -> None:
    with LoopbackGlobus({"laptop": (tmp_path, "personal")}, directory=tmp_path / "service") as globus:
        cli = Cli(command, globus, tmp_path)
        assert "laptop" in cli.ended("endpoint", "show", globus.collections["laptop"])
