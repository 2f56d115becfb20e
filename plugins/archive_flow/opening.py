"""Opens what a task needs, inside the task: the settings, the catalog, the readers of places."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from globus_provider.errors import GlobusNotFoundError, GlobusPermanentError
from session_archive.errors import ListingError, NotThereError
from session_archive.listing import Entry, ListDirectory, local_directory_reader
from session_archive.settings import Place, Settings, load_settings

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.catalog import Catalog

log = logging.getLogger(__name__)


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The catalog through the nightly login's Airflow connection; closed at the end of the block."""
    # DataJoint costs seconds: never at DAG parse.
    from session_archive.catalog.catalog import Catalog
    from session_archive.catalog.connection import connect
    from session_archive.catalog.settings_layout import layout_of

    login = BaseHook.get_connection(settings.catalog.connection)
    connection = connect(
        host=login.host or "127.0.0.1",
        port=login.port or 3306,
        user=login.login or "",
        password=login.password or "",
        tls=login.extra_dejson.get("ssl"),
    )
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def globus_hook(settings: Settings) -> GlobusHook:
    """A hook on the settings' Globus connection."""
    from globus_provider.hooks.globus import GlobusHook

    return GlobusHook(globus_conn_id=settings.globus.connection)


def listing_rate(per_second: int) -> Limiter:
    """Lets one run ask for so many listings a second, whichever of its threads asks."""
    # A tenth of a second to import: not at DAG parse.
    from pyrate_limiter import Duration, InMemoryBucket, Limiter, Rate

    return Limiter(InMemoryBucket([Rate(per_second, Duration.SECOND)]))


def source_reader(hook: GlobusHook, place: Place, *, rate: Limiter) -> ListDirectory:
    """Lists a source: the local disk where this worker can read it, else through Globus."""
    if place.local_path is not None:
        return local_directory_reader(place.local_path)
    return globus_reader(hook, place, rate=rate)


#: Seconds between two lines that tell how many directories were listed.
TELL_EVERY = 30.0


def globus_reader(hook: GlobusHook, place: Place, *, rate: Limiter) -> ListDirectory:
    """Lists a place through Globus, one call a directory; tells in the log how far it is."""
    count, told = itertools.count(1), time.monotonic()

    def tell() -> None:
        nonlocal told
        listed, now = next(count), time.monotonic()
        if now - told > TELL_EVERY:
            told = now
            log.info("%s: %d directories listed so far", place.name, listed)

    def read(directory: str) -> Iterable[Entry]:
        path = place.absolute(directory)
        rate.try_acquire(place.name)
        try:
            documents = hook.list_directory(collection=str(place.collection), path=path)
        except GlobusNotFoundError as error:
            raise NotThereError(
                f"{place.name}: {path} does not exist on collection {place.collection}"
            ) from error
        except GlobusPermanentError as error:
            raise ListingError(f"{place.name}: {path} could not be listed: {error}") from error
        tell()
        return [_entry(document) for document in documents]

    return read


def _entry(document: dict[str, Any]) -> Entry:
    """One `file` document of `operation/ls` (Globus Transfer API, "File Operations")."""
    kinds = {"file": "file", "dir": "dir", "invalid_symlink": "link"}
    kind = "link" if document.get("link_target") else kinds.get(document["type"], "other")
    changed = dt.datetime.fromisoformat(document["last_modified"]) if document.get("last_modified") else None
    return Entry(
        name=document["name"],
        kind=kind,
        size=document.get("size") or 0,
        mtime=int(changed.timestamp()) if changed else 0,
    )


__all__ = ["globus_hook", "globus_reader", "listing_rate", "load_settings", "open_catalog", "source_reader"]
