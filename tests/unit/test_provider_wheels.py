"""The second and third wheel of this repository: one source, one version, the same bounds, one description."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from archive_flow.provider_info import OWN, get_bundled_provider_info
from globus_provider.provider_info import DISTRIBUTION, get_provider_info

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ("airflow-provider-globus", "loopback-globus")


def project(folder: Path) -> Any:
    return tomllib.loads((folder / "pyproject.toml").read_text())


OURS = project(ROOT)["project"]


@pytest.mark.parametrize("name", WHEELS)
def test_everything_but_its_description_is_a_link_into_this_repository(name: str) -> None:
    folder = ROOT / "packaging" / name
    own = {path.name for path in folder.iterdir() if not path.is_symlink()}
    assert own == {"pyproject.toml", "README.md"}
    links = {path.name: path.resolve() for path in folder.iterdir() if path.is_symlink()}
    assert all(target.exists() and ROOT in target.parents for target in links.values())
    built = project(folder)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(built) <= set(links)
    assert all((folder / package / "py.typed").exists() for package in built)


@pytest.mark.parametrize("name", WHEELS)
def test_its_version_is_that_of_this_repository(name: str) -> None:
    folder = ROOT / "packaging" / name
    rule = project(folder)["tool"]["hatch"]["version"]
    found = re.search(rule["pattern"], (folder / rule["path"]).read_text(), re.MULTILINE)
    assert found
    assert found["version"] == OURS["version"]
    assert project(folder)["project"]["requires-python"] == OURS["requires-python"]


def test_both_wheels_ask_for_the_same_globus_sdk_and_service() -> None:
    extras = OURS["optional-dependencies"]
    provider = project(ROOT / "packaging" / WHEELS[0])["project"]["dependencies"]
    assert set(extras["globus"]) <= set(provider)
    assert project(ROOT / "packaging" / WHEELS[1])["project"]["dependencies"] == extras["loopback"]
    # The lowest Airflow is the same; session-archive follows a new minor later, with its DAGs and its page.
    lowest = [
        text.split(",")[0] for text in [*extras["airflow"], *provider] if text.startswith("apache-airflow>")
    ]
    assert len(set(lowest)) == 1


def test_the_bundled_provider_has_the_name_of_its_own_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: set[str] = set()

    def distribution(name: str) -> str:
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return name

    monkeypatch.setattr("archive_flow.provider_info.distribution", distribution)
    assert get_bundled_provider_info() == get_provider_info() | {"package-name": OWN}
    # Two descriptions of one connection type would be a warning at each start of Airflow.
    installed.add(DISTRIBUTION)
    assert set(get_bundled_provider_info()) == {"package-name", "name", "description"}
