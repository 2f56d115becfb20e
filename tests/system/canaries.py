"""Where secrets of an installation may have leaked: files, databases, arguments of its processes."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

#: As the local Globus makes them, of which it keeps only hashes.
_TOKEN = re.compile(rb"(?<![\w-])[\w-]{43}(?![\w-])")


class Arguments:
    """Watches the arguments of all processes of this machine during a block, which every user may read."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen = 0
        self.leaks: set[str] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):  # it has ended
                    line = path.read_bytes()
                    self.seen += 1
                    self.leaks |= {f"{name} in {line!r}" for name in _held(line, self._values())}

    def _values(self) -> dict[str, bytes]:
        # More of them may come to be known.
        return {name: value.encode() for name, value in list(self._secrets.items())}


def leaks(texts: Iterable[tuple[str, bytes]], *, secrets: Mapping[str, str], tokens: set[str]) -> list[str]:
    """Which secret stands in which text.

    tokens : hashes of access and refresh tokens
    """
    values = {name: value.encode() for name, value in secrets.items()}
    found = []
    for where, text in texts:
        found += [f"{name} in {where}" for name in _held(text, values)]
        digests = {hashlib.sha256(word).hexdigest() for word in set(_TOKEN.findall(text))}
        if digests & tokens:
            found.append(f"a token in {where}")
    return found


def token_hashes(books: Path) -> set[str]:
    """Of all tokens that the local Globus has given out."""
    with sqlite3.connect(f"file:{books}?mode=ro", uri=True) as state:
        return {row[0] for row in state.execute("SELECT hash FROM token")}


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, with its content."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError):
                yield str(path.relative_to(folder)), path.read_bytes()


def dump_mariadb(*, port: int, user: str, password: str) -> bytes:
    """Everything in a MariaDB server, as SQL."""
    command = ["mariadb-dump", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", f"--port={port}"]
    return subprocess.run(
        [*command, f"--user={user}", "--all-databases", "--skip-ssl"],
        env={"MYSQL_PWD": password, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    ).stdout


def _held(text: bytes, secrets: Mapping[str, bytes]) -> list[str]:
    return [name for name, value in secrets.items() if value in text]
