"""The layout keeps its promises: a paragraph for each room, no borrowed private name, old paths that work."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "session_archive": ROOT / "include",
    "archive_flow": ROOT / "plugins",
    "globus_provider": ROOT / "plugins",
}

READS_THE_TIME = {"dt.datetime.now", "dt.datetime.utcnow", "dt.date.today", "time.time"}

#: The old paths, until version 0.3, and what people import from them.
OLD_PATHS = {
    "archive_flow.cancel": {"cancel_transfers"},
    "archive_flow.chain": {"DEFAULT_ARGS", "session_chain"},
    "archive_flow.params": {
        "DATES",
        "DECISIONS",
        "DRY_RUN",
        "KINDS",
        "LIMIT",
        "SECOND_LOOK",
        "SUBJECTS",
        "TRANSFERS",
    },
    "archive_flow.retrieve_params": {"DATA_SETS", "DESTINATION", "EVERYTHING", "SESSIONS"},
    "archive_flow.schedule": {"nightly_schedule"},
    "session_archive.catalog.catalog": {"Catalog"},
    "session_archive.catalog.connection": {"connect"},
    "session_archive.catalog.settings_layout": {"layout_of"},
    "session_archive.conventions": {"load_conventions"},
    "session_archive.settings": {"load_settings"},
    "session_archive.routes": {"DISCOVER", "RETRIEVE", "UPLOAD"},
}


def modules() -> Iterator[Path]:
    for package, folder in PACKAGES.items():
        yield from sorted((folder / package).rglob("*.py"))


def test_each_room_says_what_lives_there_and_where_to_begin() -> None:
    for module in modules():
        if module.name == "__init__.py":
            text = ast.get_docstring(ast.parse(module.read_text()))
            assert text and len(text.split()) >= 6, f"{module} does not say what lives there"


def test_no_module_takes_a_private_name_of_another() -> None:
    for module in modules():
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom):
                private = [each.name for each in node.names if each.name.startswith("_")]
                assert not private, f"{module} imports {private} of {node.module}"


@pytest.mark.parametrize("path", sorted(OLD_PATHS))
def test_an_old_path_still_leads_to_the_same_things(path: str) -> None:
    pytest.importorskip("airflow")
    module = importlib.import_module(path)
    assert OLD_PATHS[path] <= set(vars(module))


@pytest.mark.parametrize("path", sorted(OLD_PATHS))
def test_a_file_that_only_keeps_an_old_path_says_until_when(path: str) -> None:
    if path.endswith((".settings", ".routes")):
        return  # these are the paths of today
    module = (
        ROOT / ("plugins" if path.startswith("archive_flow") else "include") / f"{path.replace('.', '/')}.py"
    )
    text = " ".join((ast.get_docstring(ast.parse(module.read_text())) or "").split())
    assert "until version 0.3" in text
    assert len(module.read_text().splitlines()) < 35


@pytest.mark.parametrize("package", ["session_archive", "archive_flow"])
def test_only_the_clock_reads_the_time(package: str) -> None:
    for module in sorted((PACKAGES[package] / package).rglob("*.py")):
        if module.name == "clock.py":
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Attribute):
                called = f"{ast.unparse(node.value)}.{node.attr}"
                assert called not in READS_THE_TIME, (
                    f"{module}:{node.lineno} reads the time; ask session_archive.clock"
                )
