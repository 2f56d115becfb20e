"""The servers of all walks: a database and a service, started once, and emptied between two walks."""

from __future__ import annotations

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
from tests.hammer.recordings import EPHYS, SECOND
from tests.hammer.service import Service

from archive_flow.run import context as run_context
from archive_flow.run.readers import open_catalog
from archive_flow.spine import tasks
from session_archive.catalog.open import Catalog
from session_archive.settings.load import Settings
from support.stack import Stack
from support.task_environment import airflow_connections

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
        for name, connection in airflow_connections(stack).items():
            patch.setenv(name, connection)
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

    def clear(self, *, mounted: bool, copies: bool) -> None:
        """Nothing is left of the last walk.

        mounted : the worker of this walk can read the archive's disk
        copies  : ephys has a second location
        """
        self.walks += 1
        self.points.disarm()
        self.points.reached.clear()
        self.service.end_all()
        self.service.begin_walk()
        self.rows("SET foreign_key_checks = 0")
        for table in self._tables:
            self.rows(f"DELETE FROM {table}")
        for folder in (self.stack.rig, self.stack.far_rig, self.stack.archive, self.stack.scratch):
            recordings.empty(folder)
        self.scratch.mkdir()
        (self.stack.archive / EPHYS).mkdir()
        text = self._settings.replace(
            "[globus]\n", "[globus]\nlistings_at_once = 1\nrequests_per_second = 100000\n"
        )
        if copies:
            (self.stack.archive / SECOND).mkdir()
            text = text.replace('location = "archive-ephys"', 'locations = ["archive-ephys", "second"]')
            text = text.replace(
                "[locations.archive-ephys]\n", '[locations.archive-ephys]\nsite = "basement"\n'
            )
            collection = self.stack.globus.collections["archive"]
            text += f'\n[locations.second]\ncollection = "{collection}"\ndirectory = "/{SECOND}"\nsite = "cloud"\n'
        if mounted and copies:
            text += f'local_path = "{self.stack.archive / SECOND}"\n'
        if mounted:
            for name, root in (("ephys", self.stack.archive / EPHYS), ("video", self.stack.archive)):
                heading = f"[locations.archive-{name}]\n"
                text = text.replace(heading, f'{heading}local_path = "{root}"\n')
        scratch = 'directory = "/retrieved"\n'
        text = text.replace(scratch, f'{scratch}local_path = "{self.scratch}"\n')
        # Content is old at once, so that each audit reads all that it can.
        text += '\n[audit]\nscratch = "analysis"\nproven_within = "0.000001 s"\n'
        self.stack.settings_file.write_text(text)
        # Those that are kept know the locations of the walk before.
        self._close_catalogs()
        with self.open_catalog() as catalog:
            catalog.proven_scratch.record(self.stack.settings.scratch["analysis"])

    @property
    def scratch(self) -> Path:
        """The root of the scratch place."""
        return self.stack.scratch / "retrieved"

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
