"""The bodies of the spine's own tasks: open what is needed, ask the core, push what comes out."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias, get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.discover.fetch import fetch_key
from archive_flow.discover.record import record_found
from archive_flow.retrieve.approval import REJECTED
from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import WHY, airflow_errors
from archive_flow.run.pages import Part, paged, push_pages, works_of
from archive_flow.run.work_item import (
    APPROVE,
    CARRY,
    FETCH,
    GROUP,
    RECORD,
    SELECT,
    STAGED,
    SUBMIT,
    SUMMARY,
    WAIT,
    Result,
    Work,
    transfer_label,
)
from archive_flow.select.choose import select
from archive_flow.sidecar.carry import record_carried
from archive_flow.spine.summary import describe, problems
from archive_flow.transfer.record import Sent, record_moved
from globus_provider.operators.transfer import FAILURE as NOT_SENT
from globus_provider.sensors.transfer import FAILURE
from session_archive.routes import Route
from session_archive.states.state import ALARMS, State

if TYPE_CHECKING:
    from airflow.sdk import Context

    from session_archive.settings.load import Place

log = logging.getLogger(__name__)

#: One event of this asset for each newly archived data set; a lab's own DAGs can be scheduled on it.
ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")

#: An alias, since a task that archives nothing new would emit an event of an asset that it names as its outlet.
NEWLY_ARCHIVED = AssetAlias("newly_archived_data_set")


def select_data_sets(route: Route, context: Context, *, may_wait: bool) -> list[dict[str, Any]] | dt.datetime:
    """The arguments of each mapped group of this run; or, where it may wait, the instant at which to select again."""
    begun = context["dag_run"].start_date or dt.datetime.now(dt.UTC)
    with airflow_errors(context), open_run(route, context) as run:
        deadline = begun + dt.timedelta(seconds=run.settings.limits.run_deadline)
        works = select(run, wait_until=deadline if may_wait else None)
        if isinstance(works, dt.datetime):
            log.info("look the same since a short time only: %s", ", ".join(sorted(run.report.settling)))
            return works
        context["ti"].xcom_push(key="report", value=run.report.as_xcom())
        log.info("%s", describe(run.report.as_xcom(), []))
        batches = list(_batches(run, works))
        pages, parts = paged(batches)
        push_pages(context, pages)
        return [
            {"part": part, **_group_arguments(run, batch, deadline)}
            for part, batch in zip(parts, batches, strict=True)
        ]


def _batches(run: Run, works: list[Work]) -> Iterator[list[Work]]:
    """The works of each mapped group: one, or as many as one task may record; all of one place, in their order."""
    size = 1 if run.route.moves else run.settings.limits.max_batch
    for place in dict.fromkeys(work.origin for work in works):
        of_place = [work for work in works if work.origin == place]
        for first in range(0, len(of_place), size):
            yield of_place[first : first + size]


def _group_arguments(run: Run, works: list[Work], deadline: dt.datetime) -> dict[str, Any]:
    first, more = works[0], len(works) - 1
    limits = run.settings.limits
    return {
        "label": f"{first.label} and {more} more" if more else first.label,
        "source_collection": str(run.origin(first).collection),
        "destination_collection": str(_receiver(run, first).collection),
        "transfer_label": transfer_label(run.route.name, first),
        "globus_connection": run.settings.globus.connection,
        "poll_interval": limits.poll_interval,
        "patience": limits.fault_patience,
        "deadline": deadline.isoformat(),
    }


def _receiver(run: Run, work: Work) -> Place:
    """The place that a transfer of this route writes to, if it has one."""
    staging = run.settings.staging
    return run.destination(work) if run.route.moves or staging is None else staging


def record_data_sets(route: Route, part: Part) -> None:
    """Verify and record each data set in its own transaction; fail, after all of them, when one is an alarm."""
    context = get_current_context()
    works = works_of(context, part)
    with airflow_errors(context), open_run(route, context) as run:
        results = [_record_one(run, works[0], context)] if route.moves else _record_found(run, works, context)
    context["ti"].xcom_push(key="results", value=[result.as_xcom() for result in results])
    for result in results:
        log.info("%s: %s %s", result.label, result.state, result.reason)
    if route.archives:
        _announce(results, context)
    if alarms := [result for result in results if result.state in ALARMS]:
        raise AirflowFailException(
            "; ".join(f"{result.label}: {result.state}: {result.reason}" for result in alarms)
        )


def _record_one(run: Run, work: Work, context: Context) -> Result:
    return record_moved(run, work, _sent(context, SUBMIT, GROUP))


def _record_found(run: Run, works: list[Work], context: Context) -> list[Result]:
    return record_found(run, works, key=fetch_key(context), given_up=_sent(context, FETCH, GROUP).given_up)


def _sent(context: Context, submit: str, group: str) -> Sent:
    """What submit and wait of the same mapped group left behind."""
    ti = context["ti"]

    def left_behind(task: str, key: str = "return_value") -> Any:
        return ti.xcom_pull(task_ids=f"{group}.{task}", key=key, map_indexes=ti.map_index)

    failure = left_behind(WAIT, FAILURE) or {}
    return Sent(
        transfer_task_id=left_behind(submit),
        n_items=left_behind(submit, "n_items"),
        refused=left_behind(submit, "refused") or "",
        given_up=failure.get("reason", ""),
        not_sent=left_behind(submit, NOT_SENT) or "",
    )


def record_manifests(location: str, manifest_id: str) -> dict[str, Any]:
    """Remember which manifests are in the archive now; what could not be carried is told by the summary."""
    context = get_current_context()
    carried = record_carried(
        context, location=location, manifest_id=manifest_id, sent=_sent(context, SUBMIT, CARRY)
    )
    log.info("%s: %d manifests were carried", location, carried["carried"])
    return carried


def _announce(results: list[Result], context: Context) -> None:
    for result in results:
        if result.new and result.state is State.ARCHIVED:
            context["outlet_events"][NEWLY_ARCHIVED].add(ARCHIVED, extra={"data_set": result.data_set})


def summarize() -> None:
    """Tell what became of each data set; fail the run if and only if one needs a person, or a root was not seen."""
    ti = get_current_context()["ti"]
    report = ti.xcom_pull(task_ids=SELECT, key="report")
    chosen = ti.xcom_pull(task_ids=SELECT) or []
    if rejected := ti.xcom_pull(task_ids=APPROVE, key=REJECTED):
        report["alarms"].append(rejected)
        chosen = []
    # A list of task ids, since Airflow unpacks what a single one left behind when it is mapped once.
    pulled = ti.xcom_pull(task_ids=[f"{GROUP}.{RECORD}"], key="results")
    results = [result for batch in pulled for result in batch or ()]
    not_selected = (ti.xcom_pull(task_ids=SELECT, key=WHY) or "") if report is None else ""
    not_recorded = [why for why in ti.xcom_pull(task_ids=[f"{GROUP}.{RECORD}"], key=WHY) if why]
    text = describe(report, results, not_selected=not_selected)
    n_works = sum(group["part"]["count"] for group in chosen)
    lines = problems(
        report, results, n_works=n_works, not_selected=not_selected, not_recorded=not_recorded
    ) + _not_carried(ti)
    log.info("%s", text)
    # For those who wait for the run from elsewhere.
    ti.xcom_push(key=SUMMARY, value={"text": text, "problems": lines})
    if lines:
        raise AirflowFailException("\n".join([f"{len(lines)} problem(s):", *lines]))


def _not_carried(ti: Any) -> list[str]:
    """Manifests that did not get into the archive, and why; what they are of is archived all the same."""
    # Airflow knows no such tasks in the other flows.
    staged = ti.xcom_pull(task_ids=STAGED) if STAGED in ti.task.dag.task_ids else []
    if staged is None:
        why = ti.xcom_pull(task_ids=STAGED, key=WHY) or f"the log of {STAGED} says why"
        return [f"no manifest was carried: {why}"]
    pulled = ti.xcom_pull(task_ids=[f"{CARRY}.{RECORD}"], key="return_value") if staged else []
    told = [each for each in pulled if each]
    lines = [f"{each['location']}: {problem}" for each in told for problem in each["problems"]]
    if len(told) < len(staged):
        known = [why for why in ti.xcom_pull(task_ids=[f"{CARRY}.{RECORD}"], key=WHY) if why]
        why = "; ".join(known) or f"the log of {CARRY}.{RECORD} says why"
        lines.append(f"manifests of {len(staged) - len(told)} location(s) were not carried: {why}")
    return lines
