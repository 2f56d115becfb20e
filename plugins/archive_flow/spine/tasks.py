"""The bodies of the chain's own tasks: open what is needed, call the rooms below, push the results."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.routes.route import Route
from archive_flow.run.archived_asset import LONGEST_KEY, announce
from archive_flow.run.context import open_run
from archive_flow.run.earlier_try import tried_before, with_earlier_try
from archive_flow.run.errors import WHY, airflow_errors
from archive_flow.run.work_item import (
    APPROVE,
    CARRY,
    GROUP,
    RECORD,
    REJECTED,
    SELECT,
    STAGED,
    SUBMIT,
    SUMMARY,
)
from archive_flow.run.work_item_pages import Part, work_items_of
from session_archive.states.state import ALARMS, State

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.work_item import WorkItem

log = logging.getLogger(__name__)


def record_data_sets(route: Route, part: Part) -> None:
    """Verify and record each data set in its own transaction; if one is an alarm, fail after all are recorded.

    Airflow drops the events of a failed task, so a task that archived something new leaves failing to the summary.
    """
    context = get_current_context()
    work_items = work_items_of(context, part)
    with airflow_errors(context), open_run(route.name, context) as run:
        results = route.record(run, work_items, context)
        if route.archives and tried_before(context):
            verified = run.catalog.verifications.verified_in(dag_id=run.dag_id, run_id=run.run_id)
            results = with_earlier_try(results, verified)
        incomplete = _lacking_copies(run, work_items) if route.archives else frozenset()
    context["ti"].xcom_push(key="results", value=[result.as_xcom() for result in results])
    for result in results:
        log.info("%s: %s %s", result.label, result.state, result.reason)
    archived = [each for each in results if route.archives and each.new and each.state is State.ARCHIVED]
    if route.archives:
        for data_set in announce(
            context["outlet_events"],
            [result.data_set for result in archived if result.data_set not in incomplete],
        ):
            log.warning("No partition for %s: its name has more than %d characters", data_set, LONGEST_KEY)
    if alarms := [result for result in results if result.state in ALARMS]:
        text = "; ".join(f"{result.label}: {result.state}: {result.reason}" for result in alarms)
        if not archived:
            raise AirflowFailException(text)
        log.error("%s", text)


def _lacking_copies(run: Run, work_items: Sequence[WorkItem]) -> frozenset[str]:
    """The data sets of which another copy is not archived; who archives the last one announces the data set."""
    names: dict[str, set[str]] = {}
    for each in work_items:
        if each.copy_at:
            names.setdefault(each.name.data_set_type, set()).add(each.data_set)
    rows = [row for kind, of_kind in names.items() for row in run.catalog.states.of_data_sets(of_kind, kind)]
    return frozenset(row.data_set for row in rows if row.state is not State.ARCHIVED)


def record_manifests(route: str, location: str, manifest_id: str) -> dict[str, Any]:
    """Record which sidecar manifests are now in the archive; the summary names those that could not be copied."""
    from archive_flow.sidecar.record import record_sidecars_seen
    from archive_flow.submissions.previous_tasks import previous_tasks

    context = get_current_context()
    with airflow_errors(context), open_run(route, context) as run:
        tasks = previous_tasks(context, SUBMIT, CARRY)
        result = record_sidecars_seen(run, location=location, manifest_id=manifest_id, tasks=tasks)
    log.info("%s: %d sidecar manifests were copied into the archive", location, result["carried"])
    return result


def summarize(route: Route) -> None:
    """Summarize how each data set ended; fail the run if and only if one needs a person, or a root was not listed."""
    from archive_flow.run.night import record_night
    from archive_flow.run.summary import describe, problems, with_places_in_doubt

    context = get_current_context()
    ti = context["ti"]
    report = ti.xcom_pull(task_ids=SELECT, key="report")
    selected = ti.xcom_pull(task_ids=SELECT) or []
    if rejected := ti.xcom_pull(task_ids=APPROVE, key=REJECTED):
        report["alarms"].append(rejected)
        selected = []
    # A list of task ids: for a single id, Airflow does not return a list when the task is mapped only once.
    pulled = ti.xcom_pull(task_ids=[f"{GROUP}.{RECORD}"], key="results")
    results = with_places_in_doubt([result for batch in pulled for result in batch or ()])
    not_selected = (ti.xcom_pull(task_ids=SELECT, key=WHY) or "") if report is None else ""
    not_recorded = [why for why in ti.xcom_pull(task_ids=[f"{GROUP}.{RECORD}"], key=WHY) if why]
    text = describe(report, results, not_selected=not_selected)
    n_work_items = sum(group["part"]["count"] for group in selected)
    lines = problems(
        report, results, n_work_items=n_work_items, not_selected=not_selected, not_recorded=not_recorded
    ) + _sidecar_problems(ti)
    log.info("%s", text)
    # A console command or notebook on another machine reads this when the run has ended.
    ti.xcom_push(key=SUMMARY, value={"text": text, "problems": lines})
    if route.nightly:
        record_night(context, report=report, results=results, text=text, problems=lines)
    if lines:
        raise AirflowFailException("\n".join([f"{len(lines)} problem(s):", *lines]))


def _sidecar_problems(ti: Any) -> list[str]:
    """Why sidecar manifests were not copied into the archive; their data sets are archived nevertheless."""
    # The other flows have no such tasks.
    staged = ti.xcom_pull(task_ids=STAGED) if STAGED in ti.task.dag.task_ids else []
    if staged is None:
        why = ti.xcom_pull(task_ids=STAGED, key=WHY) or f"the log of {STAGED} says why"
        return [f"no sidecar manifest was copied into the archive: {why}"]
    pulled = ti.xcom_pull(task_ids=[f"{CARRY}.{RECORD}"], key="return_value") if staged else []
    results = [each for each in pulled if each]
    lines = [f"{each['location']}: {problem}" for each in results for problem in each["problems"]]
    if (without_result := len(staged) - len(results)) > 0:
        known = [why for why in ti.xcom_pull(task_ids=[f"{CARRY}.{RECORD}"], key=WHY) if why]
        why = "; ".join(known) or f"the log of {CARRY}.{RECORD} says why"
        lines.append(
            f"the sidecar manifests of {without_result} location(s) were not copied into the archive: {why}"
        )
    return lines
