"""In separate environments: the extra alone, and these tests with the lowest and the newest supported globus-sdk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[3]

_ALONE = """
import json, sys, urllib.parse, urllib.request
from pathlib import Path
from loopback_globus.testing import LoopbackGlobus

def ask(request):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return json.load(direct.open(request))

with LoopbackGlobus({"rig": Path(sys.argv[1])}) as globus:
    form = {"grant_type": "client_credentials", "client_id": globus.client_id, "client_secret": globus.client_secret}
    body = urllib.parse.urlencode(form).encode()
    token = ask(urllib.request.Request(f"{globus.url}/v2/oauth2/token", data=body))["access_token"]
    path = f"/v0.10/operation/endpoint/{globus.collections['rig']}/ls"
    headers = {"Authorization": f"Bearer {token}"}
    listing = ask(urllib.request.Request(globus.url + path, headers=headers))
    print(json.dumps([entry["name"] for entry in listing["DATA"]]))
"""


def environment_with(place: Path, *packages: str) -> Path:
    """A Python with these packages, and only the parts of the project that the extra `loopback` needs."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin/python"
    install = [str(python), "-m", "pip", "install", "--quiet", f"{ROOT}[loopback]", *packages]
    subprocess.run(install, check=True)
    return python


def test_the_extra_installs_the_service_alone(tmp_path: Path) -> None:
    python = environment_with(tmp_path / "venv")
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format", "json"], check=True, capture_output=True, text=True
    )
    installed = {package["name"].lower().replace("_", "-") for package in json.loads(listed.stdout)}
    assert {"fastapi", "uvicorn"} <= installed
    assert not {"apache-airflow", "apache-airflow-core", "globus-sdk", "datajoint", "pytest"} & installed

    (tmp_path / "rig").mkdir()
    (tmp_path / "rig/file").touch()
    ran = subprocess.run(
        [python, "-c", _ALONE, str(tmp_path / "rig")],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(ran.stdout) == ["file"]
    shown = subprocess.run([python, "-m", "loopback_globus", "--help"], check=True, capture_output=True)
    assert b"--collection" in shown.stdout


def ends_of_the_range() -> tuple[str, str]:
    """The lowest and the newest globus-sdk that pyproject.toml allows."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    [supported] = extras["globus"]
    lowest = supported.split(",")[0].replace(">=", "==")
    return lowest, supported


@pytest.mark.parametrize("sdk", ends_of_the_range())
def test_the_lowest_and_the_newest_sdk(tmp_path: Path, sdk: str) -> None:
    """Every test of this folder that is not long, in an environment without the rest of the project."""
    python = environment_with(tmp_path / "venv", sdk, "pytest", "pytest-timeout", "hypothesis", "responses")
    tests = [
        str(python),
        "-m",
        "pytest",
        "-q",
        "-m",
        "not long",
        "-p",
        "no:cacheprovider",
        "tests/integration/loopback",
    ]
    ended = subprocess.run(tests, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout[-4000:]
    assert " passed" in ended.stdout
