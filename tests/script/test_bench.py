"""`script/bench` runs every benchmark and puts each result beside its goal, whatever one of them does."""

import subprocess
import time
from pathlib import Path

import pytest

from support import bench

GOOD = """
import sys
from goals import Result, report
if __name__ == "__main__":
    report([
        Result("a command", 1.1, "times", 1.2, details="2 and 2.2 CPU s"),
        Result("explained", 1234567, "files"),
    ])
"""
MISSED = """
from goals import Result, report
if __name__ == "__main__":
    report([Result("more is better", 3, "times faster", 8, at_least=True), Result("good", 1, "s", 1)])
"""
CLOSE = """
from goals import Result, report
if __name__ == "__main__":
    report([Result("x", 1.19999, "times", 1.2), Result("x", 1.2001, "times", 1.2)])
"""
HALF = """
from goals import Result, report
if __name__ == "__main__":
    try:
        report([Result("one", 1, "s", 2)])
    finally:
        raise RuntimeError("a server did not stop")
"""
HUNG = """
import pathlib, time
from support.processes import Processes
project = pathlib.Path(__file__).parents[1]
if __name__ == "__main__":
    with Processes():
        try:
            (project / "started").touch()
            time.sleep(3600)
        finally:
            (project / "ended").touch()
"""
DEAF = """
import signal, time
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)
"""
BROKEN = 'if __name__ == "__main__":\n    raise RuntimeError("no room")\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (tmp_path / "script").symlink_to(bench.ROOT / "script")
    goals = bench.ROOT / "benchmarks" / "goals.py"
    programs = {
        "goals": goals.read_text(),
        "good": GOOD,
        "missed": MISSED,
        "broken": BROKEN,
        "half": HALF,
    }
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
    return tmp_path


def test_each_line_is_a_row_beside_its_goal(project: Path) -> None:
    first, second = bench.run("good", project)
    assert (first.what, first.measured, first.goal, first.met) == (
        "a command",
        "1.1 times",
        "at most 1.2",
        True,
    )
    assert first.details == "2 and 2.2 CPU s"
    assert (second.measured, second.goal, second.met) == ("1.23457e+06 files", "", True)
    missed, met = bench.run("missed", project)
    assert (missed.goal, missed.met, met.met) == ("at least 8", False, True)


def test_one_that_breaks_after_its_lines_has_failed_all_the_same(project: Path) -> None:
    line, end = bench.run("half", project)
    assert line.met
    assert (end.met, end.what) == (False, "failed: RuntimeError: a server did not stop")


def test_one_that_breaks_is_a_row_and_the_others_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main([], root=project) == 1
    shown = capsys.readouterr().out
    assert "failed: RuntimeError: no room" in shown
    for name in ("broken", "good", "half", "missed"):
        assert f"{name} ... " in shown
    assert "3 of 7 rows missed their goal" in shown
    assert bench.main(["good"], root=project) == 0


def test_an_unknown_name_is_refused_and_says_what_there_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["gooood"], root=project) == 2
    assert "expected some of: broken, good, half, missed" in capsys.readouterr().out


def test_one_that_hangs_does_not_keep_the_others_from_the_table(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "benchmarks" / "hung.py").write_text(HUNG)
    (project / "benchmarks" / "deaf.py").write_text(DEAF)
    monkeypatch.setattr(bench, "LONGEST", 0.5)
    monkeypatch.setattr(bench, "STOPPED_WITHIN", 0.5)
    for name in ("hung", "deaf"):
        [row] = bench.run(name, project)
        assert not row.met and "did not end" in row.what


def test_one_that_hangs_may_stop_its_servers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "benchmarks" / "hung.py").write_text(HUNG)
    started = project / "started"
    began = subprocess.Popen

    class Began(began):  # type: ignore[misc,valid-type]
        def communicate(self, *arguments: object, **options: object) -> tuple[str, str]:
            while not started.exists():
                time.sleep(0.01)
            return super().communicate(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", Began)
    monkeypatch.setattr(bench, "LONGEST", 0)
    bench.run("hung", project)
    assert (project / "ended").exists()


def test_the_sizes_are_of_benchmarks_that_there_are() -> None:
    assert set(bench.SIZES) <= set(bench.programs())


def test_a_number_is_rounded_for_the_eye_and_compared_as_it_is(project: Path) -> None:
    (project / "benchmarks" / "close.py").write_text(CLOSE)
    met, missed = bench.run("close", project)
    assert (met.measured, met.met) == (missed.measured, True) == ("1.2 times", True)
    assert not missed.met
