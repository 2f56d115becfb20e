"""Reads one directory of a transfer task, and records what lies in it as entries of the task."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loopback_globus import filters, paths
from loopback_globus.engine.task_records import Child, Ledger
from loopback_globus.engine.trouble import reading


def walk(ledger: Ledger, entry: sqlite3.Row, directory: Path, *, rules: list[dict[str, Any]]) -> None:
    """Record the files and folders of a directory; links are counted and passed over. raises : Trouble, Stopped."""
    symlinks: list[int] = []
    with reading(entry["source"]), os.scandir(directory) as scanned:
        ledger.walked(entry, _children(entry, scanned, symlinks, rules), symlinks=symlinks)


def _children(
    entry: sqlite3.Row, scanned: Iterator[os.DirEntry[str]], symlinks: list[int], rules: list[dict[str, Any]]
) -> Iterator[Child]:
    source, destination = entry["source"].rstrip("/"), entry["destination"].rstrip("/")
    for item in scanned:
        if item.is_symlink():
            symlinks.append(1)
            continue
        kind = _kind(item)
        name = paths.to_wire(item.name)
        if kind and not name.startswith(paths.TEMPORARY_PREFIX) and included(name, kind, rules):
            yield Child(kind=kind, source=f"{source}/{name}", destination=f"{destination}/{name}")


def _kind(item: os.DirEntry[str]) -> str | None:
    if item.is_dir(follow_symlinks=False):
        return "dir"
    return "file" if item.is_file(follow_symlinks=False) else None


def included(name: str, kind: str, rules: list[dict[str, Any]]) -> bool:
    """The first rule that matches decides; without one, the name is included (Globus docs)."""
    for rule in rules:
        if rule.get("type") in (None, kind) and filters.matches(name, rule["name"]):
            return bool(rule["method"] == "include")
    return True
