"""The docs name only files, modules and headings that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_archive.states.state import State

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"session_archive": "include", "loopback_globus": "include"} | {
    "archive_flow": "plugins",
    "globus_provider": "plugins",
}
FOLDERS = {"benchmarks", "config", "dags", "docs", "include", "plugins", "script", "tests"}
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "include/loopback_globus/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
each_document = pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))

_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_DOTTED = re.compile(rf"\b(?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+")
_IMPORT = re.compile(rf"^ *from ((?:{'|'.join(PACKAGES)})[\w.]*) import (\w+(?:, \w+)*)", re.MULTILINE)


def paths(text: str) -> Iterator[str]:
    """Words in backticks that look like a file or folder of this repository; Airflow's own begin with airflow/."""
    for code in _INLINE.findall(_FENCED.sub("", text)):
        for word in code.split()[:1]:  # further words are arguments, perhaps a file that a reader makes
            if not re.fullmatch(r"[\w.*/-]+", word):
                continue
            first, slash, _ = word.partition("/")
            module = word.endswith(".py") and not word.startswith("__")
            if (slash and first in FOLDERS | PACKAGES.keys()) or (module and first != "airflow"):
                yield word


def exists(path: str) -> bool:
    package = path.partition("/")[0]
    return any((ROOT / PACKAGES.get(package, ".")).glob(path.rstrip("/")))


def resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or stands at the top level of one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        module = ROOT / PACKAGES[parts[0]] / Path(*parts[:length])
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.is_file():
                return length == len(parts) or stands_in(file, parts[length:])
    return False


def top_level_names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names |= {each.asname or each.name for each in node.names}
        elif isinstance(node, ast.Assign):
            names |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def stands_in(file: Path, names: list[str]) -> bool:
    """Whether a file has a name at its top level; and, where a second is given, a class of that name such a method."""
    if len(names) == 1:
        return names[0] in top_level_names(file)
    classes = {node.name: node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)}
    methods = (
        {each.name for each in classes[names[0]].body if isinstance(each, ast.FunctionDef)}
        if names[0] in classes
        else set()
    )
    return len(names) == 2 and names[1] in methods


def headings(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    lines = re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


@each_document
def test_files_that_a_document_names_exist(document: Path) -> None:
    missing = [path for path in paths(document.read_text()) if not exists(path)]
    assert not missing, (
        f"{document} names {missing}; write a path from the root, or from include/ or plugins/"
    )


@each_document
def test_modules_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text()
    names = _DOTTED.findall(text)
    names += [f"{module}.{name}" for module, all_ in _IMPORT.findall(text) for name in all_.split(", ")]
    missing = [name for name in names if not resolves(name)]
    assert not missing, f"{document} names {missing}"


@each_document
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCED.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (document.parent / target).resolve() if target else document
        if not file.exists() or (anchor and anchor not in headings(file.read_text())):
            broken.append(link)
    assert not broken, f"{document} links to {broken}"


def test_the_docs_link_to_every_page() -> None:
    assert "docs/index.md" in _LINK.findall((ROOT / "README.md").read_text())
    linked = set(_LINK.findall((ROOT / "docs/index.md").read_text()))
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")} - {
        "index.md"
    }
    assert pages <= linked, f"docs/index.md does not link to {sorted(pages - linked)}"


@pytest.mark.parametrize("package", ["session_archive", "archive_flow"])
def test_the_architecture_lists_every_room(package: str) -> None:
    folder = ROOT / PACKAGES[package] / package
    rooms = {each.parent.name for each in folder.glob("*/__init__.py")}
    page = (ROOT / "docs/architecture.md").read_text()
    missing = {room for room in rooms if f"`{room}`" not in page}
    assert not missing, f"docs/architecture.md does not list the rooms {sorted(missing)} of {package}"


def test_the_glossary_explains_every_state() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert {str(state) for state in State} <= set(rows)


@pytest.mark.parametrize(
    ("page", "heading"), [("README.md", "## What the demo shows"), ("docs/demo.md", "## What it shows")]
)
def test_a_page_shows_what_the_demo_prints(page: str, heading: str) -> None:
    kept = (ROOT / "docs/pictures/demo.txt").read_text()
    section = (ROOT / page).read_text().partition(heading)[2].partition("\n## ")[0]
    samples = re.findall(r"^```\n(.*?)^```", section, re.M | re.S)
    parts = [
        part.strip("\n") for sample in samples for part in re.split("^…$", sample, flags=re.M) if part.strip()
    ]
    assert parts
    for part in parts:
        assert part in kept
