"""Checks the built wheels and sdists, and prints what a maintainer must do: `python -m support.release`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from support.wheels import ROOT, build_all

DIST = ROOT / "dist"
PLACE = ROOT / ".local" / "release"

#: Distribution -> where its README stands, and a command that shows that it works. Where the README's first lines name
#: the distribution, the built wheel is what is installed.
SHOWS = {
    "airflow-provider-globus": ("packaging/airflow-provider-globus/README.md", "airflow-provider-globus"),
    "loopback-globus": ("packaging/loopback-globus/README.md", "loopback-globus"),
    "session-archive": ("README.md", ""),
}

STEPS = """
All of {version} is built and checked, and nothing is published. A maintainer:
 1. runs script/test full, and script/test mutations
 2. .venv/bin/towncrier build --version {version}; commits CHANGELOG.md
 3. git tag --sign v{version}; git push --tags
 4. {place}/bin/python -m twine upload dist/*{version}*
    airflow-provider-globus first; then loopback-globus, then session-archive
 5. raises `version` in pyproject.toml, the one place for all three
"""


def main() -> None:
    """Build, check, install, and say what is next."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    shutil.rmtree(DIST, ignore_errors=True)
    built = build_all(DIST)
    python = _environment("tools", "twine")
    _run(python, "-m", "twine", "check", "--strict", *map(str, built))
    for wheel in DIST.glob("*.whl"):
        missing = lacks(wheel)
        if missing:
            raise SystemExit(f"{wheel.name} lacks {', '.join(missing)}")
    for name in SHOWS:
        _install_as_its_readme_says(name)
    print(STEPS.format(version=version, place=PLACE / "tools"))


def lacks(wheel: Path) -> list[str]:
    """What a wheel must have and has not: its licence, and py.typed in each package."""
    names = set(zipfile.ZipFile(wheel).namelist())
    packages = sorted({name.split("/")[0] for name in names if ".dist-info/" not in name})
    expected = [f"{package}/py.typed" for package in packages]
    missing = [name for name in expected if name not in names]
    return missing + ([] if any(name.endswith("licenses/LICENSE") for name in names) else ["LICENSE"])


def first_lines(readme: str) -> list[str]:
    """The commands of the first block of shell in a README."""
    block = re.search(r"^```(?:sh|console)\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for line in block[1].splitlines()] if block else []


def _install_as_its_readme_says(name: str) -> None:
    readme, alone = SHOWS[name]
    wheel = next(DIST.glob(f"{name.replace('-', '_')}-*.whl"))
    python = _environment(name, str(wheel))
    environment_bin = Path(python).parent
    if not alone:
        print(_run(str(environment_bin / "session-archive"), "--help").splitlines()[1])
        return
    for line in first_lines((ROOT / readme).read_text()):
        if line.startswith("pip install"):
            continue  # what was just done, with the built wheel
        command, *words = line.split()
        print(f"{line}: {len(_run(str(environment_bin / command), *words).splitlines())} lines")


def _environment(name: str, *requirements: str) -> str:
    place = PLACE / name
    _run(sys.executable, "-m", "uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(place))
    python = str(place / "bin" / "python")
    _run(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, *requirements)
    return python


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
