"""The scratch place of audits: copies that no worker can read are brought there, read, and removed again."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from archive_flow.retrieve.scratch_place import free_bytes, require_no_overlap
from archive_flow.run.context import Run
from archive_flow.submissions.outcome import settle_one
from printable_text import printable
from session_archive import clock
from session_archive.assess.brought_copy import COPIES, folder_of
from session_archive.errors import ListingError, MissingDirectoryError, RefusedError
from session_archive.listing.local import local_directory_reader
from session_archive.listing.removal import remove_files
from session_archive.settings.places import Place
from session_archive.transfers.submission import small_files_id

log = logging.getLogger(__name__)


def ledger_id(key: str) -> uuid.UUID:
    """The ledger's id of what one mapped group brings."""
    return small_files_id(f"audit {key}")


def usable_scratch(run: Run) -> Place | None:
    """The scratch place of audits; None where archive.toml names none. Raises RefusedError where it may not be used."""
    name = run.settings.audit.scratch
    if not name:
        return None
    place = run.settings.scratch[name]
    require_usable(run, place)
    return place


def require_usable(run: Run, place: Place) -> None:
    """Raise RefusedError unless this worker sees the place, `doctor` has proven it, and no other place is in it."""
    if place.local_path is None:
        raise RefusedError(f"this worker cannot read {place.declared_local_path} of scratch.{place.name}")
    if not run.catalog.proven_scratch.holds(place):
        raise RefusedError(
            f"nobody has seen that audits can bring files to {place.name} and remove them; run "
            "`session-archive doctor --transfer` once"
        )
    require_no_overlap(run, place, others=run.settings.locations.values())


def room_at(place: Place) -> int:
    """Bytes that are free there; 0 where this worker does not see it."""
    return free_bytes(place) or 0


def remove_brought(run: Run, place: Place, key: str) -> None:
    """Remove what the accepted transfers of one mapped group wrote there, by the ledger; not while one is under way.

    What else lies in the folder stays, and so does the folder then.
    """
    attempts = run.catalog.ledger.attempts(ledger_id(key), place.name)
    accepted = [each for each, _ in attempts if each.transfer_task_id is not None]
    if not accepted or place.local_path is None:
        return
    if any(outcome is None for _, outcome in attempts):
        log.info("%s: a transfer still writes to %s; a later audit removes it", place.name, folder_of(key))
        return
    paths = {path for each in accepted for path in each.items}
    for line in remove_files(place.local_path, folder_of(key), paths):
        log.warning("could not be removed, which a later audit tries again: %s", line)


def clear_left_behind(run: Run) -> None:
    """Remove what audits that died have left at scratch places; their runs are over, and read no more.

    Only folders that the ledger knows; the log names the rest.
    """
    before = clock.utc_now() - dt.timedelta(seconds=run.settings.limits.run_deadline)
    for place in run.settings.scratch.values():
        for key in _keys(place):
            attempts = run.catalog.ledger.attempts(ledger_id(key), place.name)
            if not attempts:
                log.warning(
                    "%s:%s is of no transfer in the ledger; left as it is",
                    place.name,
                    printable(folder_of(key)),
                )
            elif all(each.begun_at is not None and each.begun_at < before for each, _ in attempts):
                for submission, outcome in attempts:
                    if outcome is None:
                        settle_one(run, submission)
                remove_brought(run, place, key)


def _keys(place: Place) -> list[str]:
    """The folders of mapped groups there."""
    if place.local_path is None:
        return []
    try:
        return sorted(entry.name for entry in local_directory_reader(place.local_path)(COPIES))
    except MissingDirectoryError:
        return []
    except ListingError as error:
        log.warning("%s: what earlier audits have left cannot be listed: %s", place.name, error)
        return []
