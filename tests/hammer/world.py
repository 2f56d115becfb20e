"""The world of one walk: rigs, the archive's disk, the service, and the catalog; servers are started once for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest
from globus_sdk.transport import RequestsTransport
from tests.hammer import recordings
from tests.hammer.crash import DiedError, Points, watch
from tests.hammer.night import Night
from tests.hammer.recordings import BEGIN, EPHYS, Recording, Tree, slots
from tests.hammer.service import Service

from archive_flow.run import context as run_context
from archive_flow.run.readers import open_catalog
from archive_flow.spine import tasks
from session_archive.catalog.open import Catalog
from session_archive.listing.root_listing import FOLDER
from session_archive.settings.load import Settings
from support.stack import Stack

#: Kept between walks: what `session-archive setup` writes.
_KEPT = ("schema_version", "#data_set_type", "#file_type", "~log", "~lineage")
_DATABASES = ("archive_links", "archive", "experiment", "lab")


class Servers:
    """A database and a service for many walks, one after the other; `with Servers() as servers`."""

    def __init__(self) -> None:
        self.points = Points()
        self.walks = 0
        self._nights: list[Night] = []
        self._open = ExitStack()
        self._free: list[tuple[Catalog, ExitStack]] = []

    def __enter__(self) -> Servers:
        self.stack = stack = self._open.enter_context(Stack(switches=("--retry-interval=0.005",)))
        self._open.callback(self._close_catalogs)
        patch = self._open.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        for name, connection in self._connections().items():
            patch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(connection))
        stack.enter_sessions(())
        stack.install_catalog()
        self._settings = stack.settings_file.read_text()
        self.service = Service(stack.globus)
        self._admin = pymysql.connect(
            host=stack.database.host,
            port=stack.database.port,
            user=stack.database.root_user,
            password=stack.database.root_password,
            autocommit=True,
        )
        self._open.callback(self._admin.close)
        self._tables = self._filled_tables()
        # The pauses between tries are for the real service.
        patch.setattr(RequestsTransport, "_retry_sleep", lambda *_: None)
        patch.setattr(run_context, "open_catalog", self._catalog)
        patch.setattr(tasks, "get_current_context", lambda: self._nights[-1].current_context())
        watch(self.points, patch)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _connections(self) -> dict[str, dict[str, Any]]:
        globus, database = self.stack.globus, self.stack.database
        return {
            "GLOBUS_DEFAULT": {
                "conn_type": "globus",
                "login": globus.client_id,
                "password": globus.client_secret,
                "extra": {"auth_url": globus.url, "transfer_url": globus.url},
            },
            "ARCHIVE_CATALOG": {
                "conn_type": "mysql",
                "host": "127.0.0.1",
                "port": database.port,
                "login": "session_archive",
                "password": self.stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
            },
        }

    def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Run one statement as the administrator."""
        with self._admin.cursor() as cursor:
            cursor.execute(sql, arguments)
            return list(cursor.fetchall())

    def _filled_tables(self) -> list[str]:
        found = self.rows(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN %s",
            _DATABASES,
        )
        return [f"`{schema}`.`{table}`" for schema, table in found if table not in _KEPT]

    def clear(self, *, mounted: bool) -> None:
        """Nothing is left of the last walk.

        mounted : the worker of this walk can read the archive's disk
        """
        self.walks += 1
        self.points.disarm()
        self.points.reached.clear()
        self.service.end_all()
        self.service.begin_walk()
        self.rows("SET foreign_key_checks = 0")
        for table in self._tables:
            self.rows(f"DELETE FROM {table}")
        for folder in (self.stack.rig, self.stack.far_rig, self.stack.archive):
            recordings.empty(folder)
        (self.stack.archive / EPHYS).mkdir()
        text = self._settings.replace(
            "[globus]\n", "[globus]\nlistings_at_once = 1\nrequests_per_second = 100000\n"
        )
        if mounted:
            for name, root in (("ephys", self.stack.archive / EPHYS), ("video", self.stack.archive)):
                heading = f"[locations.archive-{name}]\n"
                text = text.replace(heading, f'{heading}local_path = "{root}"\n')
        self.stack.settings_file.write_text(text)

    @contextmanager
    def _catalog(self, settings: Settings) -> Iterator[Catalog]:
        """An open catalog; that of a task that died is closed as its process would close it, the others are kept."""
        if self._free:
            catalog, opened = self._free.pop()
        else:
            opened = ExitStack()
            catalog = opened.enter_context(open_catalog(settings))
        try:
            yield catalog
        except DiedError:
            opened.close()
            raise
        except BaseException:
            self._free.append((catalog, opened))
            raise
        self._free.append((catalog, opened))

    def open_catalog(self) -> AbstractContextManager[Catalog]:
        """A catalog to look into."""
        return self._catalog(self.stack.settings)

    def _close_catalogs(self) -> None:
        while self._free:
            self._free.pop()[1].close()

    @contextmanager
    def as_current(self, night: Night) -> Iterator[None]:
        """The tasks of this night find its context."""
        self._nights.append(night)
        try:
            yield
        finally:
            self._nights.pop()


