"""The faults of docs/reliability.md, and the tests that inject them: `python script/support/faults.py`, from the root.

A test says which faults it injects with `@pytest.mark.fault(NUMBER, ...)`. With `--write`, the last column of the page
is brought up to date; without, it is only compared.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PAGE = Path("docs/reliability.md")
#: How a row begins its last column when no test injects its fault; the reason follows.
NOT_HERE = "not here: "
_ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<fault>[^|]+) \| (?P<outcome>[^|]+) \| ?(?P<tests>[^|]*?) ?\|$")


def marked_tests(folder: Path) -> dict[int, list[str]]:
    """Number of a fault -> `path::name` of each test that injects it, in the order of their paths."""
    found: dict[int, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        path = file.relative_to(folder.parent).as_posix()
        for name, test in _tests(ast.parse(file.read_text()).body):
            for number in sorted(set(_numbers(test.decorator_list))):
                found[number].append(f"{path}::{name}")
    return dict(found)


def _tests(
    body: Iterable[ast.stmt], within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node.body, f"{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield within + node.name, node


def _numbers(decorators: Iterable[ast.expr]) -> Iterator[int]:
    """Of every mark among the decorators, those of single cases (`pytest.param(..., marks=...)`) included."""
    for decorator in decorators:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
                yield from map(int, map(ast.literal_eval, node.args))


def rows(page: str) -> Iterator[re.Match[str]]:
    """The rows of the page's tables: number, fault, outcome, tests."""
    return filter(None, map(_ROW.match, page.splitlines()))


def updated(page: str, marked: Mapping[int, Iterable[str]]) -> str:
    """The page with the tests of each fault, one a line; a row without any keeps its reason."""

    def line(text: str) -> str:
        row = _ROW.match(text)
        tests = "<br>".join(f"`{test}`" for test in marked.get(int(row["number"]), ())) if row else ""
        return "| {} | {} | {} | {} |".format(*row.groups()[:3], tests) if row and tests else text

    return "\n".join(map(line, page.splitlines())) + "\n"


def main() -> int:
    page, marked = PAGE.read_text(), marked_tests(Path("tests").resolve())
    current = updated(page, marked)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(current)
        return 0
    if current == page:
        return 0
    print(
        f"{PAGE}: its tests are not those that are marked; run {Path(__file__).name} --write", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
