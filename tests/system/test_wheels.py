"""The wheels alone, in fresh environments, on each minor of Airflow: nothing of session-archive is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from support.release import lacks
from support.wheels import PACKAGING, ROOT, build_all

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

PROVIDER, SERVICE = "airflow-provider-globus", "loopback-globus"
#: The newest pre-release of the newest minor of Airflow.
NEWEST = "3.4.0b2"
#: What the provider's own tests need beside it, and the files of this repository that they use.
TOOLS = ("pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "responses", "jsonschema")
TESTS = ("pyproject.toml", "tests/conftest.py", "tests/provider", "script/support")


def lowest_of_the_pin() -> str:
    """The lowest Airflow that the provider's wheel allows."""
    pins = tomllib.loads((PACKAGING / PROVIDER / "pyproject.toml").read_text())["project"]["dependencies"]
    (pin,) = [each for each in pins if each.startswith("apache-airflow>=")]
    return pin.removeprefix("apache-airflow>=").split(",")[0]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    assert len(build_all(folder)) == 6
    return folder


def run(*command: str, cwd: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return done.stdout


def environment(place: Path, *requirements: str, dist: Path, names: tuple[str, ...]) -> str:
    """The Python of a fresh environment: our wheels from `dist` without the index, all else from the index."""
    run(sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(place))
    python = str(place / "bin" / "python")
    install = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python)
    wheels = [str(next(dist.glob(f"{name.replace('-', '_')}-*.whl"))) for name in names]
    run(*install, "--prerelease", "allow", *requirements, *wheels)
    run(*install, "--no-index", "--find-links", str(dist), "--no-deps", "--reinstall", *names)
    return python


@pytest.mark.parametrize("version", [lowest_of_the_pin(), NEWEST])
def test_the_providers_own_tests_pass_with_nothing_of_session_archive(
    dist: Path, tmp_path: Path, version: str
) -> None:
    """Its example DAG in a whole Airflow with a killed worker, Airflow's commands, and OpenLineage are among them."""
    python = environment(
        tmp_path / "env",
        f"apache-airflow=={version}",
        "apache-airflow-providers-openlineage",
        *TOOLS,
        dist=dist,
        names=(PROVIDER, SERVICE),
    )
    assert version in run(python, "-c", "import airflow; print(airflow.__version__)", cwd=tmp_path)
    # Without this repository beside them: its folder of plugins would be on the path of each Airflow.
    place = tmp_path / "tests alone"
    for name in TESTS:
        source, copied = ROOT / name, place / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, copied) if source.is_dir() else shutil.copy(source, copied)
    for absent in ("session_archive", "archive_flow"):
        found = subprocess.run(
            [python, "-c", f"import {absent}"], cwd=place, check=False, capture_output=True
        )
        assert found.returncode, f"{absent} is there"
    output = run(
        python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "tests/provider", cwd=place
    )
    assert " passed" in output
    assert "SKIPPED" not in output, output
    (shown,) = json.loads(
        run(python, "-m", "airflow", "providers", "get", PROVIDER, "--full", "--output", "json", cwd=place)
    )
    assert shown["package-name"] == PROVIDER


def test_the_local_service_and_its_fixture_work_alone(dist: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env", "pytest", "globus-sdk", dist=dist, names=(SERVICE,))
    (tmp_path / "test_alone.py").write_text(
        "def test_it_answers(loopback_globus):\n    assert loopback_globus.url.startswith('http://127.0.0.1:')\n"
    )
    assert "1 passed" in run(python, "-m", "pytest", "-q", "test_alone.py", cwd=tmp_path)
    assert "--collection" in run(str(tmp_path / "env/bin/loopback-globus"), "--help", cwd=tmp_path)


def test_each_wheel_and_sdist_has_its_licence_and_types(dist: Path) -> None:
    built = [*dist.glob("*.whl"), *dist.glob("*.tar.gz")]
    assert {each.name: lacks(each) for each in built if lacks(each)} == {}
