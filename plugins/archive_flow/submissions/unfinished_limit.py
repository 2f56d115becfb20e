"""Room for one more transfer at the service; a submit that finds none is deferred, and tries again later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive_flow.run.context import Run
from archive_flow.submissions.outcome import settle
from globus_provider.errors import NotNow
from session_archive.catalog.database.errors import AlreadyBegunError, TooManyUnfinishedError

#: Seconds until a submit that found no room at the service tries again.
TRY_AGAIN_AFTER = 60.0


def require_room(run: Run) -> None:
    """Raise NotNow while `limits.max_unfinished` transfers are unfinished; those that have ended are recorded first."""
    limit = run.settings.limits.max_unfinished
    try:
        run.catalog.ledger.require_room(limit)
    except TooManyUnfinishedError:
        settle(run)
        with not_now():
            run.catalog.ledger.require_room(limit)


@contextmanager
def not_now() -> Iterator[None]:
    """Where the ledger has no room, let the operator defer and try again later, so that it holds no worker slot."""
    try:
        yield
    except (TooManyUnfinishedError, AlreadyBegunError) as error:
        raise NotNow(TRY_AGAIN_AFTER, str(error)) from None
