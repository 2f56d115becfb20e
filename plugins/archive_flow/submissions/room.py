"""Room for one more transfer at the service; who finds none looks again later, holding no worker slot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive_flow.run.context import Run
from archive_flow.submissions.outcome import settle
from globus_provider.errors import NotNow
from session_archive.catalog.database.errors import AlreadyBegunError, TooManyUnfinishedError

#: Seconds until a submit that found no free place at the service looks again.
LOOK_AGAIN = 60.0


def require_room(run: Run) -> None:
    """Raise NotNow while the service has as many of our transfers as it may; what has ended is written down first."""
    limit = run.settings.limits.max_unfinished
    try:
        run.catalog.require_room(limit)
    except TooManyUnfinishedError:
        settle(run)
        with not_now():
            run.catalog.require_room(limit)


@contextmanager
def not_now() -> Iterator[None]:
    """Let the operator look again later, holding no worker slot, where the ledger has no room."""
    try:
        yield
    except (TooManyUnfinishedError, AlreadyBegunError) as error:
        raise NotNow(LOOK_AGAIN, str(error)) from None
