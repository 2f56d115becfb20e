"""`script/test mutations`, on a small project: what a test notices, what none does, and what shows nothing."""

from pathlib import Path

import pytest

from support import mutations
from support.known_bugs import FOLDER, PatchError, known_bugs

RULE = "def double(number):\n    return 2 * number\n"
TEST = "from session_archive.rule import double\n\n\ndef test_double():\n    assert double(3) == 6\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package and a test of it."""
    for path, text in {
        "pyproject.toml": "[tool.pytest.ini_options]\n",
        "include/session_archive/__init__.py": "",
        "include/session_archive/rule.py": RULE,
        "tests/test_rule.py": TEST,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / FOLDER).mkdir()
    return tmp_path


def add(project: Path, name: str, line: str) -> None:
    (project / FOLDER / f"{name}.patch").write_text(
        "# It computes something else.\n# Source: fault 1\n# Red: tests/test_rule.py::test_double\n"
        "--- a/include/session_archive/rule.py\n+++ b/include/session_archive/rule.py\n"
        f"@@ -1,2 +1,2 @@\n def double(number):\n-    return 2 * number\n+{line}\n"
    )


def test_each_bug_has_its_verdict_and_the_working_tree_stays(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project, "noticed", "    return 3 * number")
    assert mutations.main([], root=project) == 0
    assert "1 of 1 known bugs are noticed" in capsys.readouterr().out
    # Of the same size: a compiled file of the one before must not stand for it.
    add(project, "same", "    return number * 2")
    add(project, "broken", "    import nothing_of_this_name")
    assert mutations.main([], root=project) == 1
    printed = capsys.readouterr().out
    for line in ("killed    noticed", "survived  same", "no result broken", "1 of 3 known bugs"):
        assert line in printed
    assert "the patch does not run" in printed
    assert (project / "include/session_archive/rule.py").read_text() == RULE
    assert mutations.main(["noticed"], root=project) == 0, "only this one"


def test_what_runs_in_the_copy_is_in_no_coverage(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(project, "noticed", "    return 3 * number")
    environment = (
        "    import os\n    assert not [name for name in os.environ if name.startswith('COVERAGE')]\n"
    )
    (project / "tests/test_rule.py").write_text(TEST + environment)
    monkeypatch.setenv("COVERAGE_FILE", str(project / ".coverage"))
    assert mutations.main([], root=project) == 0


def test_a_test_that_fails_by_itself_shows_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(project, "noticed", "    return 3 * number")
    (project / "tests/test_rule.py").write_text(TEST.replace("6", "7"))
    assert mutations.main([], root=project) == 2
    assert "fails without any bug" in capsys.readouterr().out


def test_code_that_is_not_the_copys_shows_nothing(project: Path) -> None:
    add(project, "noticed", "    return 3 * number")
    (bug,) = known_bugs(project)
    # Python then finds the package of this checkout.
    (project / "include").rename(project / "elsewhere")
    with pytest.raises(PatchError, match="does not import the copy's code"):
        mutations.require_own_code(project, ())
    assert mutations.chosen([bug], []) == [bug]


def test_a_name_that_no_patch_has_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(project, "noticed", "    return 3 * number")
    assert mutations.main(["other"], root=project) == 2
    assert "there is no tests/mutations/other.patch; there are: noticed" in " ".join(
        capsys.readouterr().out.split()
    )
