"""Every known bug can be put back, and the tests that notice it exist; `script/test mutations` runs them."""

import ast
from functools import cache
from pathlib import Path

import pytest

from support.known_bugs import FOLDER, Hunk, KnownBug, PatchError, known_bugs, read

ROOT = Path(__file__).resolve().parents[2]
BUGS = known_bugs(ROOT)
each_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)

PATCH = """\
# A rule is left out,
# so that nothing is refused.
# Source: fault 1
# Red: tests/unit/test_a.py::test_a
--- a/include/a.py
+++ b/include/a.py
@@ -2,4 +2,3 @@
 def rule(text):
-    if not text:
-        raise ValueError
+    del text

"""
CODE = "import os\n\n\ndef rule(text):\n    if not text:\n        raise ValueError\n\n"


@cache
def names_of_tests(file: Path) -> frozenset[str]:
    """`test_a`, and `TestB::test_c` of a class."""
    names: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return frozenset(names)


def test_there_are_known_bugs_and_nothing_else_in_their_folder() -> None:
    assert len(BUGS) >= 50
    assert {file.suffix for file in (ROOT / FOLDER).iterdir()} == {".patch"}


@each_bug
def test_a_known_bug_can_be_put_back(bug: KnownBug) -> None:
    changed = bug.put_back({path: (ROOT / path).read_text() for path in bug.paths})
    for path, text in changed.items():
        assert text != (ROOT / path).read_text()
        if path.endswith(".py"):
            compile(text, path, "exec")


@each_bug
def test_the_tests_that_notice_a_known_bug_exist(bug: KnownBug) -> None:
    for test in bug.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert name in names_of_tests(ROOT / path), test


def test_a_patch_is_read_and_applied_wherever_its_lines_are() -> None:
    bug = read("rule-left-out", PATCH)
    assert (bug.what, bug.source) == ("A rule is left out, so that nothing is refused.", "fault 1")
    assert (bug.tests, bug.paths) == (("tests/unit/test_a.py::test_a",), ["include/a.py"])
    assert bug.put_back({"include/a.py": CODE}) == {
        "include/a.py": "import os\n\n\ndef rule(text):\n    del text\n\n"
    }


@pytest.mark.parametrize(("code", "places"), [(CODE * 2, 2), (CODE.replace("ValueError", "TypeError"), 0)])
def test_a_patch_that_fits_nowhere_or_twice_is_an_error(code: str, places: int) -> None:
    with pytest.raises(PatchError, match=rf"rule-left-out\.patch fits {places} places of include/a\.py"):
        read("rule-left-out", PATCH).put_back({"include/a.py": code})


def test_hunks_of_one_file_apply_one_after_the_other() -> None:
    bug = KnownBug("b", "w", "s", ("t",), (Hunk("a", ("1",), ("2",)), Hunk("a", ("2", "3"), ("4",))))
    assert bug.put_back({"a": "1\n3"}) == {"a": "4"}


@pytest.mark.parametrize(
    ("line", "lacks"),
    [("# Source: fault 1\n", "Source:"), ("# Red: tests/unit/test_a.py::test_a\n", "Red:")],
)
def test_a_patch_says_where_the_bug_is_from_and_what_notices_it(line: str, lacks: str) -> None:
    with pytest.raises(PatchError, match=f"x.patch lacks {lacks}"):
        read("x", PATCH.replace(line, ""))


def test_a_diff_that_does_not_count_its_lines_is_an_error() -> None:
    with pytest.raises(PatchError, match="does not count its lines"):
        read("x", PATCH.replace("-2,4 +2,3", "-2,9 +2,3"))
