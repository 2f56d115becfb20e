"""`script/bench` runs every benchmark and puts each result beside its goal, whatever one of them does."""

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
BARE = 'import sys\nif __name__ == "__main__":\n    print(\'{"files": 3, "s": 0.5}\')\n    sys.exit(CODE)\n'
HUNG = """
import pathlib, time
if __name__ == "__main__":
    try:
        time.sleep(3600)
    finally:
        (pathlib.Path(__file__).parents[1] / "ended").touch()
"""
BROKEN = 'if __name__ == "__main__":\n    raise RuntimeError("no room")\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    goals = bench.ROOT / "benchmarks" / "goals.py"
    programs = {
        "goals": goals.read_text(),
        "good": GOOD,
        "missed": MISSED,
        "bare": BARE.replace("CODE", "0"),
        "bare_missed": BARE.replace("CODE", "1"),
        "broken": BROKEN,
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


def test_a_line_without_a_goal_is_judged_by_the_exit_code(project: Path) -> None:
    [met], [missed] = bench.run("bare", project), bench.run("bare_missed", project)
    assert (met.what, met.met, missed.met) == ("files 3, s 0.5", True, False)


def test_one_that_breaks_is_a_row_and_the_others_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main([], root=project) == 1
    shown = capsys.readouterr().out
    assert "failed: RuntimeError: no room" in shown
    for name in ("bare", "bare_missed", "broken", "good", "missed"):
        assert f"{name} ... " in shown
    assert "3 of 7 rows missed their goal" in shown
    assert bench.main(["good", "bare"], root=project) == 0


def test_an_unknown_name_is_refused_and_says_what_there_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["gooood"], root=project) == 2
    assert "expected some of: bare, bare_missed, broken, good, missed" in capsys.readouterr().out


def test_one_that_hangs_does_not_keep_the_others_from_the_table(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "benchmarks" / "hung.py").write_text(
        # As what a shell began in the background.
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        'if __name__ == "__main__":\n    time.sleep(3600)\n'
    )
    monkeypatch.setattr(bench, "LONGEST", 0.5)
    [row] = bench.run("hung", project)
    assert not row.met and "did not end" in row.what


def test_the_sizes_are_of_benchmarks_that_there_are() -> None:
    assert set(bench.SIZES) <= set(bench.programs())


def test_a_number_is_rounded_for_the_eye_and_compared_as_it_is(project: Path) -> None:
    (project / "benchmarks" / "close.py").write_text(CLOSE)
    met, missed = bench.run("close", project)
    assert (met.measured, met.met) == (missed.measured, True) == ("1.2 times", True)
    assert not missed.met
