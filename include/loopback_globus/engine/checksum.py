"""Computes the checksums of files, and decides whether a copy has the right one."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from loopback_globus.engine.copy import read_buffer
from loopback_globus.engine.regular import open_to_read
from loopback_globus.engine.trouble import Stopped, Trouble, reading

#: Names of algorithms as clients give them, and hashlib's.
ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}


def algorithm_name(text: str) -> str | None:
    """The service's name of an algorithm ('sha-1' is SHA1); None for an unknown one."""
    name = text.upper().replace("-", "").replace("_", "")
    return name if name in ALGORITHMS else None


def hasher(algorithm: str) -> hashlib._Hash:
    return hashlib.new(ALGORITHMS[algorithm], usedforsecurity=False)


def digest(path: Path, algorithm: str, *, stop: threading.Event) -> str:
    """The checksum of a file's bytes, lower-case hex; reads the file. raises : Trouble, Stopped."""
    hashed = hasher(algorithm)
    with reading(str(path)), os.fdopen(open_to_read(path), "rb", buffering=0) as file:
        buffer = read_buffer(os.fstat(file.fileno()).st_size)
        while n := file.readinto(buffer):
            if stop.is_set():
                raise Stopped
            hashed.update(buffer[:n])
    return hashed.hexdigest()


def require_expected(checksum: str, expected: str, *, destination: str) -> None:
    """Raise Trouble, which ends the whole task, for a copy without the checksum that the client expects."""
    if checksum != expected.lower():
        details = f"Path: {destination}: expected {expected.lower()}, got {checksum}"
        raise Trouble("EXTERNAL_CHECKSUM_MISMATCH", details, fatal=True)


def require_same(sent: str, arrived: str, *, destination: str) -> None:
    """Raise Trouble for a copy that differs from its source; the file is copied again."""
    if sent != arrived:
        raise Trouble("VERIFY_CHECKSUM", f"Path: {destination}: source {sent}, destination {arrived}")
