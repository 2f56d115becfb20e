"""Checks the built wheels and sdists, and prints what a maintainer must do: `python -m support.release`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

from support.wheels import PACKAGING, ROOT, build_all

DIST = ROOT / "dist"
PLACE = ROOT / ".local" / "release"

#: Distribution -> its README, the extra of the `pip install` there, and a command where that README begins with none.
SHOWS = {
    "airflow-provider-globus": ("packaging/airflow-provider-globus/README.md", "", ""),
    "loopback-globus": ("packaging/loopback-globus/README.md", "", ""),
    "session-archive": ("README.md", "airflow", "airflow providers get session-archive"),
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
    for each in built:
        if missing := lacks(each):
            raise SystemExit(f"{each.name} lacks {', '.join(missing)}")
    for name in SHOWS:
        _install_as_its_readme_says(name)
    print(STEPS.format(version=version, place=PLACE / "tools"))


def lacks(built: Path) -> list[str]:
    """What a wheel or an sdist must have and has not: each package of its project with py.typed, and its licence."""
    if built.suffix == ".whl":
        with zipfile.ZipFile(built) as wheel:
            names = {name.partition(".dist-info/licenses/")[2] or name for name in wheel.namelist()}
    else:
        with tarfile.open(built) as sdist:
            names = {name.partition("/")[2] for name in sdist.getnames()}
    packages = packages_of(built.name.partition("-")[0].replace("_", "-"))
    if built.suffix == ".whl":
        packages = [package.rpartition("/")[2] for package in packages]
    expected = [f"{package}/{file}" for package in packages for file in ("__init__.py", "py.typed")]
    return [name for name in ["LICENSE", *expected] if name not in names]


def packages_of(distribution: str) -> list[str]:
    """The folders of the packages of a distribution, as its sdist has them."""
    alone = PACKAGING / distribution / "pyproject.toml"
    project = tomllib.loads((alone if alone.exists() else ROOT / "pyproject.toml").read_text())
    return list(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def first_lines(readme: str) -> list[str]:
    """The commands of the first block of shell in a README."""
    block = re.search(r"^```(?:sh|console)\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for line in block[1].splitlines()] if block else []


def _install_as_its_readme_says(name: str) -> None:
    readme, extra, command = SHOWS[name]
    wheel = next(DIST.glob(f"{name.replace('-', '_')}-*.whl"))
    python = _environment(name, f"{wheel}[{extra}]" if extra else str(wheel))
    lines = first_lines((ROOT / readme).read_text())
    # With the built wheel, `pip install` was just done.
    for line in [command] if command else [each for each in lines if not each.startswith("pip install")]:
        program, *words = line.split()
        print(f"{line}: {len(_run(str(Path(python).parent / program), *words).splitlines())} lines")


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
