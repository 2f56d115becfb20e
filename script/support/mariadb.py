"""A private MariaDB with its own data, port and socket, which ends when it is closed."""

from __future__ import annotations

import atexit
import functools
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pymysql

#: The user that runs the server if we are root, since it refuses to run as root.
UNPRIVILEGED = "nobody"
START_SECONDS = 240


class DatabaseServer:
    """A running MySQL or MariaDB server, and its administrator's login."""

    def __init__(self, *, host: str, port: int, root_user: str, root_password: str) -> None:
        self.host, self.port = host, port
        self.root_user, self.root_password = root_user, root_password

    def create_user(self, name: str, password: str) -> None:
        """Make a login without any right, from any host; an existing one is replaced."""
        self.execute("DROP USER IF EXISTS %s@'%%'", name)
        self.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", name, password)

    def execute(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Run one statement as the administrator and return its rows."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return list(cursor.fetchall())

    def drop(self, databases: Iterable[str]) -> None:
        """Drop databases, in whatever order their foreign keys point."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
            for name in databases:
                cursor.execute(f"DROP DATABASE `{name}`")

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Let every statement that writes into a table wait during the block, so that a test finds a task there.

        table : `database.table`
        """
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLES {table} READ")
            yield

    def waiting_for(self, table: str) -> int:
        """How many statements wait for a `locked` table, or for a named lock, which one of these may hold."""
        name = table.rpartition(".")[2]
        ((count,),) = self.execute(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST "
            "WHERE STATE = 'User lock' OR STATE = 'Waiting for table metadata lock' AND INFO LIKE %s",
            f"%`{name}`%",
        )
        return int(count)

    def _connection(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(
            host=self.host, port=self.port, user=self.root_user, password=self.root_password, autocommit=True
        )


class PrivateMariaDB(DatabaseServer):
    """A MariaDB server over `directory`; `with PrivateMariaDB(path) as db:` starts and stops it.

    directory : data and log; made if missing, and not removed, so that a second start finds the same data
    options   : further switches of mariadbd, e.g. '--max-allowed-packet=1M'
    raises    : RuntimeError if the programs are missing or the server does not start (with its log)
    """

    def __init__(self, directory: Path, *, options: tuple[str, ...] = ()) -> None:
        super().__init__(
            host="127.0.0.1", port=_free_port(), root_user="root", root_password=secrets.token_urlsafe(12)
        )
        self.directory = directory
        self._options = options
        self._server: subprocess.Popen[bytes] | None = None
        # A socket's path may have 107 characters; a test's own directory is often longer.
        self._sockets = Path(tempfile.mkdtemp(prefix="mdb-", dir="/tmp"))

    def __enter__(self) -> Self:
        try:
            self._init()
            self.start()
            self._set_root_password()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def start(self) -> None:
        """Start the server, again over the same data on the same port; returns when it answers."""
        command = [
            _program("mariadbd"), "--no-defaults", f"--datadir={self._data}", f"--socket={self._socket}",
            f"--pid-file={self._sockets / 'pid'}", f"--port={self.port}", f"--bind-address={self.host}",
            f"--log-error={self._log}", "--skip-name-resolve", "--innodb-buffer-pool-size=64M",
            # A starting server clears its directory for temporary files, so no two servers may share one.
            f"--tmpdir={self._sockets}",
            *self._options,
        ]  # fmt: skip
        with (self.directory / "server.out").open("ab") as out:  # for messages before it opens its log
            self._server = subprocess.Popen(
                _as_user(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.kill()
                logs = "".join(
                    path.read_text(errors="replace")[-2000:]
                    for path in (self.directory / "server.out", self._log)
                    if path.exists()
                )
                raise RuntimeError(f"MariaDB did not start in {self.directory}:\n{logs}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Shut down in order, if it is running."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=START_SECONDS)
            self._server = None

    def kill(self) -> None:
        """Kill -9, as a power cut would; after `start`, everything committed is still there."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _log(self) -> Path:
        return self.directory / "error.log"

    @property
    def _socket(self) -> Path:
        return self._sockets / "s"

    def _init(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._data.exists():
            raise RuntimeError(f"{self._data} exists; a private MariaDB begins with an empty directory")
        for path in (self.directory, self._sockets):
            path.chmod(0o700)
            if os.geteuid() == 0:
                shutil.chown(path, UNPRIVILEGED)
        _require_reachable(self.directory)
        # Most of the data is empty space.
        sparse = ["--sparse=always"] if sys.platform == "linux" else []
        subprocess.run(
            _as_user(["cp", "-R", *sparse, str(_empty_data()), str(self._data)]),
            check=True,
            cwd=self.directory,
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                return bool(connection.recv(1))
        except OSError:
            return False

    def _set_root_password(self) -> None:
        with (
            pymysql.connect(unix_socket=str(self._socket), user="root") as connection,
            connection.cursor() as cursor,
        ):
            # The other root logins have no password, and host names that --skip-name-resolve cannot alter.
            cursor.execute("DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost'")
            cursor.execute("FLUSH PRIVILEGES")
            cursor.execute("ALTER USER root@localhost IDENTIFIED BY %s", (self.root_password,))
            cursor.execute("CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY %s", (self.root_password,))
            cursor.execute("GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION")


@functools.cache
def _empty_data() -> Path:
    """The data of a server that nobody has used; made once, since that takes longer than all the rest of a start."""
    directory = Path(tempfile.mkdtemp(prefix="mdb-empty-", dir="/tmp"))
    owner = os.getpid()
    # A fork ends with its parent's list of what to do at the end.
    atexit.register(lambda: shutil.rmtree(directory, ignore_errors=True) if os.getpid() == owner else None)
    if os.geteuid() == 0:
        shutil.chown(directory, UNPRIVILEGED)
    data = directory / "data"
    command = [
        _program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db",
        "--auth-root-authentication-method=normal", "--skip-name-resolve", f"--tmpdir={directory}",
    ]  # fmt: skip
    done = subprocess.run(_as_user(command), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return data


def _program(name: str) -> str:
    program = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError(f"{name} is not installed; on Debian: mariadb-server-core and mariadb-client-core")
    return program


def _as_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return [_program("setpriv"), f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", *command]


def _require_reachable(directory: Path) -> None:
    """Raise early if the server's user cannot write into a directory; its own log would only say 'Errcode: 13'."""
    done = subprocess.run(_as_user(["/usr/bin/test", "-w", str(directory)]))
    if done.returncode:
        user = UNPRIVILEGED if os.geteuid() == 0 else getpass.getuser()
        raise RuntimeError(f"{user} cannot write into {directory}; choose a directory where it can")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
