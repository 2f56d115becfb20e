"""The README's demo, from its first line to its last, as a newcomer runs it; then its troubles, in another terminal."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.demo_troubles import TROUBLES, Trouble

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs/pictures/demo.txt"
#: The last line of a demo that stays.
LAST = "Ctrl-C stops everything."

#: What differs from run to run, and what stands for it.
VARIES = (
    (r"(?m)^(making|bringing|installing|compiling) .*\n", ""),
    (r"(?m)^\d+ ok.*\n(machine: .*\n)*", "N ok\n"),
    (r"/tmp/session-archive-\w+", "/tmp/session-archive-demo"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"password \S+", "password PASSWORD"),
    (r"began \S+ \S+ and ended \S+ [\d:]+", "began TIME and ended TIME"),
    (r"after \d+ s", "after N s"),
    (r"(?m) +$", ""),
)

#: Stands between what is seen of a trouble and what mends it.
MENDED = "and now it is mended"
NOTEBOOK = """
from session_archive import publication
print(len(publication.ArchivedRawEphys()), publication.states("SC035 2020-01-07 10:30")[0].state)
"""

pytestmark = pytest.mark.timeout(900)


@dataclass
class Demo:
    """One that stays until it is stopped; `text` is what it has printed."""

    process: subprocess.Popen[str]
    text: str

    @property
    def directory(self) -> Path:
        return Path(self.text.rpartition("rig, archive and scratch: ")[2].split()[0])

    @property
    def line(self) -> str:
        """The line that another terminal begins with, as it is printed."""
        [line] = re.findall(r"^ *(\. .*/demo\.env)$", self.text, re.MULTILINE)
        return str(line)

    def terminal(self, *commands: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """What these commands print in a terminal that knows nothing but that line."""
        return subprocess.run(
            ["bash", "-c", "\n".join([self.line, *commands])],
            env={"PATH": os.defpath, "HOME": str(self.directory), "COLUMNS": "1000"},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def stop(self) -> str:
        """Press Ctrl-C; what it prints then."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=120)
        return rest


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    process = subprocess.Popen(
        ["script/demo", "--no-install"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    text = ""
    try:
        for line in process.stdout:
            text += line
            if line.strip() == LAST:
                break
        assert line.strip() == LAST, f"{text}\nexit code {process.wait(timeout=120)}"
        yield Demo(process, text)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)


def test_the_demo_prints_what_the_docs_show(demo: Demo) -> None:
    text = demo.text
    for pattern, stands in VARIES:
        text = re.sub(pattern, stands, text)
    if not KEPT.exists() or KEPT.read_text() != text:
        KEPT.write_text(text)
        pytest.fail(f"{KEPT} is new; look at its difference, at README.md, and commit both")


def test_another_terminal_has_console_and_notebook(demo: Demo) -> None:
    environment = demo.directory / "demo.env"
    assert environment.stat().st_mode & 0o077 == 0, "it holds passwords"
    status = demo.terminal("session-archive status --subject SC022")
    assert "raw-ephys/SC022/2019-08-08" in status.stdout, status.stdout
    notebook = demo.terminal(f"python -c {shlex.quote(NOTEBOOK)}")
    assert "5 archived" in notebook.stdout, notebook.stdout
    shell = demo.terminal(
        "session-archive shell", stdin="len(ArchivedTrackingVideo & Archived), lab.__name__\n"
    )
    assert "(4, 'lab')" in shell.stdout, shell.stdout


@pytest.mark.long
def test_the_page_for_who_wants_recordings_says_what_works(demo: Demo) -> None:
    page = (ROOT / "docs/start_postdoc.md").read_text()
    commands = [
        line.removeprefix("$ ")
        for block in re.findall(r"(?ms)^```console\n(.*?)^```", page)
        for line in block.splitlines()
    ]
    assert len(commands) == 4
    for command in commands:
        done = demo.terminal(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
    [notebook] = re.findall(r"(?ms)^```python\n(.*?)^```", page)
    done = demo.terminal(f"python -c {shlex.quote(notebook + 'print(run.state)')}")
    assert done.stdout.splitlines()[-1] == "success", done.stdout


@pytest.mark.long
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.title)
def test_each_trouble_shows_what_the_demo_says_and_can_be_mended(demo: Demo, trouble: Trouble) -> None:
    for line in (*trouble.make, *trouble.mend):
        assert f"    {line}\n" in demo.text
    for words in trouble.sees:
        assert f"    … {words} …\n" in demo.text
    done = demo.terminal(
        *trouble.make, f"echo '{MENDED}'", *trouble.mend, "echo ended $?", "session-archive doctor"
    )
    made, _, mended = done.stdout.partition(MENDED)
    for words in trouble.sees:
        assert words in " ".join(made.split())
    assert "ended 0" in mended
    assert done.returncode == 0, mended


def test_ctrl_c_leaves_nothing(demo: Demo) -> None:
    directory = demo.directory
    assert "stopped; nothing is left running" in demo.stop()
    assert demo.process.returncode == 0
    assert not directory.exists()
    assert _processes_about(str(directory)) == []


@pytest.mark.long
def test_with_exit_it_leads_nowhere_and_ends_by_itself() -> None:
    done = subprocess.run(
        ["script/demo", "--exit", "--no-install"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all as expected" in done.stdout
    assert "demo.env" not in done.stdout
    assert LAST not in done.stdout


def _processes_about(words: str) -> list[str]:
    return [
        path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if words.encode() in _read(path)
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended meanwhile
        return b""
