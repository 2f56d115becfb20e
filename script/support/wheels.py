"""Builds the wheels and sdists of this repository: `python -m support.wheels FOLDER`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
#: Distribution -> what its sdist is made of; a folder under packaging/ has links, of which an sdist needs the files.
ALONE = ("airflow-provider-globus", "loopback-globus")


def build_all(folder: Path) -> list[Path]:
    """A wheel and an sdist of each distribution in `folder`; each wheel is built from its sdist, as an index would."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="session-archive-wheels-") as scratch:
        sources = [ROOT]
        for name in ALONE:
            copied = Path(scratch) / name
            shutil.copytree(PACKAGING / name, copied, ignore=shutil.ignore_patterns("__pycache__"))
            sources.append(copied)
        for number, source in enumerate(sources):
            _build(source, folder=folder, scratch=Path(scratch) / str(number))
    return sorted(folder.glob("*.whl")) + sorted(folder.glob("*.tar.gz"))


def _build(source: Path, *, folder: Path, scratch: Path) -> None:
    _hatchling("sdist", source, scratch)
    (sdist,) = scratch.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(scratch, filter="data")
    _hatchling("wheel", scratch / sdist.name.removesuffix(".tar.gz"), folder)
    shutil.copy(sdist, folder)


def _hatchling(kind: str, source: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"building the {kind} of {source} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    for built in build_all(Path(sys.argv[1])):
        print(built)
