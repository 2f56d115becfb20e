"""Selects the data sets that this run takes up, and records the state of every other one."""

from __future__ import annotations

import datetime as dt

from airflow.configuration import conf

from archive_flow.discover.fetch import clear_stale_files
from archive_flow.run.context import Run
from archive_flow.run.reasons import UNCLAIMED
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import assess_folders
from session_archive.recording.verdict import within_limits
from session_archive.states.state import ALARMS, State, StateRow


def select(
    run: Run, *, wait_until: dt.datetime | None = None, group_size: int = 1
) -> list[WorkItem] | dt.datetime:
    """The data sets that this run takes up; all others get their state, and the report counts both.

    wait_until : UTC; the latest time at which this run may select again; None if this selection is final
    group_size : how many data sets one mapped group takes
    raises     : NoAnswerError if a place did not answer and this task will be tried again
    returns    : instead, the time at which to select again, if data sets will be ready then unless they
                 change. The catalog keeps the observations, so that a crash meanwhile does not restart the settle gap
    """
    assessments = list(assess_folders(run))
    run.require_answers()
    if wait_until and (select_again_at := _settled_at(run, before=wait_until)):
        # The final selection records the rest, so that its report names all that this run has changed.
        settling = [v for v in assessments if isinstance(v, StateRow) and v.data_set in run.report.settling]
        run.catalog.record_states(settling)
        return select_again_at
    work_items = sorted((v for v in assessments if isinstance(v, WorkItem)), key=_freshest_first)
    taken = _within_limits(run, work_items, group_size=group_size)
    held_back = [_held_back(run, work_item) for work_item in work_items[taken:]]
    rows = [v for v in assessments if isinstance(v, StateRow)] + (held_back if run.route == "upload" else [])
    run.report.leave_for_later([work_item.label for work_item in work_items[taken:]])
    _report(run, work_items=work_items[:taken], rows=rows)
    if run.selection.dry_run:
        return []
    if run.route == "discover":
        clear_stale_files(run)
    run.report.add_changes(run.catalog.record_states(rows))
    return work_items[:taken]


def _held_back(run: Run, work_item: WorkItem) -> StateRow:
    reason = "held back by the limits of this run"
    if work_item.session_key:
        return work_item.state(State.READY, reason, run_id=run.run_id)
    return work_item.state(State.UNCLAIMED, f"{UNCLAIMED}; {reason}", run_id=run.run_id)


def _settled_at(run: Run, *, before: dt.datetime) -> dt.datetime | None:
    """When all data sets that settle in time are settled; None if there is nothing to wait for."""
    if run.selection.dry_run or not run.params.get("second_look", True):
        return None
    times = map(dt.datetime.fromisoformat, run.report.settling.values())
    return max((time for time in times if time < before), default=None)


def _within_limits(run: Run, work_items: list[WorkItem], *, group_size: int) -> int:
    """How many this run takes up, by the limits of a night, of the person who started it, and of Airflow."""
    limits, nightly = run.settings.limits, run.route == "upload"
    requested = run.selection.limit or (limits.data_sets_per_night if nightly else None)
    mapped = conf.getint("core", "max_map_length") * group_size
    return within_limits(
        [work_item.n_bytes for work_item in work_items],
        max_count=min(requested or mapped, mapped),
        max_bytes=limits.bytes_per_night if nightly else None,
    )


def _freshest_first(work_item: WorkItem) -> tuple[int, str]:
    return -work_item.name.session.date.toordinal(), work_item.data_set


def _report(run: Run, *, work_items: list[WorkItem], rows: list[StateRow]) -> None:
    report = run.report
    report.dry_run = run.selection.dry_run
    report.count(rows)
    report.alarms = [
        f"{row.session or row.data_set} {row.data_set_type}: {row.state}: {row.reason}"
        for row in rows
        if row.state in ALARMS
    ]
    if report.dry_run:
        report.plan = [
            f"{work_item.label}: "
            # In a discovery, the tasks that record the files list them.
            + (f"{work_item.n_files} files, {work_item.n_bytes} bytes, " if work_item.n_files else "")
            + work_item.path
            for work_item in work_items
        ]
        report.plan += [
            f"{name}: listed again from {time} on, and sent if it has not changed"
            for name, time in report.settling.items()
        ]
