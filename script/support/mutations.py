"""Puts known bugs back, one at a time, and shows that a test notices each: `script/test mutations [NAME...]`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from support.known_bugs import FOLDER, KnownBug, PatchError, known_bugs

ROOT = Path(__file__).resolve().parents[2]
#: Bugs that are tried at the same time: each starts servers of its own.
AT_A_TIME = 2
#: Folders of the project that hold packages.
_PACKAGES = ("include", "plugins")
#: What a copy of the project does without.
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".local", ".mypy_cache", ".ruff_cache", ".pytest_cache")
#: A test that fails like this shows that the patch is wrong, and not what the bug does.
_BROKEN = re.compile(
    r"\b(ImportError|ModuleNotFoundError|SyntaxError|IndentationError|NameError)\b|collection failure"
)
_SHOWN = """
import importlib, sys
for module in [importlib.import_module(name) for name in sys.argv[1:]]:
    print(module.__file__)
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the tests did with one bug.

    red     : how many of the named tests failed
    trouble : why the trial shows nothing; '' if it does
    """

    bug: KnownBug
    red: int
    seconds: float
    trouble: str = ""

    @property
    def verdict(self) -> str:
        if self.trouble:
            return "no result"
        return "killed" if self.red else "survived"


def failures(report: Path) -> dict[str, str]:
    """Name of each test that failed, as pytest's XML has it -> the first line of why. An empty name: collection."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        for outcome in (*case.findall("failure"), *case.findall("error")):
            name = f"{case.get('classname', '')}.{case.get('name', '')}" if case.get("classname") else ""
            found.setdefault(name, outcome.get("message") or "")
    return found


def red_tests(bug: KnownBug, failed: Mapping[str, str]) -> tuple[int, str]:
    """How many of a bug's tests are red, and why that shows nothing ('' if it does)."""
    if wrong := [why for why in failed.values() if _BROKEN.search(why)]:
        return 0, f"the patch does not run: {wrong[0][:200]}"
    return sum(any(_is_case(name, test) for name in failed) for test in bug.tests), ""


def _is_case(name: str, test: str) -> bool:
    """Whether a name of pytest's XML is a test, or one of its cases."""
    path, *rest = test.split("::")
    dotted = ".".join([path.removesuffix(".py").replace("/", "."), *rest])
    return name == dotted or name.startswith(f"{dotted}[")


@contextmanager
def copy_of(root: Path) -> Iterator[Path]:
    """The project in a folder of its own, so that no patch ever touches the working tree."""
    with tempfile.TemporaryDirectory(prefix="session-archive-mutation-") as name:
        copy = Path(name) / "project"
        shutil.copytree(root, copy, ignore=_NOT_COPIED, symlinks=True)
        (copy / ".venv").symlink_to(root / ".venv")
        yield copy


def _environment(copy: Path) -> dict[str, str]:
    # .venv leads to the working tree; these come first. Bytecode is not written: a patched file may have the size and
    # the second of the one that was compiled.
    paths = os.pathsep.join(str(copy / folder) for folder in _PACKAGES)
    # What runs in the copy is no part of this project's coverage, whose report would miss its source.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return {**inherited, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def patch(copy: Path, bug: KnownBug) -> None:
    """Put a bug back into a copy. Raises PatchError."""
    for path, text in bug.put_back({path: (copy / path).read_text() for path in bug.paths}).items():
        file = copy / path
        file.write_text(text)
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()


def require_own_code(copy: Path, paths: Iterable[str]) -> None:
    """Raise PatchError unless Python imports the changed modules, and takes them from the copy."""
    names = ["session_archive"]
    for path in map(Path, paths):
        if path.parts[0] in _PACKAGES and path.suffix == ".py":
            names.append(".".join(path.with_suffix("").parts[1:]).removesuffix(".__init__"))
    done = subprocess.run(
        [sys.executable, "-c", _SHOWN, *names],
        cwd=copy,
        env=_environment(copy),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise PatchError(f"the patch does not run: {done.stderr.strip().splitlines()[-1]}")
    # Above them may stand what a library logs while it is imported.
    if foreign := [
        file for file in done.stdout.splitlines()[-len(names) :] if not Path(file).is_relative_to(copy)
    ]:
        raise PatchError(f"Python does not import the copy's code, but {foreign[0]}")


def run_tests(copy: Path, tests: Iterable[str], *extra: str) -> tuple[dict[str, str], int, str]:
    """Run tests in a copy: which failed, how many ran, and what pytest printed."""
    report = copy.parent / "report.xml"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            *extra,
            *tests,
        ],
        cwd=copy,
        env=_environment(copy),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if not report.exists():
        return {"": f"pytest ended with {done.returncode}"}, 0, done.stdout + done.stderr
    count = sum(1 for _ in ElementTree.parse(report).iter("testcase"))
    return failures(report), count, done.stdout


def try_bug(root: Path, bug: KnownBug) -> Trial:
    """Put a bug back in a copy, and run its tests there."""
    began = time.monotonic()
    try:
        with copy_of(root) as copy:
            patch(copy, bug)
            require_own_code(copy, bug.paths)
            failed, count, _ = run_tests(copy, bug.tests)
            red, trouble = red_tests(bug, failed)
            trouble = trouble or ("" if count else "no test ran")
    except PatchError as error:
        red, trouble = 0, str(error)
    return Trial(bug, red, time.monotonic() - began, trouble)


def chosen(bugs: list[KnownBug], names: list[str]) -> list[KnownBug]:
    """Those with these names; all if there is none. Raises PatchError for a name that no patch has."""
    by_name = {bug.name: bug for bug in bugs}
    if unknown := [name for name in names if name not in by_name]:
        raise PatchError(f"there is no {FOLDER}/{unknown[0]}.patch; there are: {', '.join(by_name)}")
    return [by_name[name] for name in names] or bugs


def table(trials: Iterable[Trial]) -> Table:
    """A line for each bug."""
    shown = Table("known bug", "verdict", "red", "s", "what it does")
    for each in trials:
        colour = "green" if each.verdict == "killed" else "red"
        shown.add_row(
            each.bug.name,
            f"[{colour}]{each.verdict}[/]",
            f"{each.red} of {len(each.bug.tests)}",
            f"{each.seconds:.0f}",
            each.trouble or each.bug.what,
        )
    return shown


def main(names: list[str], *, root: Path = ROOT) -> int:
    """Try the bugs; 1 if a test does not notice one, 2 if nothing can be shown."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    began = time.monotonic()
    try:
        bugs = chosen(known_bugs(root), names)
    except PatchError as error:
        console.print(str(error), markup=False)
        return 2
    tests = sorted({test for bug in bugs for test in bug.tests})
    console.print(f"{len(tests)} tests without a bug ...")
    with copy_of(root) as copy:
        require_own_code(copy, ())
        failed, _, output = run_tests(copy, tests, "--numprocesses", str(AT_A_TIME), "--dist", "loadfile")
    if failed:
        console.print(output, markup=False)
        console.print("a test fails without any bug: nothing is shown by its failing with one")
        return 2
    trials = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for trial in pool.map(lambda bug: try_bug(root, bug), bugs):
            console.print(f"{trial.verdict:9} {trial.bug.name}")
            trials.append(trial)
    console.print(table(trials))
    killed = sum(trial.verdict == "killed" for trial in trials)
    console.print(f"{killed} of {len(trials)} known bugs are noticed, in {time.monotonic() - began:.0f} s")
    return 0 if killed == len(trials) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
