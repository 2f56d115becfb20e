"""One JSON line per request and per effect, for tests to check."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from loopback_globus import clock


class Journal:
    """Appends lines; each is one write, so that threads and a kill leave no partial line between others."""

    def __init__(self, path: Path | None) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = None if path is None else os.open(path, flags, 0o644)

    def request(self, *, method: str, path: str, query: str, status: int | None, fault: str | None) -> None:
        """Record a request that was answered with `status`; None if the connection was closed instead."""
        line: dict[str, object] = {"method": method, "path": path, "query": query, "status": status}
        if fault:
            line["fault"] = fault
        self._write(line)

    def effect(
        self,
        effect: str,
        *,
        collection: str,
        path: str,
        task_id: str | None = None,
        size: int | None = None,
        checksum: str | None = None,
        pretended: bool = False,
    ) -> None:
        """Record a change on disk: written, renamed, removed or mkdir.

        checksum  : if the copy was verified
        pretended : the file has its size and no content
        """
        line: dict[str, object] = {"effect": effect, "collection": collection, "path": path}
        line |= {"task_id": task_id, "size": size}
        if checksum:
            line["checksum"] = checksum
        if pretended:
            line["pretended"] = True
        self._write(line)

    def accepted(self, *, task_id: str, submission_id: str, label: str | None, items: int) -> None:
        """Record a new task; a repeated submission adds no second line."""
        self._write(
            {
                "effect": "accepted",
                "task_id": task_id,
                "submission_id": submission_id,
                "label": label,
                "items": items,
            }
        )

    def _write(self, line: dict[str, object]) -> None:
        if self._file is not None:
            stamped = {"time": datetime.fromtimestamp(clock.now(), UTC).isoformat(), **line}
            os.write(self._file, json.dumps(stamped).encode() + b"\n")
