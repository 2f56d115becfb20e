"""A program that others wrote: globusfs (fsspec over Globus collections), as published, driven as its README says.

Its listings and metadata use Globus Transfer through globus-sdk 4. The bytes of a file come from the HTTPS server of
a collection, which is not imitated.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Lab

pytestmark = pytest.mark.long

_PROGRAM = """
import json, sys
import fsspec, globus_sdk, globusfs

client_id, secret, collection = sys.argv[1:]
app = globus_sdk.ClientApp("globusfs", client_id=client_id, client_secret=secret,
                           config=globus_sdk.GlobusAppConfig(token_storage="memory"))
metadata = globusfs.TransferMetadata(globus_sdk.TransferClient(app=app))
fs = fsspec.filesystem("globus", collection_id=collection, metadata=metadata)

def refused(kind, ask):
    try:
        ask()
    except kind:
        return True
    return False

print(json.dumps({
    "sdk": int(globus_sdk.__version__.split(".")[0]),
    "ls": sorted(entry["name"].rsplit("/", 1)[1] for entry in fs.ls("/s", detail=True)),
    "size": fs.info("/s/a.dat")["size"],
    "kinds": [fs.isdir("/s/deep"), fs.isfile("/s/a.dat")],
    "found": sorted(path.rsplit("/", 1)[1] for path in fs.find("/s")),
    "missing": refused(FileNotFoundError, lambda: fs.info("/s/gone")),
    "no bytes": refused(ValueError, lambda: fs.cat_file("/s/a.dat")),
}))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the program; LOOPBACK_GLOBUSFS_PYTHON names one that has it."""
    if given := os.environ.get("LOOPBACK_GLOBUSFS_PYTHON"):
        return Path(given)
    place = tmp_path_factory.mktemp("globusfs")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    packages = ["globusfs==0.2.1", "globus-sdk>=4,<5"]
    subprocess.run([place / "bin/pip", "install", "--quiet", *packages], check=True)
    return place / "bin/python"


def test_it_lists_and_describes_a_collection(python: Path, lab: Lab, tmp_path: Path) -> None:
    for path, size in {"s/a.dat": 3, "s/b µ.dat": 20, "s/deep/c": 1}.items():
        lab.record(path, b"x" * size)
    words = [str(python), "-c", _PROGRAM, lab.globus.client_id, lab.globus.client_secret, lab.ids[0]]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **lab.globus.environment()}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "sdk": 4,
        "ls": ["a.dat", "b µ.dat", "deep"],
        "size": 3,
        "kinds": [True, True],
        "found": ["a.dat", "b µ.dat", "c"],
        "missing": True,
        "no bytes": True,
    }
