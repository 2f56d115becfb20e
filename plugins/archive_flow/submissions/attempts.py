"""Our earlier transfers of a data set, as input to the rule about which files they may have written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from archive_flow.run.context import Run
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import Digest
from session_archive.transfers.attempt import Attempt, Trace, accepted_attempt, trace_of
from session_archive.transfers.submission import Submission


def accepted_attempts(
    run: Run,
    data_set_id: uuid.UUID,
    destination: str,
    *,
    known: Manifest | None = None,
    counts: Callable[[Submission], bool] = lambda submission: True,
) -> tuple[Attempt, ...]:
    """The transfers to this place that the service accepted, oldest first.

    known  : a manifest that the caller has read already; attempts that promised the same one share it
    counts : whether a transfer is one of those that the caller asks about
    """
    deadline = dt.timedelta(seconds=run.settings.limits.transfer_deadline)
    manifests = {known.id: known} if known else {}

    def promised(submission: Submission) -> Manifest:
        if submission.manifest_id not in manifests:
            manifests[submission.manifest_id] = run.catalog.ledger.manifest(submission.manifest_id)
        return manifests[submission.manifest_id]

    attempts = (
        accepted_attempt(submission, outcome, promised=promised(submission), deadline=deadline)
        for submission, outcome in run.catalog.ledger.attempts(data_set_id, destination)
        if counts(submission)
    )
    return tuple(attempt for attempt in attempts if attempt is not None)


def compared_before(
    attempts: Iterable[Attempt], *, promised: Manifest, present: Manifest
) -> dict[str, Digest]:
    """Path -> digest of the present files that Globus compared in one of these transfers and that are unchanged."""
    attempts, present_files = tuple(attempts), {file.path: file for file in present.files}
    compared: dict[str, Digest] = {}
    for file in promised.files:
        if present_file := present_files.get(file.path):
            trace, attempt = trace_of(attempts, present_file, source=file)
            if trace is Trace.COMPARED and attempt is not None:
                compared[file.path] = attempt.checksums[file.path]
    return compared
