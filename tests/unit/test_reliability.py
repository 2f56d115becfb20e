"""docs/reliability.md names each fault and the tests that inject it, no more and no fewer."""

import ast
import re
from pathlib import Path

from support.faults import NOT_HERE, PAGE, marked_tests, rows, updated

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / PAGE).read_text()
#: Those that the page began with, and what came since: of storages, the Archive page, audits, copies, repairs.
N_FAULTS = 83


def test_no_fault_is_missing() -> None:
    assert [int(row["number"]) for row in rows(TEXT)] == list(range(1, N_FAULTS + 1))


def test_the_page_names_the_marked_tests() -> None:
    marked = marked_tests(ROOT / "tests")
    assert marked.keys() <= set(range(1, N_FAULTS + 1)), "a test has the number of no fault"
    current = updated(TEXT, marked)
    assert current == TEXT, "run .venv/bin/python script/support/faults.py --write"


def test_every_fault_has_a_test_or_the_reason_why_not() -> None:
    without = [
        row["number"]
        for row in rows(TEXT)
        if "::test_" not in row["tests"] and not row["tests"].startswith(NOT_HERE)
    ]
    assert not without


def test_every_test_that_the_page_names_exists() -> None:
    names = re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", TEXT)
    assert len(names) > N_FAULTS
    for path, name in names:
        tree: ast.AST = ast.parse((ROOT / path).read_text())
        for part in name.split("::"):
            tree = next(node for node in ast.iter_child_nodes(tree) if getattr(node, "name", "") == part)


def test_marks_are_read_from_functions_methods_and_single_cases(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text(
        "@pytest.mark.fault(3, 1)\n@pytest.mark.fault(2)\ndef test_one(): ...\n"
        "class TestB:\n    @pytest.mark.fault(1)\n    async def test_two(self): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.fault(4))])\n"
        "def test_three(x): ...\n"
        "@pytest.mark.fault(5)\ndef helper(): ...\n"
    )
    one = "tests/test_a.py::test_one"
    assert marked_tests(folder) == {
        1: [one, "tests/test_a.py::TestB::test_two"],
        2: [one],
        3: [one],
        4: ["tests/test_a.py::test_three"],
    }


def test_a_row_takes_its_marked_tests_and_keeps_its_reason_without_any() -> None:
    page = "| 1 | killed | nothing is lost | not here: no disk |\n| 2 | gone | known | `old` |\ntext\n"
    assert updated(page, {}) == page
    assert updated(page, {1: ["a::b", "c::d"]}).splitlines()[0] == (
        "| 1 | killed | nothing is lost | `a::b`<br>`c::d` |"
    )
