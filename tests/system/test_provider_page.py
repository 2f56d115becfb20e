"""The commands of docs/provider.md, as somebody types them who wants Globus in Airflow and no archive."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.processes import free_ports

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/provider.md"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def test_the_example_runs_as_the_page_says(tmp_path: Path) -> None:
    [port] = free_ports(1)
    text = PAGE.read_text().partition("\n## Try it\n")[2].partition("\n## ")[0]
    service, airflow = (
        block.replace("8125", str(port)) for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text)
    )
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "HOME": str(tmp_path)}
    commands, _, last = service.rpartition("\npython")
    running = subprocess.Popen(
        ["bash", "-c", f"{commands}\nexec python{last}"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == f"listening on http://127.0.0.1:{port}\n"
        done = subprocess.run(
            ["bash", "-c", f"set -e\n{airflow}"], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        assert done.stdout.splitlines()[-1] == "1"
    finally:
        running.terminate()
        running.wait(timeout=60)
