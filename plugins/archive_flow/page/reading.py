"""Reads the catalog for a page: in threads of its own and with an end, so that Airflow's UI never waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from archive_flow.run.catalog_login import airflow_login
from session_archive.catalog.database.plain import connect_plain
from session_archive.catalog.read_only import NeedsDataJointError, ReadOnlyCatalog
from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.errors import ArchiveError, SettingsError
from session_archive.settings.load import Settings, load_settings

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

#: Readers at the same time, in each process of the API server.
READERS = 4
#: Seconds for one statement, for a whole page, and for a table of everything.
STATEMENT, PAGE, WHOLE_TABLE = 8.0, 12.0, 60.0

_DOCTOR = "`session-archive doctor` on Airflow's machine says why"


class UnavailableError(Exception):
    """The catalog cannot be read now; the text is one line for a person. Airflow's log has the details.

    The line names no host and no login: who sees the page may not see Airflow's connections.
    """


class CatalogReader:
    """Answers questions to the catalog, each over a connection of its own."""

    def __init__(self, *, statement: float = STATEMENT, page: float = PAGE) -> None:
        self._statement, self._page = statement, page
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="archive-page")

    async def read(
        self, question: Callable[[ReadOnlyCatalog, Settings], _Answer], *, seconds: float | None = None
    ) -> _Answer:
        """What the question returns. Raises UnavailableError, also if it takes longer than a page may, or `seconds`."""
        return await self.run(lambda: self._ask(question), seconds=seconds)

    async def run(self, work: Callable[[], _Answer], *, seconds: float | None = None) -> _Answer:
        """What `work` returns, in one of these threads. Raises UnavailableError if it takes too long."""
        seconds = self._page if seconds is None else seconds
        started = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.wait_for(started, seconds)
        except TimeoutError:
            raise UnavailableError(
                f"The catalog did not answer within {seconds:.0f} s; narrow the filter, or try again later."
            ) from None

    def _ask(self, question: Callable[[ReadOnlyCatalog, Settings], _Answer]) -> _Answer:
        try:
            settings = load_settings()
            login = airflow_login(settings.catalog.connection)
            connection = connect_plain(**login, patience=self._statement)
            try:
                return question(ReadOnlyCatalog(connection, layout_of(settings)), settings)
            finally:
                connection.close()
        except SettingsError as error:
            log.warning("the Archive page: %s", error)
            raise UnavailableError(
                f"archive.toml, or Airflow's connection to the catalog, is missing or wrong; {_DOCTOR}."
            ) from error
        except NeedsDataJointError as error:
            log.warning("the Archive page: %s", error)
            raise UnavailableError(
                "The lab's tables are not as archive.toml says; `session-archive status` says what is wrong."
            ) from error
        except ArchiveError as error:
            log.warning("the Archive page: %s", error)
            raise UnavailableError(f"The catalog cannot be read now; {_DOCTOR}.") from error
