"""Opens what a task needs, inside the task: the settings, the catalog, the readers of places."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from archive_flow.run.catalog_login import login_of
from globus_provider.errors import (
    GlobusNoCollectionError,
    GlobusNotFoundError,
    GlobusOfflineError,
    GlobusPermanentError,
    GlobusUnavailableError,
)
from session_archive.errors import ListingError, MissingDirectoryError, NamingError, NoAnswerError
from session_archive.listing import (
    ENTRY_KEYS,
    Entry,
    ListDirectory,
    local_directory_reader,
    read_listing,
)
from session_archive.settings.load import Place, Settings, load_settings

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.open import Catalog


log = logging.getLogger(__name__)


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The catalog, opened with the nightly login of Airflow's connection; closed at the end of the block."""
    # Importing DataJoint takes seconds: never at DAG parse.
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of

    connection = connect(**login_of(BaseHook.get_connection(settings.catalog.connection)))
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def globus_hook(settings: Settings) -> GlobusHook:
    """A hook on the settings' Globus connection."""
    return hook_on(settings.globus.connection)


def hook_on(connection: str) -> GlobusHook:
    """A hook on a connection of Airflow."""
    from globus_provider.hooks.globus import GlobusHook

    return GlobusHook(globus_conn_id=connection)


def listing_rate(per_second: int) -> Limiter:
    """Limits how many listings a second all threads of a task together may ask Globus for."""
    # The import takes a tenth of a second: not at DAG parse.
    from pyrate_limiter import Duration, InMemoryBucket, Limiter, Rate

    return Limiter(InMemoryBucket([Rate(per_second, Duration.SECOND)]))


def source_reader(hook: GlobusHook, place: Place, *, rate: Limiter) -> ListDirectory:
    """Lists a source: the local disk where this worker can read it, else through Globus."""
    if place.local_path is not None:
        return local_directory_reader(place.local_path)
    return globus_reader(hook, place, rate=rate)


#: Seconds between two log lines that say how many directories were listed.
LOG_EVERY = 30.0


def globus_reader(hook: GlobusHook, place: Place, *, rate: Limiter) -> ListDirectory:
    """Lists a place through Globus, one call a directory, and logs its progress."""
    count, logged_at = itertools.count(1), time.monotonic()

    def log_progress() -> None:
        nonlocal logged_at
        listed, now = next(count), time.monotonic()
        if now - logged_at > LOG_EVERY:
            logged_at = now
            log.info("%s: %d directories listed so far", place.name, listed)

    def read(directory: str) -> Iterable[Entry]:
        try:
            path = place.absolute(directory)
        except NamingError as error:
            raise ListingError(f"{place.name}: {error}") from error
        rate.try_acquire(place.name)
        with _listing_errors(place, path):
            documents = hook.fetch_directory(collection=str(place.collection), path=path, keys=ENTRY_KEYS)
        log_progress()
        return _entries(documents, place, path)

    return read


def _entries(documents: Callable[[], list[dict[str, Any]]], place: Place, path: str) -> Iterator[Entry]:
    """The entries of an answer, which is parsed when they are read."""
    with _listing_errors(place, path):
        listed = documents()
    # An answer of 25,000 entries takes 10 MB as text, and as much parsed.
    del documents
    entries = read_listing(listed, where=f"{place.name}: {path}")
    del listed
    yield from entries


@contextmanager
def _listing_errors(place: Place, path: str) -> Iterator[None]:
    """Turn an error of Globus into the error of the directory that was listed."""
    try:
        yield
    except GlobusNoCollectionError as error:
        # This says nothing about the path.
        raise ListingError(f"{place.name}: {error}") from error
    except GlobusNotFoundError as error:
        raise MissingDirectoryError(
            f"{place.name}: {path} does not exist on collection {place.collection}"
        ) from error
    except GlobusUnavailableError as error:
        of_service = not isinstance(error, GlobusOfflineError)
        raise NoAnswerError(f"{place.name}: {error}", of_service=of_service) from error
    except GlobusPermanentError as error:
        raise ListingError(f"{place.name}: {error}") from error


__all__ = [
    "globus_hook",
    "globus_reader",
    "hook_on",
    "listing_rate",
    "load_settings",
    "open_catalog",
    "source_reader",
]
