"""The checks of script/test: the same before each commit, forbidden words, and a changelog fragment for each change."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support import changelog, words

ROOT = Path(__file__).resolve().parents[2]
RULES = words.Rules(
    anywhere={"riddle": "raw", "takes its leave": "ends"},
    names={"thing": "file"},
    files={"utils": "its subject"},
    allowed=frozenset({"include/old/old.py"}),
)


def used(path: str, text: str) -> list[tuple[str, int]]:
    return [(use.word, use.line) for use in words.uses_in_text(path, text, RULES)]


def test_each_check_also_runs_before_a_commit() -> None:
    checks = {
        name: shlex.split(command)
        for name, command in re.findall(
            r'^ *check "([^"]+)" (.+)$', (ROOT / "script/test").read_text(), re.MULTILINE
        )
        if name not in ("tests", "coverage")
    }
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    hooks = repository["hooks"]
    assert {hook["name"]: shlex.split(hook["entry"]) for hook in hooks} == {
        name: [".venv/bin/python", *command] for name, command in checks.items()
    }
    assert len(checks) == 6
    assert all(hook["language"] == "system" and hook["always_run"] for hook in hooks), (
        "no network, no file left out"
    )


def test_a_word_is_a_word_or_a_part_of_a_name() -> None:
    text = "riddle = 1\nonly_riddle(Riddle)\nriddles, griddle\n"
    assert used("a.py", text) == [("riddle", 1), ("riddle", 2), ("riddle", 2)]
    assert used("a.md", "a file\ntakes  its\nleave") == [("takes its leave", 2)]


def test_a_forbidden_name_is_a_python_name() -> None:
    assert used("a.py", 'thing = "thing"  # thing\n') == [("thing", 1)]
    assert used("a.md", "a thing") == []


def test_forbidden_names_of_modules() -> None:
    paths = ("a/utils.py", "tests/a/test_utils.py", "a/a.py", "a/b.py", "include/old/old.py", "docs/utils.md")
    assert [use.key for path in paths for use in words.uses_in_path(path, RULES)] == [
        "utils.py a/utils.py",
        "utils.py tests/a/test_utils.py",
        "x/x.py a/a.py",
    ]


def test_the_list_of_remaining_words_only_shrinks() -> None:
    uses = list(words.uses_in_text("a.py", "riddle = 1", RULES))
    assert list(words.problems(uses, ["riddle a.py"])) == []
    assert list(words.problems(uses, [])) == ["a.py:1: riddle: say raw"]
    [gone] = words.problems([], ["riddle a.py"])
    assert "riddle a.py" in gone and "--shrink" in gone


def test_shrinking_adds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script").mkdir()
    words.RULES.write_text(
        'skip = []\nanywhere.riddle = "raw"\nnames = {}\nfiles = {}\nsame_as_package.allowed = []\n'
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/old.md").write_text("a riddle")
    (tmp_path / "docs/new.md").write_text("a riddle")
    words.LEFT.write_text("riddle docs/gone.md\nriddle docs/old.md\n")
    assert words.main(shrink=True) == 1
    assert words.LEFT.read_text() == "riddle docs/old.md\n"


@pytest.mark.parametrize(
    ("changed", "right"),
    [
        ([("M", "include/a.py")], False),
        ([("D", "plugins/a.py")], False),
        ([("M", "dags/a.py"), ("D", "changelog.d/a.fixed.md")], False),
        ([("M", "dags/a.py"), ("M", "changelog.d/README.md")], False),
        ([("M", "dags/a.py"), ("A", "changelog.d/a.fixed.md")], True),
        ([("M", "dags/a.py"), ("M", "changelog.d/a.internal.md")], True),
        ([("M", "tests/a.py"), ("M", "docs/a.md")], True),
    ],
)
def test_a_code_change_needs_a_fragment(changed: list[tuple[str, str]], right: bool) -> None:
    wrong = changelog.problem(changed)
    assert (wrong is None) == right
    assert wrong is None or changed[0][1] in wrong


class Clone:
    """A repository with one commit on main, in which a change is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("include", "changelog.d"):
            (folder / name).mkdir(parents=True)
        (folder / "include/a.py").write_text("")
        for name in ("pyproject.toml", "CHANGELOG.md", "changelog.d/template.md", "changelog.d/README.md"):
            shutil.copy(ROOT / name, folder / name)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()

    def git(self, *arguments: str) -> None:
        login = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", *login, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def check(self, folder: Path | None = None) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, ROOT / "script/support/changelog.py"],
            cwd=folder or self.folder,
            env={
                name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))
            },
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "project")


@pytest.mark.parametrize("committed", [True, False])
def test_a_branch_without_a_fragment_fails_and_one_with_it_passes(clone: Clone, committed: bool) -> None:
    clone.git("switch", "--quiet", "--create", "mine")
    (clone.folder / "include/b.py").write_text("b = 1\n")
    if committed:
        clone.commit()
    code, text = clone.check()
    assert code == 1 and "include/b.py" in text and "changelog.d/README.md" in text
    (clone.folder / "changelog.d/b.added.md").write_text("There is a b.\n")
    assert clone.check()[0] == 0


@pytest.mark.parametrize(("name", "text"), [("b.news.md", "There is a b."), ("b.added.md", " \n")])
def test_a_fragment_of_no_kind_or_without_words_fails(clone: Clone, name: str, text: str) -> None:
    (clone.folder / "changelog.d" / name).write_text(text)
    code, output = clone.check()
    assert code == 1 and name in output


def test_a_clone_that_has_no_main_branch_passes_and_says_so(clone: Clone, tmp_path: Path) -> None:
    clone.git("switch", "--quiet", "--create", "mine")
    (clone.folder / "include/b.py").write_text("b = 1\n")
    clone.commit()
    shallow = tmp_path / "shallow"
    clone.git("clone", "--quiet", "--depth=1", "--branch=mine", f"file://{clone.folder}", str(shallow))
    code, text = clone.check(shallow)
    assert code == 0 and "passed unchecked" in text


def test_a_folder_without_git_passes_and_says_so(clone: Clone) -> None:
    shutil.rmtree(clone.folder / ".git")
    code, text = clone.check()
    assert code == 0 and "passed unchecked" in text


def test_a_release_collects_the_fragments(clone: Clone) -> None:
    (clone.folder / "changelog.d/b.added.md").write_text("There is a b.\n")
    (clone.folder / "changelog.d/c.internal.md").write_text("Nothing to notice.\n")
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", "7.0"]
    subprocess.run(command, cwd=clone.folder, check=True, capture_output=True)
    text = (clone.folder / "CHANGELOG.md").read_text()
    head, entry, _ = re.split(r"^## ", text, maxsplit=2, flags=re.MULTILINE)
    assert head == (ROOT / "CHANGELOG.md").read_text().split("## ")[0]
    assert re.fullmatch(r"7\.0 \(.*\)\n\n### Added\n\n- There is a b\.\n\n", entry), entry
    assert [file.name for file in (clone.folder / "changelog.d").glob("*.*.md")] == []
