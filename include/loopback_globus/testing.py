"""A running service for tests and demos: `with LoopbackGlobus({"rig": folder}) as globus: ...`"""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

#: Derives ids from names, so that a collection has the same id in every run.
_NAMESPACE = uuid.UUID("0e6b7d53-5b8c-4d0a-9b0f-6c9d0e9a7f11")
_STOP_WITHIN = 15.0


def uuid_of(name: str) -> str:
    """The id of the collection (or client) of this name; always the same."""
    return str(uuid.uuid5(_NAMESPACE, name))


class LoopbackError(Exception):
    """The service did not start, or refused a request; the text holds its output."""


class LoopbackGlobus:
    """A service of its own in a subprocess on a free port, stopped on exit.

    collections : name -> folder, or name -> (folder, type); folders must exist
    directory   : for state and journal; default: a temporary one, removed on exit
    switches    : further switches of the command, such as ("--rate", "20")
    run_by      : words before the command, such as a program that drops privileges

    Times are in seconds. A restart keeps the port, the state and the journal, but no armed faults.
    """

    def __init__(
        self,
        collections: Mapping[str, Path | str | tuple[Path | str, str]],
        *,
        directory: Path | str | None = None,
        port: int = 0,
        task_delay: float = 0.0,
        retry_interval: float = 0.2,
        switches: Sequence[str] = (),
        run_by: Sequence[str] = (),
    ) -> None:
        self.client_id = uuid_of("client")
        self.client_secret = secrets.token_urlsafe(24)
        #: Name of a collection -> its id.
        self.collections = {name: uuid_of(name) for name in collections}
        self._folders = dict(collections)
        self._temporary = (
            tempfile.TemporaryDirectory(prefix="loopback_globus-") if directory is None else None
        )
        self._directory = Path(self._temporary.name if self._temporary else directory or ".")
        self._port = port
        self._switches = [
            f"--task-delay={task_delay}",
            f"--retry-interval={retry_interval}",
            *switches,
        ]
        self._run_by = list(run_by)
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> LoopbackGlobus:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._temporary:
            self._temporary.cleanup()

    @property
    def journal_path(self) -> Path:
        return self._directory / "journal.jsonl"

    @property
    def pid(self) -> int | None:
        """The process id of the service; None while it does not run."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and wait until it listens. raises : LoopbackError with its output."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                env={**os.environ, "LOOPBACK_GLOBUS_SECRET": self.client_secret},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise LoopbackError(f"loopback_globus did not start: {line}{self._log.read_text()}")
        self.url = line.removeprefix("listening on ").strip()
        self._port = int(self.url.rsplit(":", 1)[1])

    def stop(self) -> None:
        """End it as a service manager does (SIGTERM)."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._reap()

    def kill(self) -> None:
        """End it as a power cut does (SIGKILL); `start` or `restart` starts it again."""
        if self._process:
            self._process.kill()
            self._reap()

    def restart(self) -> None:
        """Stop it if it still runs, and start it at the same address with the same state."""
        self.stop()
        self.start()

    def environment(self) -> dict[str, str]:
        """The variables that point globus-sdk and globus-cli to this service."""
        return {
            "GLOBUS_SDK_SERVICE_URL_AUTH": self.url + "/",
            "GLOBUS_SDK_SERVICE_URL_TRANSFER": self.url + "/",
            "NO_PROXY": "127.0.0.1",
        }

    def journal(self) -> list[dict[str, Any]]:
        """Every request and every effect so far, oldest first."""
        if not self.journal_path.exists():
            return []
        return [json.loads(line) for line in self.journal_path.read_text().splitlines()]

    def requests(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """The journal's requests of a method, whose path begins with `path`."""
        return [
            line
            for line in self.journal()
            if "method" in line and method in ("", line["method"]) and line["path"].startswith(path)
        ]

    def effects(self, effect: str = "") -> list[dict[str, Any]]:
        """The journal's effects: accepted, written, renamed, removed, mkdir."""
        return [line for line in self.journal() if "effect" in line and effect in ("", line["effect"])]

    def fault(self, **switch: object) -> None:
        """Arm a fault, such as `match="POST /v0.10/transfer", do="drop_after", times=1` (see the README)."""
        self._control("POST", "faults", switch)

    def clear_faults(self) -> None:
        self._control("DELETE", "faults")

    def change_task(self, task_id: str, do: str, *, message: str = "") -> None:
        """Pause, resume, inactive, activate, stick, strange, unstick, admin_cancel, forget or expire_history."""
        self._control("POST", f"task/{task_id}", {"do": do, "message": message})

    def expire_tokens(self) -> None:
        """End every access token now."""
        self._control("POST", "expire_tokens")

    def tick(self, seconds: float) -> None:
        """Move the service's time forward, in one step: what is due by then, such as a deadline, is due now."""
        self._control("POST", "tick", {"seconds": seconds})

    def pretend_to_move(self, *, from_bytes: int = 0) -> None:
        """Give files of so many bytes or more only their size and time, until `move_really`."""
        self._control("POST", "pretend", {"from_bytes": from_bytes})

    def move_really(self) -> None:
        """Copy every file again."""
        self._control("POST", "pretend", {"from_bytes": None})

    def refresh_token(self) -> str:
        """Return a refresh token of the client, as a login would."""
        answer: str = self._control("POST", "refresh_token")["refresh_token"]
        return answer

    @property
    def _log(self) -> Path:
        return self._directory / "service.log"

    def _command(self) -> list[str]:
        command = [*self._run_by, sys.executable, "-m", "loopback_globus", f"--port={self._port}"]
        command += ["--client", self.client_id, "--state", str(self._directory / "state.sqlite")]
        command += ["--journal", str(self.journal_path)]
        for name, folder in self._folders.items():
            root, kind = folder if isinstance(folder, tuple) else (folder, "guest")
            command += ["--collection", f"{self.collections[name]}={name}={root}={kind}"]
        return command + self._switches

    def _reap(self) -> None:
        if self._process:
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None

    def _control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/_control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {basic}", "Content-Type": "application/json"},
        )
        try:
            with _direct.open(request, timeout=30) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise LoopbackError(f"{method} {path}: {error.read().decode()}") from None
        return answer


#: Without the machine's proxy.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
