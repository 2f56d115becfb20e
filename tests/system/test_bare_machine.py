"""What `pip install '.[catalog]'` brings on a machine that has nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_machine_without_airflow_and_globus_has_its_tables_and_its_commands(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)

    assert run(sys.executable, "-m", "venv", str(python.parent.parent)).returncode == 0
    # Packages come from where this machine takes them.
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    environment |= kept
    installed = run(str(python), "-m", "pip", "install", "--quiet", f"{ROOT}[catalog]")
    assert installed.returncode == 0, installed.stderr
    packages = {line.split("==")[0] for line in run(str(python), "-m", "pip", "freeze").stdout.splitlines()}
    assert "datajoint" in packages
    assert not [name for name in packages if name.startswith(("apache-airflow", "globus"))]

    command = str(python.parent / "session-archive")
    helped = run(command, "--help")
    assert helped.returncode == 0, helped.stderr
    for name in ("explain", "status", "upload", "discover", "retrieve", "cancel", "accept", "setup"):
        assert name in helped.stdout
    missing = run(command, "accept", "raw-ephys/SC022/2021-01-01", "--why", "x")
    assert (missing.returncode, missing.stderr) == (
        1,
        "error: this command needs airflow: pip install 'session-archive[airflow]'\n",
    )
    explained = run(command, "explain", "SC022/catgt_SC022_080819_g0")
    assert explained.returncode == 0, explained.stderr
    table = run(str(python), "-c", "from session_archive import publication; publication.ArchivedRawEphys")
    assert table.returncode == 1
    assert "set DJ_HOST, DJ_USER and DJ_PASS" in table.stderr.splitlines()[-1]
