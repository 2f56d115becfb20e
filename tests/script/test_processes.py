"""Servers report when they are ready, and none is left running, however their starter ended."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.processes import ProcessError, Processes, free_ports

# Writes its process id, starts an orphan that ignores SIGTERM and SIGINT, and waits.
SERVER = """\
import os, signal, sys, time
if os.fork() == 0:
    if os.fork() == 0:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        open(sys.argv[1] + ".orphan", "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1] + ".orphan"):
    time.sleep(0.01)
open(sys.argv[1] + ".pid", "w").write(str(os.getpid()))
time.sleep(600)
"""

#: Seconds; longer than anything here takes, even on a busy machine.
LONG = 240

STARTER = """\
import sys
from pathlib import Path
from support.processes import Processes
folder = Path(sys.argv[1])
with Processes() as processes:
    server = processes.start(
        "server", [sys.executable, "-c", (folder / "server.py").read_text(), str(folder / "it")],
        log=folder / "log",
    )
    server.wait_until((folder / "it.pid").exists, timeout=240)
    print("ready", flush=True)
    {then}
"""


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _until(condition: Callable[[], bool]) -> None:
    """Poll; pytest ends a test that hangs."""
    while not condition():
        time.sleep(0.02)


def _starter(folder: Path, then: str) -> subprocess.Popen[str]:
    (folder / "server.py").write_text(SERVER)
    return subprocess.Popen(
        [sys.executable, "-c", STARTER.format(then=textwrap.indent(then, "    ").strip()), str(folder)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "script")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # As a shell starts a background process.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )


def _pids(folder: Path) -> list[int]:
    return [int((folder / f"it.{name}").read_text()) for name in ("pid", "orphan")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_starter_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    with _starter(tmp_path, "import time; time.sleep(600)") as starter:
        assert starter.stdout is not None and starter.stdout.readline() == "ready\n"
        assert all(_alive(pid) for pid in _pids(tmp_path))
        starter.send_signal(number)
        assert starter.wait() != 0
    assert not any(_alive(pid) for pid in _pids(tmp_path))


def test_an_exception_leaves_nothing_running(tmp_path: Path) -> None:
    with _starter(tmp_path, "raise RuntimeError('on the way')") as starter:
        assert starter.wait() == 1
    assert not any(_alive(pid) for pid in _pids(tmp_path))


def test_a_second_ctrl_c_does_not_disturb_the_stopping(tmp_path: Path) -> None:
    stubborn = (
        "processes.start('stubborn', ['sh', '-c', 'trap : TERM; touch "
        + str(tmp_path / "trap")
        + "; while :; do sleep 0.1; done'], log=folder / 'log2', patience=2)\n"
        "import time; time.sleep(600)"
    )
    with _starter(tmp_path, stubborn) as starter:
        _until((tmp_path / "trap").exists)
        while starter.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                starter.send_signal(signal.SIGINT)
            time.sleep(0.05)
    assert not any(_alive(pid) for pid in _pids(tmp_path))


def test_the_last_server_started_is_stopped_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    with Processes() as processes:
        for name in ("first", "second"):
            script = f"trap 'echo {name} >>{order}; exit' TERM; touch {tmp_path}/{name}; while :; do sleep 0.05; done"
            server = processes.start(name, ["sh", "-c", script], log=tmp_path / "log")
            server.wait_until((tmp_path / name).exists, timeout=LONG)
    assert order.read_text().split() == ["second", "first"]


def test_a_child_can_be_interrupted_although_its_starter_ignores_the_signal(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        processes = Processes()
        server = processes.start("server", ["sleep", "600"], log=tmp_path / "log", stop_signal=signal.SIGINT)
        processes.stop_all()
    finally:
        signal.signal(signal.SIGINT, before)
    assert server.popen.returncode == -signal.SIGINT


def test_the_error_for_a_server_that_ends_too_early_shows_its_last_output(tmp_path: Path) -> None:
    with Processes() as processes:
        server = processes.start("database", ["sh", "-c", "echo no room left; exit 4"], log=tmp_path / "log")
        with pytest.raises(
            ProcessError, match=r"database ended with code 4 before it was ready.*\n.*no room left"
        ):
            server.wait_until(lambda: False, timeout=LONG)


def test_the_error_for_a_server_that_is_never_ready_shows_its_last_output(tmp_path: Path) -> None:
    with Processes() as processes:
        server = processes.start("database", ["sh", "-c", "echo trying; sleep 600"], log=tmp_path / "log")
        _until(lambda: "trying" in server.tail())
        with pytest.raises(ProcessError, match=r"database was not ready after 0 s.*\n.*trying"):
            server.wait_until(lambda: False, timeout=0)


def test_a_missing_program_is_one_clear_error(tmp_path: Path) -> None:
    with (
        Processes() as processes,
        pytest.raises(ProcessError, match=r"database cannot be started: .*nowhere"),
    ):
        processes.start("database", ["/nowhere/at/all"], log=tmp_path / "log")


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(50))) == 50
