"""The bodies of the spine's own tasks: open what is needed, ask the core, push what comes out."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias, get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.approving import REJECTED
from archive_flow.failing import airflow_errors
from archive_flow.record import Sent, record_listed, record_moved
from archive_flow.run import Run, open_run
from archive_flow.select import select
from archive_flow.summary import describe, problems
from archive_flow.work import (
    APPROVE,
    GROUP,
    RECORD,
    SELECT,
    SUBMIT,
    SUMMARY,
    WAIT,
    Result,
    Work,
    transfer_label,
)
from globus_provider.sensors.transfer import FAILURE
from session_archive.routes import Route
from session_archive.states import ALARMS, State

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

#: One event of this asset for each newly archived data set; a lab's own DAGs can be scheduled on it.
ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")

#: An alias, so that a task that archives nothing new emits no event.
NEWLY_ARCHIVED = AssetAlias("newly_archived_data_set")


def select_data_sets(route: Route, context: Context, *, may_wait: bool) -> list[dict[str, Any]] | dt.datetime:
    """The arguments of each mapped group of this run; or, where it may wait, the instant at which to select again."""
    begun = context["dag_run"].start_date or dt.datetime.now(dt.UTC)
    with airflow_errors(), open_run(route, context) as run:
        deadline = begun + dt.timedelta(seconds=run.settings.limits.run_deadline)
        works = select(run, wait_until=deadline if may_wait else None)
        if isinstance(works, dt.datetime):
            log.info("look the same since a short time only: %s", ", ".join(sorted(run.report.settling)))
            return works
        context["ti"].xcom_push(key="report", value=run.report.as_xcom())
        log.info("%s", describe(run.report.as_xcom(), []))
        size = 1 if route.moves else run.settings.limits.max_batch
        return [
            _group_arguments(run, works[first : first + size], deadline)
            for first in range(0, len(works), size)
        ]


def _group_arguments(run: Run, works: list[Work], deadline: dt.datetime) -> dict[str, Any]:
    first, more = works[0], len(works) - 1
    limits = run.settings.limits
    return {
        "works": [work.as_xcom() for work in works],
        "label": f"{first.label} and {more} more" if more else first.label,
        "source_collection": str(run.origin(first).collection),
        "destination_collection": str(run.destination(first).collection),
        "transfer_label": transfer_label(run.route.name, first),
        "globus_connection": run.settings.globus.connection,
        "poll_interval": limits.poll_interval,
        "patience": limits.fault_patience,
        "deadline": deadline.isoformat(),
    }


def record_data_sets(route: Route, works: list[Work]) -> None:
    """Verify and record each data set in its own transaction; fail, after all of them, when one is an alarm."""
    context = get_current_context()
    results: list[Result] = []
    with airflow_errors(), open_run(route, context) as run:
        for work in works:
            results.append(_record_one(run, work, context))
            context["ti"].xcom_push(key="results", value=[result.as_xcom() for result in results])
    _announce(results, context)
    if alarms := [result for result in results if result.state in ALARMS]:
        raise AirflowFailException(
            "; ".join(f"{result.label}: {result.state}: {result.reason}" for result in alarms)
        )


def _record_one(run: Run, work: Work, context: Context) -> Result:
    if not run.route.moves:
        return record_listed(run, work)
    ti = context["ti"]

    def left_behind(task: str, key: str = "return_value") -> Any:
        return ti.xcom_pull(task_ids=f"{GROUP}.{task}", key=key, map_indexes=ti.map_index)

    failure = left_behind(WAIT, FAILURE) or {}
    sent = Sent(
        transfer_task_id=left_behind(SUBMIT),
        n_items=left_behind(SUBMIT, "n_items"),
        refused=left_behind(SUBMIT, "refused") or "",
        given_up=failure.get("reason", ""),
    )
    return record_moved(run, work, sent)


def _announce(results: list[Result], context: Context) -> None:
    for result in results:
        log.info("%s: %s %s", result.label, result.state, result.reason)
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
    text, lines = (
        describe(report, results),
        problems(report, results, n_works=sum(len(group["works"]) for group in chosen)),
    )
    log.info("%s", text)
    # For those who wait for the run from elsewhere.
    ti.xcom_push(key=SUMMARY, value={"text": text, "problems": lines})
    if lines:
        raise AirflowFailException("\n".join([f"{len(lines)} problem(s):", *lines]))