class World:
    """What a walk changes, and what it knows.

    foreign : path in the archive -> a file that somebody else put there
    sent    : paths in the archive that the service has written
    covered : those that it wrote, and that are not there any more, since a disk covers them or somebody removed them
    nights  : how many runs there were
    """

    def __init__(self, servers: Servers, *, mounted: bool) -> None:
        servers.clear(mounted=mounted)
        self.servers, self.service, self.points = servers, servers.service, servers.points
        self.mounted = mounted
        self.archive = servers.stack.archive
        self.trees = {"rig": Tree(servers.stack.rig), "far_rig": Tree(servers.stack.far_rig)}
        self.subject = f"H{servers.walks:05}"
        self.slots = slots(self.subject)
        self.foreign: dict[str, bytes] = {}
        self.sent: set[str] = set()
        self.covered: set[str] = set()
        self.nights = 0
        self._ticks = 0
        self._away: dict[Path, Path] = {}
        self._enter_sessions()

    def _enter_sessions(self) -> None:
        rows = self.servers.rows
        rows("INSERT INTO lab.subject (subject_id) VALUES (1)")
        rows("INSERT INTO lab.water_restriction VALUES (1, %s)", self.subject)
        for number, date in enumerate(sorted({each.name.session.date for each in self.slots}), 1):
            rows("INSERT INTO experiment.session VALUES (1, %s, %s, '10:00:00')", number, date)

    def tick(self) -> int:
        """A time of its own for each write."""
        self._ticks += 1
        return BEGIN + 60 * self._ticks

    def tree(self, recording: Recording) -> Tree:
        """The rig that has it."""
        return self.trees[recording.rig]

    def night(self, *, gives_up: bool = False, retries: bool = False) -> None:
        """One run, which may die. What armed points have not met is disarmed at its end."""
        self.nights += 1
        night = Night(self.service, f"night {self.nights}", gives_up=gives_up, retries=retries)
        try:
            with self.servers.as_current(night):
                night.run()
        except DiedError:
            pass
        finally:
            self.points.disarm()
        self.service.settle()

    def second_run(self) -> None:
        """A whole second run, while the first one stands still."""
        self.nights += 1
        night = Night(self.service, f"night {self.nights}")
        with self.servers.as_current(night):
            night.run()
        self.service.settle()

    # --- disks that are not mounted ---

    def mount_points(self) -> list[Path]:
        """Disks that can be missing: the rigs', and those of the archive that runs have seen.

        Nothing shows a run that a disk which it has never seen is the wrong one.
        """
        ephys, archive = self.archive / EPHYS, self.archive
        seen = {root for root in (ephys, archive) if (root / FOLDER).is_dir()}
        known = [archive] if len(seen) == 2 else []
        return [
            *(tree.root for tree in self.trees.values()),
            *known,
            *(root for root in seen if root == ephys),
        ]

    def is_away(self, root: Path) -> bool:
        """Whether the disk with this folder is not mounted now."""
        return any(root == point or point in root.parents for point in self._away)

    def any_away(self) -> bool:
        """Whether some disk is not mounted now."""
        return bool(self._away)

    def unmount(self, point: Path, *, gone: bool) -> None:
        """The disk is not mounted: its mount point is empty, or does not exist either."""
        away = self.servers.stack.directory / f"{point.name}.disk"
        point.rename(away)
        if not gone:
            point.mkdir()
        self._away[point] = away

    def mount_all(self) -> None:
        """Every disk is mounted again; it covers whatever was written into its mount point."""
        for point, away in self._away.items():
            if point.exists():
                covered = [file for file in point.rglob("*") if file.is_file()]
                if self.archive in (point, *point.parents):
                    self.covered |= {file.relative_to(self.archive).as_posix() for file in covered}
                recordings.empty(point)
                point.rmdir()
            away.rename(point)
        self._away.clear()

    def copy(self, path: str) -> Path:
        """Where a file of the archive lies, whether its disk is mounted or not."""
        file = self.archive / path
        for point, away in self._away.items():
            if point in file.parents:
                return away / file.relative_to(point)
        return file

    def in_archive(self) -> dict[str, bytes]:
        """Every file of the archive, while its disks are mounted."""
        files = sorted(file for file in self.archive.rglob("*") if file.is_file())
        return {file.relative_to(self.archive).as_posix(): file.read_bytes() for file in files}
