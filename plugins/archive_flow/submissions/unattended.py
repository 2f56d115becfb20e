"""Transfers that wait for a person, or that nothing is known of, and that no other task of this night reports."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from archive_flow.run.context import Run
from archive_flow.submissions.inquiry import inquire
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.transfers.standing import Answer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unattended:
    """Lines about transfers of any route.

    waiting : for a person; they go on once that person has acted
    unknown : the service does not say how they stand; each is an alarm
    """

    waiting: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def unattended(run: Run, *, taken_up: Collection[str]) -> Unattended:
    """Ask about each unfinished transfer, unless the record task of its data set will; one call for each.

    taken_up : names of the data sets of this run
    """
    lines: dict[Answer, list[str]] = {answer: [] for answer in Answer}
    for submission in run.catalog.ledger.unfinished():
        of_this_run = submission.route == run.route and submission.data_set in taken_up
        if of_this_run or submission.transfer_task_id is None:
            continue
        try:
            standing = inquire(run, submission)
        except GlobusProviderError as error:
            # What this night sends waits for the service by itself.
            log.warning("how the unfinished transfers stand is not known: %s", error)
            break
        if standing is not None:
            message = standing.message(submission.data_set, now=clock.utc_now())
            lines[standing.answer].append(f"{submission.data_set} to {submission.destination}: {message}")
    return Unattended(tuple(lines[Answer.NEEDS_PERSON]), tuple(lines[Answer.NONE]))
