"""A copy that failed by its checksum: is it this recording, or the place that cannot compute the checksum?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace

from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.transfer.checksums import known_checksums
from archive_flow.upload.source_digests import source_digests
from session_archive.fixity.place_checksums import ChecksumAnswer, PlaceChecksums
from session_archive.states.state import State
from session_archive.transfers.ending import Failed
from session_archive.transfers.place_in_doubt import (
    Blame,
    Mismatched,
    algorithms_in_doubt,
    blame,
    doubt,
    lacking,
    refused_words,
    unable,
)
from session_archive.transfers.submission import MISMATCH, Outcome, Submission


def record_mismatch(run: Run, work_item: WorkItem, failed: Failed) -> Result:
    """The state of a data set with such a copy: refused; or waiting, and the alarm is about the place."""
    place, sent = work_item.destination, replace(work_item, manifest_id=failed.submission.manifest_id)
    algorithms = frozenset(algorithm for algorithm, _ in source_digests(run, sent).values())
    unsupported = failed.outcome.not_supported
    if unsupported:
        algorithms = algorithms_in_doubt(failed.outcome.detail, algorithms)
    known = known_checksums(run, (work_item.origin, place))
    recorded = _last_recorded(run, place, algorithms, known)
    mismatches = run.catalog.mismatches.at(place, since=recorded)
    names = {submission.data_set_id: submission.data_set for submission, _ in mismatches}
    last_matched = _newest([recorded, *_arrived(mismatches, algorithms)])
    to_blame = blame(
        [
            Mismatched(each.data_set_id, each.run_id, outcome.completed_at or outcome.recorded_at)
            for each, outcome in mismatches
        ],
        last_matched=last_matched,
        not_supported=unsupported,
        begun_at=failed.submission.begun_at,
        doubted_at=known.doubted_at(algorithms, (work_item.origin, place)),
    )
    if to_blame is Blame.RECORDING or not algorithms:
        words = refused_words(failed.outcome.detail, place)
        return _keep(run, work_item, State.REFUSED, words, mismatch_at=place)
    if to_blame is Blame.PLACE:
        detail = failed.outcome.detail
        alarm = (
            lacking(place, algorithms, detail)
            if unsupported
            else doubt(place, algorithms, last_matched=last_matched)
        )
        _keep_doubt(run, place, algorithms, alarm)
        _let_wait(run, place, frozenset(names.values()), alarm)
    else:
        answers = [known.answer(place, algorithm) for algorithm in sorted(algorithms)]
        alarm = next((each.detail for each in answers if each and each.computes is None), "")
    if not alarm:
        return _keep(run, work_item, State.WAITING, unable(place, algorithms), mismatch_at=place)
    return _keep(run, work_item, State.WAITING, alarm, mismatch_at=place, place_alarm=alarm)


def _last_recorded(
    run: Run, place: str, algorithms: Collection[str], known: PlaceChecksums
) -> dt.datetime | None:
    """When one of these checksums last matched there, of a whole recording or of a trial."""
    answers = [known.answer(place, algorithm) for algorithm in algorithms]
    tried = [answer.observed_at for answer in answers if answer is not None and answer.computes]
    return _newest([*tried, run.catalog.mismatches.last_matched(place, algorithms)])


def _arrived(
    mismatches: Collection[tuple[Submission, Outcome]], algorithms: Collection[str]
) -> list[dt.datetime | None]:
    """When a transfer ended in which some matched; files before the first one that did not were compared too."""
    return [
        outcome.completed_at or outcome.recorded_at
        for _, outcome in mismatches
        if any(algorithm in algorithms for algorithm, _ in outcome.checksums.values())
    ]


def _newest(times: Iterable[dt.datetime | None]) -> dt.datetime | None:
    return max((each for each in times if each is not None), default=None)


def _keep_doubt(run: Run, place: str, algorithms: Collection[str], alarm: str) -> None:
    """From now on these checksums are not sent there, until somebody tries the place."""
    collection = run.place(place).collection
    run.catalog.place_checksums.record(
        ChecksumAnswer(place, collection, algorithm, None, None, alarm, observed_by=run.run_id)
        for algorithm in sorted(algorithms)
    )


def _let_wait(run: Run, place: str, data_sets: Collection[str], alarm: str) -> None:
    """The data sets that were refused for the same reason before it was clear that it is the place."""
    rows = [
        replace(row, state=State.WAITING, reason=alarm, run_id=run.run_id, changed_at=None)
        for data_set_type, settings in run.settings.data_sets.items()
        if place in settings.locations
        for row in run.catalog.states.of_data_sets(data_sets, data_set_type)
        if row.state is State.REFUSED and MISMATCH in row.reason
    ]
    run.catalog.states.record(rows)


def _keep(
    run: Run, work_item: WorkItem, state: State, reason: str, *, mismatch_at: str, place_alarm: str = ""
) -> Result:
    changed = run.catalog.states.record([work_item.state(state, reason, run_id=run.run_id)])
    result = work_item.result(state, reason, changed=bool(changed))
    return replace(result, mismatch_at=mismatch_at, place_alarm=place_alarm)
