"""Transfers that wait for a person, or that nothing is known of, and that no other task of this night reports."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from archive_flow.run.context import Run
from archive_flow.submissions.inquiry import inquire
from archive_flow.submissions.outcome import settle_one
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.transfers.standing import Answer, Standing
from session_archive.transfers.submission import Submission

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unattended:
    """Lines about transfers of any route.

    waiting : for a person; they go on once that person has acted
    unknown : the service does not say how they stand; each is an alarm
    """

    waiting: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def unattended(run: Run, *, taken_up: Collection[tuple[str, str]]) -> Unattended:
    """Ask about each unfinished transfer, unless the record task of its data set will; one call for each.

    taken_up : name and destination of the data sets of this run
    """
    lines: dict[Answer, list[str]] = {answer: [] for answer in Answer}
    unfinished = run.catalog.ledger.unfinished()
    known = run.catalog.inquiries.newest([each.submission_id for each in unfinished])
    for submission in unfinished:
        if submission.route == run.route and (submission.data_set, submission.destination) in taken_up:
            continue
        try:
            standing = _standing(run, submission, known.get(submission.submission_id))
        except GlobusProviderError as error:
            # What this night sends waits for the service by itself.
            log.warning("how the unfinished transfers stand is not known: %s", error)
            break
        if standing is not None:
            message = standing.message(submission.data_set, now=clock.utc_now())
            lines[standing.answer].append(f"{submission.data_set} to {submission.destination}: {message}")
    return Unattended(tuple(lines[Answer.NEEDS_PERSON]), tuple(lines[Answer.NONE]))


def _standing(run: Run, submission: Submission, last: Standing | None) -> Standing | None:
    """How a transfer stands; None for one that has ended, or was never accepted."""
    if submission.transfer_task_id is not None and (standing := inquire(run, submission)):
        return standing
    # A transfer that has just ended is recorded by its own run; of one in trouble, that may have failed.
    in_trouble = last is not None and last.answer is Answer.NONE
    return settle_one(run, submission) if in_trouble else None
