"""What the service says of a transfer that has not ended: recorded for people, and the trouble of one stays its own."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run
from globus_provider.errors import GlobusLoginError, GlobusNotFoundError, GlobusProviderError
from globus_provider.task_status import Progress, TransferState, judge
from session_archive import clock
from session_archive.errors import ArchiveError, CatalogError
from session_archive.transfers.standing import Answer, Standing
from session_archive.transfers.submission import Submission

if TYPE_CHECKING:
    from globus_provider.hooks.globus import GlobusHook

log = logging.getLogger(__name__)


def inquire(run: Run, submission: Submission) -> Standing | None:
    """Ask how an accepted transfer stands; None if it has ended, which a run that takes it up records.

    raises : GlobusProviderError where the service as a whole does not answer
    """
    try:
        document = _hook(run, submission).task(str(submission.transfer_task_id))
        progress = judge(document, now=clock.utc_now(), patience=math.inf)
    except GlobusNotFoundError:
        return None
    except GlobusProviderError as error:
        return no_answer(run, submission, error)
    return None if progress.over else under_way(run, submission, document, progress)


def under_way(run: Run, submission: Submission, document: Mapping[str, Any], progress: Progress) -> Standing:
    """Record how a transfer stands that has not ended."""
    if progress.state is not TransferState.NEEDS_PERSON:
        return run.catalog.inquiries.record(submission.submission_id, Answer.UNDER_WAY)
    words = progress.with_words(_words(_hook(run, submission), document))
    return run.catalog.inquiries.record(submission.submission_id, Answer.NEEDS_PERSON, words)


def _hook(run: Run, submission: Submission) -> GlobusHook:
    return run.hook_of(submission.source, submission.destination)


def _words(hook: GlobusHook, document: Mapping[str, Any]) -> str:
    """The service's own words; '' where it gives none."""
    try:
        return hook.why_it_waits(dict(document))
    except GlobusProviderError as error:
        log.warning("why transfer task %s waits is not known: %s", document["task_id"], error)
        return ""


def no_answer(run: Run, submission: Submission, error: GlobusProviderError | ArchiveError) -> Standing:
    """Record that nothing could be learned about one transfer; raises the error where that is not its own trouble."""
    if not _of_this_one(_hook(run, submission), error):
        raise error
    log.warning("%s: how its transfer stands is not known: %s", submission.data_set, error)
    words = error.words if isinstance(error, GlobusProviderError) else str(error)
    return run.catalog.inquiries.record(submission.submission_id, Answer.NONE, words)


def _of_this_one(hook: GlobusHook, error: GlobusProviderError | ArchiveError) -> bool:
    """Whether an error concerns one transfer, and neither the catalog, the login nor the whole service."""
    if isinstance(error, CatalogError | GlobusLoginError):
        return False
    if not error.retryable:
        return True
    if isinstance(error, ArchiveError):
        return False
    try:
        hook.unfinished()
    except GlobusProviderError:
        return False
    return True
