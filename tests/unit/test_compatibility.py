"""docs/compatibility.md says which versions are accepted, as pyproject.toml does, and tested, as the locks do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/compatibility.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.partition("## Packages")[2].partition("\n## ")[0].splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
    and not set(cells[0]) <= set("- ")
}
REQUIREMENTS = [
    *PROJECT["dependencies"],
    *(each for list_ in PROJECT["optional-dependencies"].values() for each in list_),
]
NOT_IN_PYPROJECT = {"Python", "package", "pymysql"}


def accepted(package: str) -> str:
    """What pyproject.toml accepts of a package."""
    [span] = {each.removeprefix(package) for each in REQUIREMENTS if re.match(rf"{package}[<>=~]", each)}
    return span


@pytest.mark.parametrize("package", sorted(ROWS.keys() - NOT_IN_PYPROJECT))
def test_what_is_accepted_is_what_pyproject_says(package: str) -> None:
    assert ROWS[package][0] == f"`{accepted(package)}`"


@pytest.mark.parametrize("package", sorted(ROWS.keys() - {"Python", "package"}))
def test_what_is_tested_is_what_is_locked(package: str) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    [locked] = re.findall(rf"^{package}==([^ ;\\\n]+)", lock, re.MULTILINE)
    assert re.match(rf"{re.escape(locked)}\b", ROWS[package][1]), f"requirements.lock has {package} {locked}"


def test_each_package_with_an_upper_bound_has_a_row() -> None:
    bounded = {re.split("[<>=]", each)[0] for each in REQUIREMENTS if "<" in each and ">" in each}
    assert bounded <= ROWS.keys()


def test_python_and_the_provider_are_as_their_files_say() -> None:
    provider = tomllib.loads((ROOT / "packaging/airflow-provider-globus/pyproject.toml").read_text())[
        "project"
    ]
    [airflow] = [each for each in provider["dependencies"] if each.startswith("apache-airflow>")]
    assert ROWS["Python"][0] == f"`{PROJECT['requires-python']}`"
    assert f"`{airflow.removeprefix('apache-airflow')}`" in ROWS["apache-airflow"][2]
    wheels = (ROOT / "tests/system/test_wheels.py").read_text()
    named = "".join(re.findall(r"^(?:AIRFLOWS|NEWEST) = .*$", wheels, re.MULTILINE))
    for version in {*re.findall(r'"(\d[^"]+)"', named), re.split("[=,]", airflow)[1]}:
        assert version in ROWS["apache-airflow"][2], f"tests/system/test_wheels.py runs on {version}"


def test_the_older_datajoints_of_labs_are_those_that_tests_install() -> None:
    for file in sorted((ROOT / "tests/labs").glob("datajoint-*.txt")):
        [version] = re.findall(r"^datajoint==([^ ;\\\n]+)", file.read_text(), re.MULTILINE)
        assert version in ROWS["datajoint"][2]
