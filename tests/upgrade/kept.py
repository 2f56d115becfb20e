"""Restores a kept catalog on new servers, in the state at the end of its last night."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.upgrade.kept_files import fill_archive, require_rig
from tests.upgrade.kept_rows import load, move_timestamps
from tests.upgrade.kept_service import write_service

from support.sample_rig import make_rig
from support.stack import Stack

#: The lab's databases and the catalog's; an upgrade may change the latter two.
DATABASES = ("lab", "experiment", "archive", "archive_links")

#: One folder for each version of which a catalog was kept.
KEPT = sorted(Path(__file__).parent.glob("version_*"))


@contextlib.contextmanager
def restored(folder: Path) -> Iterator[Stack]:
    """Its rig and archive, its databases, and the service with the transfer that is under way.

    Every timestamp is moved by the time that has passed since then: otherwise a transfer's deadline would have passed.
    """
    later = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat((folder / "ended_at.txt").read_text().strip())
    stack = Stack(poll_interval="1 s")
    with contextlib.ExitStack() as opened:
        opened.callback(shutil.rmtree, stack.directory, ignore_errors=True)
        make_rig(stack.rig)
        require_rig(stack.rig, _lines(folder / "rig.txt"))
        fill_archive(stack.archive, stack.rig, _lines(folder / "archive.txt"))
        rows = map(json.loads, _lines(folder / "service.jsonl"))
        write_service(stack.directory / "state.sqlite", rows, later=later.total_seconds())
        opened.enter_context(stack)
        load(stack.database, (folder / "databases.sql").read_text())
        move_timestamps(stack.database, DATABASES, later)
        stack.settings_file.write_text((folder / "archive.toml").read_text().replace("RIG", str(stack.rig)))
        yield stack


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
