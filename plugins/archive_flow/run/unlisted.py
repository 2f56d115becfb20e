"""Places and folders that a task could not list: logged, and returned as notes."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from archive_flow.run.context import Run
from archive_flow.run.report import Notes
from session_archive.errors import ListingError, NoAnswerError
from session_archive.listing.unlisted import Unlisted

log = logging.getLogger(__name__)


def could_not_list(place: str, directory: str, error: ListingError) -> Notes:
    """Note a place or folder that could not be listed; the run goes on with the rest, and fails in the end."""
    unlisted = Unlisted(place, directory, error)
    log.error("%s cannot be listed: %s", unlisted.where, error)
    return Notes(unlisted=(unlisted,))


def require_answers(run: Run, unlisted: Iterable[Unlisted]) -> None:
    """Raise NoAnswerError where a place did not answer and this task will be tried again; else go on."""
    silent = [each for each in unlisted if each.silent]
    if silent and run.tries_left:
        more = f" (and {len(silent) - 1} more)" if len(silent) > 1 else ""
        raise NoAnswerError(f"{silent[0].why}{more}")
