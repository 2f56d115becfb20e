"""docs/tutorial.md, from its first command to its last, as a newcomer types them; its outputs are what they print."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/tutorial.md"
BLOCK = re.compile(r"(?ms)^```sh\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?")
#: The last line of a demo that stays.
LAST = "Ctrl-C stops everything."
#: The line that another terminal begins with, as the page has it.
LINE = ". /tmp/session-archive-demo/demo.env\n"

#: What differs from run to run, and what stands for it.
VARIES = (
    (r"(?m)^(making|bringing|installing|compiling) .*\n", ""),
    (r"/tmp/session-archive-\w+", "/tmp/session-archive-demo"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"password \S+", "password PASSWORD"),
    (r"began \S+ \S+ and ended \S+ [\d:]+", "began TIME and ended TIME"),
    (r"\d+ day\(s\) old", "N day(s) old"),
    (r"(?m)^\d+ ok", "N ok"),
    (r"(?m) +$", ""),
)

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


@dataclass
class Newcomer:
    """Two terminals; the first one's demo stays until it is stopped."""

    home: Path
    demo: subprocess.Popen[str] | None = None
    line: str = field(default="", init=False)

    def types(self, commands: str) -> str:
        """What these commands print, progress and warnings aside."""
        if commands == LINE:
            return ""
        if commands.startswith("script/demo"):
            return self._start(commands.replace("script/demo", "script/demo --no-install"))
        done = subprocess.run(
            ["bash", "-c", self.line + commands],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert "command not found" not in done.stderr, done.stderr
        return done.stdout

    def _start(self, command: str) -> str:
        self.demo = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=ROOT,
            env=self._environment | {"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.demo.stdout is not None
        text = ""
        for line in self.demo.stdout:
            text += line
            if line.strip() == LAST:
                break
        assert text.endswith(f"{LAST}\n"), text
        [environment] = re.findall(r"\. (/tmp/\S+/demo\.env)$", text, re.MULTILINE)
        self.line = f". {environment}\n"
        return text

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "HOME": str(self.home), "COLUMNS": "100", "TZ": "UTC"}

    def stop(self) -> str:
        """Press Ctrl-C in the first terminal; what it prints then."""
        assert self.demo is not None
        self.demo.send_signal(signal.SIGINT)
        rest, _ = self.demo.communicate(timeout=120)
        return rest


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    newcomer = Newcomer(tmp_path)
    yield newcomer
    if newcomer.demo is not None and newcomer.demo.poll() is None:
        newcomer.stop()


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def _settled(output: str) -> str:
    """The output as it is each time: what varies replaced, and what ends at the same time ordered by name."""
    for pattern, stands in VARIES:
        output = re.sub(pattern, stands, output)
    return re.sub(
        r"(?m)(^  two-photon/.*\n)+",
        lambda lines: "".join(sorted(lines[0].splitlines(keepends=True))),
        output,
    )


def test_the_page_shows_what_a_newcomer_sees(newcomer: Newcomer) -> None:
    page, before = PAGE.read_text(), {}

    def shown(block: re.Match[str]) -> str:
        nonlocal before
        commands = block["commands"]
        if "script/demo" in commands:
            before = _files(newcomer.home / "recordings")
        output = _settled(newcomer.types(commands).replace(str(newcomer.home), "/home/ann"))
        text = f"\n```text\n{output.strip(chr(10))}\n```\n" if block["output"] is not None else ""
        return f"```sh\n{commands}```\n{text}"

    new = BLOCK.sub(shown, page)
    assert before and _files(newcomer.home / "recordings") == before, "the folder is only read"
    directory = Path(newcomer.line.split()[1]).parent
    assert "stopped; nothing is left running" in newcomer.stop()
    assert not directory.exists()
    if page != new:
        PAGE.write_text(new)
        pytest.fail(f"{PAGE} is new; look at its difference, and commit it")


@pytest.mark.parametrize(
    ("switches", "says"),
    [
        (["--folder", "no-such-folder"], "--folder no-such-folder: No such file or directory"),
        (["--folder", "empty"], "it is empty; expected a folder of recordings"),
        (["--folder", "it's"], "its path holds"),
        (["--folder", "empty", "--exit"], "--folder stays until Ctrl-C"),
    ],
)
def test_what_cannot_be_the_folder_is_said_in_one_line(
    tmp_path: Path, switches: list[str], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "it's").mkdir()
    (tmp_path / "it's/a.tif").touch()
    done = subprocess.run(
        [ROOT / "script/demo", "--no-install", *switches], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
