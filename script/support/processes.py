"""Child processes: starts servers, waits until they are ready, and stops them when this process ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

TAIL_LINES = 20
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProcessError(RuntimeError):
    """A required process did not start, or ended; the text shows the end of its log."""


def free_ports(count: int) -> list[int]:
    """`count` different TCP ports of 127.0.0.1 that are free now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@dataclass(frozen=True)
class Process:
    """One running server in a session of its own.

    stop_signal : the signal that asks it to end
    patience    : seconds that it may take to end; then its whole session is killed
    """

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    patience: float

    def wait_until(self, ready: Callable[[], bool], *, timeout: float, interval: float = 0.2) -> None:
        """Return when `ready` answers True.

        timeout : seconds
        Raises ProcessError, with the end of the log, if the process ends before that, or at the timeout.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            code = self.popen.poll()
            if code is not None:
                raise ProcessError(f"{self.name} ended with code {code} before it was ready{self.tail()}")
            if time.monotonic() > deadline:
                raise ProcessError(f"{self.name} was not ready after {timeout:.0f} s{self.tail()}")
            time.sleep(interval)

    def tail(self) -> str:
        """The path and the last lines of the log, to be added to an error's text."""
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join([f"; the end of {self.log}:", *(f"  | {line}" for line in lines)])

    def stop(self) -> None:
        """Ask it to end, wait, and kill the processes of its session that are left."""
        if self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(self.patience)
        self.kill()

    def kill(self) -> None:
        """Kill its whole session immediately, as a power cut does."""
        # Again, since a process may have been forked while the others were looked for.
        while self.send(signal.SIGKILL):
            time.sleep(0.01)
        self.popen.wait()

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to every process of its session; returns whether there was any."""
        members = _session_members(self.popen.pid)
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return bool(members)


def _session_members(session: int) -> list[int]:
    """Every living process of a session, including orphans, which keep their session."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(ProcessLookupError, FileNotFoundError, PermissionError):
                if os.getsid(int(entry.name)) == session and not _has_ended(entry):
                    members.append(int(entry.name))
    return members


def _has_ended(process: Path) -> bool:
    """Whether it only waits for its parent to ask how it ended."""
    return (process / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"


def _restore_interrupt() -> None:
    # A shell starts background jobs with SIGINT ignored, and children inherit that; Airflow needs it to stop.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Processes:
    """Starts servers; leaving the block stops them all, the last started first, also after an error.

    Ctrl-C, SIGTERM and a closed terminal leave the block too; a second Ctrl-C does not interrupt the stopping.
    """

    def __init__(self) -> None:
        self._running: list[Process] = []
        self._leaving = False
        self._previous: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 20.0,
    ) -> Process:
        """Start one server, its output going to `log`.

        environment : the whole environment of the child; None for ours
        user        : the user to run as, if we are root; its groups are dropped too
        patience    : seconds that it may take to end
        Raises ProcessError if the program cannot be run.
        """
        groups: list[str] | None = None if user is None else []
        try:
            with log.open("ab") as output:
                popen = subprocess.Popen(
                    [str(part) for part in command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    cwd=cwd,
                    user=user,
                    extra_groups=groups,
                    start_new_session=True,
                    preexec_fn=_restore_interrupt,
                )
        except OSError as error:
            raise ProcessError(f"{name} cannot be started: {error}") from error
        process = Process(name, popen, log, stop_signal, patience)
        self._running.append(process)
        return process

    def stop(self, process: Process) -> None:
        """Stop one of them now."""
        process.stop()
        self._running.remove(process)

    def kill(self, process: Process) -> None:
        """Kill one of them now, and everything that it started."""
        process.kill()
        self._running.remove(process)

    def stop_all(self) -> None:
        """Stop every one, the last started first."""
        while self._running:
            self.stop(self._running[-1])

    def __enter__(self) -> Self:
        """Turn the ending signals into exceptions, which leave the block."""
        if threading.current_thread() is threading.main_thread():
            self._previous = {each: signal.signal(each, self._leave) for each in ENDING_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all, without interruption."""
        try:
            self._leaving = True
        finally:
            self.stop_all()
            for each, handler in self._previous.items():
                signal.signal(each, handler)

    def _leave(self, number: int, _frame: FrameType | None) -> None:
        if self._leaving:
            return
        self._leaving = True
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)
