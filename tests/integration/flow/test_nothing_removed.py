"""The processes of a night and of an audit, by strace: nothing below a rig or an archive is removed or renamed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.flow import audits as audit_runs

from archive_flow.run.context import Run
from support.sample_rig import lab_sessions, make_recordings
from support.stack import ROOT, Stack

STRACE = shutil.which("strace")
pytestmark = pytest.mark.skipif(
    STRACE is None,
    reason="strace is not installed: as root, `apt-get install strace`; `script/test` does so",
)

CALLS = "unlink,unlinkat,rename,renameat,renameat2,rmdir"
#: One call of a trace with -y, which says of each descriptor which folder it is.
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += ")
PART = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


def removed(trace: Path) -> list[tuple[str, Path]]:
    """Each call with the path that it removes or renames; a call that fails counts too."""
    found = []
    for line in trace.read_text(errors="replace").splitlines():
        if match := CALL.match(line):
            call, arguments = match.groups()
            for folder, path in PART.findall(arguments):
                found.append((call, Path(folder or "/") / path))
    return found


def test_a_night_and_an_audit_remove_and_rename_nothing_of_a_rig_or_an_archive(
    night: Run, stack: Stack, tmp_path: Path
) -> None:
    make_recordings(stack.rig, [each for each in lab_sessions() if each.subject == "SC038"])
    recorded = sorted(file.name for file in stack.rig.rglob("*") if file.suffix in (".bin", ".meta"))
    assert recorded
    trace = tmp_path / "trace"
    with audit_runs.connected(stack), audit_runs.with_settings(stack, audit_runs.as_brought(stack)):
        night.catalog.proven_scratch.record(stack.settings.scratch["analysis"])
        traced = [str(STRACE), "-f", "-y", "-e", f"trace={CALLS}", "-o", str(trace)]
        worker = [sys.executable, "-m", "tests.integration.flow.one_worker", str(stack.globus.journal_path)]
        done = subprocess.run(
            [*traced, *worker, json.dumps({"subjects": ["SC038"], "kinds": ["raw-ephys"]})],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'script'}"},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    assert "archived: 2" in done.stdout and "newly recorded: 2" in done.stdout, done.stdout
    calls = removed(trace)
    below = {
        name: [call for call in calls if root in call[1].parents]
        for name, root in (("rig", stack.rig), ("archive", stack.archive), ("scratch", stack.scratch))
    }
    assert below["rig"] == below["archive"] == []
    # So that the trace is known to see it: what the audit brought there.
    unlinked = sorted(path.name for call, path in below["scratch"] if path.suffix in (".bin", ".meta"))
    assert unlinked == recorded
    assert all("/.session-archive/audit/" in f"{path}/" for _, path in below["scratch"])
