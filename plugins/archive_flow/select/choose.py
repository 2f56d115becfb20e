"""Select and list: which data sets this run takes up, and the state of every other one."""

from __future__ import annotations

import datetime as dt

from airflow.configuration import conf

from archive_flow.discover.fetch import clear_stale_files
from archive_flow.retrieve.choose import choose_data_sets
from archive_flow.run.context import Run
from archive_flow.run.reasons import UNCLAIMED
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import judged_folders
from session_archive.recording.verdict import within_limits
from session_archive.states.state import ALARMS, State, StateRow


def select(run: Run, *, wait_until: dt.datetime | None = None) -> list[WorkItem] | dt.datetime:
    """Take up what this run shall do; everything else gets its state, and the report counts both.

    wait_until : UTC; the latest instant at which this run may look again; None where this look decides
    raises     : NoAnswerError where a place was silent and this task will be tried again
    returns    : the instant at which to look again instead, where data sets will be ready then if they still look
                 the same. Their looks are in the catalog, so that a crash meanwhile does not begin the gap anew
    """
    if run.route.origin == "catalog":
        return choose_data_sets(run)
    judged = list(judged_folders(run))
    run.require_answers()
    if wait_until and (look_again_at := _settled_at(run, before=wait_until)):
        # The rest is written down by the look that decides: it tells what this run has changed.
        settling = [v for v in judged if isinstance(v, StateRow) and v.data_set in run.report.settling]
        run.catalog.record_states(settling)
        return look_again_at
    work_items = sorted((v for v in judged if isinstance(v, WorkItem)), key=_freshest_first)
    taken = _within_limits(run, work_items)
    held_back = [_held_back(run, work_item) for work_item in work_items[taken:]]
    rows = [v for v in judged if isinstance(v, StateRow)] + (
        held_back if run.route.origin == "source" else []
    )
    run.report.leave_for_later([work_item.label for work_item in work_items[taken:]])
    _report(run, work_items=work_items[:taken], rows=rows)
    if run.wanted.dry_run:
        return []
    if run.route.origin == "archive":
        clear_stale_files(run)
    run.report.add_changes(run.catalog.record_states(rows))
    return work_items[:taken]


def _held_back(run: Run, work_item: WorkItem) -> StateRow:
    reason = "held back by the limits of this run"
    if work_item.session_key:
        return work_item.state(State.READY, reason, run_id=run.run_id)
    return work_item.state(State.UNCLAIMED, f"{UNCLAIMED}; {reason}", run_id=run.run_id)


def _settled_at(run: Run, *, before: dt.datetime) -> dt.datetime | None:
    """When all are settled that will be so in time; None where nothing is worth a wait."""
    if run.wanted.dry_run or not run.params.get("second_look", True):
        return None
    instants = map(dt.datetime.fromisoformat, run.report.settling.values())
    return max((instant for instant in instants if instant < before), default=None)


def _within_limits(run: Run, work_items: list[WorkItem]) -> int:
    """How many this run takes up: a night has its limits, a person may set one, and Airflow's own holds for all."""
    limits, nightly = run.settings.limits, run.route.origin == "source"
    a_task = 1 if run.route.moves else limits.max_batch
    asked = run.wanted.limit or (limits.data_sets_per_night if nightly else None)
    mapped = conf.getint("core", "max_map_length") * a_task
    return within_limits(
        [work_item.n_bytes for work_item in work_items],
        max_count=min(asked or mapped, mapped),
        max_bytes=limits.bytes_per_night if nightly else None,
    )


def _freshest_first(work_item: WorkItem) -> tuple[int, str]:
    return -work_item.name.session.date.toordinal(), work_item.data_set


def _report(run: Run, *, work_items: list[WorkItem], rows: list[StateRow]) -> None:
    report = run.report
    report.dry_run = run.wanted.dry_run
    report.count(rows)
    report.alarms = [
        f"{row.session or row.data_set} {row.data_set_type}: {row.state}: {row.reason}"
        for row in rows
        if row.state in ALARMS
    ]
    if report.dry_run:
        report.plan = [
            f"{work_item.label}: "
            # DISCOVER lists the files in the tasks that record them.
            + (f"{work_item.n_files} files, {work_item.n_bytes} bytes, " if work_item.n_files else "")
            + work_item.path
            for work_item in work_items
        ]
        report.plan += [
            f"{name}: looked at again from {instant} on, and sent if it looks the same"
            for name, instant in report.settling.items()
        ]
