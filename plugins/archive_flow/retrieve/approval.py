"""ApproveOperator: a person must approve a large retrieval, or a repair, before it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator
from airflow.sdk import Param

from archive_flow.run.work_item import APPROVED, REJECTED, SELECT
from printable_text import message, printable
from session_archive import clock
from session_archive.request.bounds import LONGEST_TEXT

if TYPE_CHECKING:
    from airflow.sdk import Context

#: A question that nobody answers within this time is rejected: a run must not wait for ever.
ANSWER_WITHIN = dt.timedelta(days=7)

#: The field of the question for the reason of the person who approves.
REASON = "reason"
REASON_FIELD = {
    REASON: Param(
        "", type="string", maxLength=LONGEST_TEXT, title="Why", description="Recorded with your name."
    )
}


class ApproveOperator(ApprovalOperator):
    """Hand on what select chose: immediately, or once a person has approved it under *Required actions* in the UI.

    If it is rejected, it hands on nothing, so that nothing is mapped.

    params : REASON_FIELD where who approves gives a reason, which is handed on too
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            subject="Approve this run?",
            defaults=self.REJECT,
            response_timeout=ANSWER_WITHIN,
            **kwargs,
        )

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Ask for approval if the report of select says so."""
        report = context["ti"].xcom_pull(task_ids=SELECT, key="report")
        if not report["approval"]:
            self.log.info("this run needs no approval")
            return _selected(context)
        self.subject, self.body = report["approval"]["subject"], report["approval"]["body"]
        self.log.info("%s\n%s", self.subject, self.body)
        super().execute(context)
        raise AssertionError("an operator that asks a person does not return")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Hand on exactly the plan that was shown, or nothing."""
        # Not the parent's method: it would skip the tasks after this one, and with them the summary.
        response = HITLOperator.execute_complete(self, context, event)
        person = response["responded_by_user"]
        if response["chosen_options"] == [self.APPROVE]:
            from archive_flow.run.deadline import deadline_after
            from archive_flow.run.errors import airflow_errors
            from session_archive.settings.load import load_settings

            self.log.info("%s", answer_in_words(approved=True, person=person))
            with airflow_errors():
                limits = load_settings().limits
            if REASON in self.params:
                self._hand_on_reason(context, response)
            # The time until a person answered does not count towards the run's deadline.
            deadline = deadline_after(clock.utc_now(), limits).isoformat()
            return [
                group | {"order": group["order"] | {"deadline": deadline}} for group in _selected(context)
            ]
        rejection = message(f"{answer_in_words(approved=False, person=person)}; nothing was transferred")
        self.log.info(rejection)
        context["ti"].xcom_push(key=REJECTED, value=rejection)
        return []

    def _hand_on_reason(self, context: Context, response: Mapping[str, Any]) -> None:
        person = response["responded_by_user"]
        who = (person["name"] or person["id"]) if person else "a user whom Airflow does not name"
        reason = str((response["params_input"] or {}).get(REASON) or "").strip()
        value = {"by": printable(who), "why": printable(reason) or "approved in Airflow, without a reason"}
        context["ti"].xcom_push(key=APPROVED, value=value)


def answer_in_words(*, approved: bool, person: Mapping[str, str] | None) -> str:
    """Who approved or rejected it, or that nobody answered.

    person : None where nobody answered, since the default is to reject; and where Airflow does not say who did
    """
    if person is None and not approved:
        return f"not answered within {ANSWER_WITHIN.days} days, which counts as rejected"
    who = printable(person["name"] or person["id"]) if person else "a user whom Airflow does not name"
    return f"{'approved' if approved else 'rejected'} by {who}"


def _selected(context: Context) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = context["ti"].xcom_pull(task_ids=SELECT) or []
    return groups
