"""Copies a file by the kernel's fast path, or by hand where its bytes are digested on the way."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Protocol

from loopback_globus.engine.regular import open_to_read, open_to_write
from loopback_globus.engine.trouble import Stopped, reading, writing

_CHUNK = 64 * 1024 * 1024
_BUFFER = 1024 * 1024
#: Two file systems, or one without this call: then the file is copied by hand.
_NO_FAST_PATH = frozenset({errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF})


class Digest(Protocol):
    """What hashlib's objects do."""

    def update(self, data: memoryview, /) -> None: ...


def copy(
    source: Path,
    target: Path,
    *,
    stop: threading.Event,
    digest: Digest | None = None,
    quota_is_fatal: bool = False,
) -> int:
    """Copy into a new or emptied file; returns the number of bytes copied. raises : Trouble, Stopped.

    digest : is given every byte that is read
    """
    with reading(str(source)):
        reader = open_to_read(source)
    try:
        with writing(str(target), quota_is_fatal=quota_is_fatal):
            writer = open_to_write(target)
            try:
                if digest is not None:
                    return _copy_by_hand(reader, writer, stop=stop, digest=digest)
                return _copy(reader, writer, stop=stop)
            finally:
                os.close(writer)
    finally:
        os.close(reader)


def _copy(reader: int, writer: int, *, stop: threading.Event) -> int:
    total = 0
    while True:
        if stop.is_set():
            raise Stopped
        try:
            n = os.copy_file_range(reader, writer, _CHUNK)
        except OSError as error:
            if error.errno in _NO_FAST_PATH and total == 0:
                return _copy_by_hand(reader, writer, stop=stop)
            raise
        if n == 0:
            # Some file systems return 0 for files that are not empty; then nothing was copied yet.
            return total or _copy_by_hand(reader, writer, stop=stop)
        total += n


def _copy_by_hand(reader: int, writer: int, *, stop: threading.Event, digest: Digest | None = None) -> int:
    total = 0
    buffer = read_buffer(os.fstat(reader).st_size)
    while n := os.readv(reader, [buffer]):
        if stop.is_set():
            raise Stopped
        rest = buffer[:n]
        if digest is not None:
            digest.update(rest)
        while rest:
            rest = rest[os.write(writer, rest) :]
        total += n
    return total


def read_buffer(size: int) -> memoryview:
    """A buffer no larger than the file: allocating a megabyte costs more than reading a small one."""
    return memoryview(bytearray(min(size, _BUFFER) or 1))


def copy_half(source: Path, target: Path) -> int:
    """Write the first half of a file under its final name, for a fault; returns its size."""
    content = source.read_bytes()
    return target.write_bytes(content[: len(content) // 2])


def flip_a_byte(path: Path) -> None:
    """Damage a copy, for a fault; an empty file gets a byte."""
    with path.open("r+b") as file:
        byte = file.read(1)
        file.seek(0)
        file.write(bytes([byte[0] ^ 0xFF]) if byte else b"\0")
