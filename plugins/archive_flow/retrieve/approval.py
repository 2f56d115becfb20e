"""ApproveOperator: a person agrees before much is moved; below the size nobody is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator

from archive_flow.run.errors import airflow_errors
from archive_flow.run.work_item import SELECT
from session_archive.settings.load import load_settings

if TYPE_CHECKING:
    from airflow.sdk import Context

#: XCom that says who refused; the run fails with these words.
REJECTED = "rejected"

#: After this, silence is a no: a run must not wait for ever.
ANSWER_WITHIN = dt.timedelta(days=7)


class ApproveOperator(ApprovalOperator):
    """Hand on what select chose: at once, or once a person has approved it under *Required actions* in the UI.

    Rejected, it hands on nothing, and so nothing is mapped.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            subject="Retrieve so much?", defaults=self.REJECT, response_timeout=ANSWER_WITHIN, **kwargs
        )

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Ask where the plan says so."""
        report = context["ti"].xcom_pull(task_ids=SELECT, key="report")
        if not report["approval"]:
            self.log.info("nobody has to approve this run")
            return _chosen(context)
        self.subject, self.body = report["approval"]["subject"], report["approval"]["body"]
        self.log.info("%s\n%s", self.subject, self.body)
        super().execute(context)
        raise AssertionError("an operator that asks a person does not return")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Hand on the very plan that was shown, or nothing."""
        # Not the approval's own: it would skip the tasks behind this one, and the summary with them.
        answer = HITLOperator.execute_complete(self, context, event)
        person = answer["responded_by_user"]
        who = person["name"] if person else f"nobody, within {ANSWER_WITHIN.days} days"
        if answer["chosen_options"] == [self.APPROVE]:
            self.log.info("approved by %s", who)
            with airflow_errors():
                limits = load_settings().limits
            # The time of a person's answer is not the transfers'.
            deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=limits.run_deadline)
            return [group | {"deadline": deadline.isoformat()} for group in _chosen(context)]
        words = f"rejected by {who}; nothing was moved" if person else f"approved by {who}; nothing was moved"
        self.log.info(words)
        context["ti"].xcom_push(key=REJECTED, value=words)
        return []


def _chosen(context: Context) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = context["ti"].xcom_pull(task_ids=SELECT) or []
    return chosen
