"""SelectOperator: the select step, which lists a second time in the same run if that makes data sets ready."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator

from archive_flow.spine.groups import select_data_sets

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.routes.route import Route

log = logging.getLogger(__name__)

#: Added to the settle gap, since the clocks of worker and triggerer may differ a little.
MARGIN = dt.timedelta(seconds=1)

#: Airflow itself ends the wait after this, if no triggerer is alive; the next try lists again immediately.
BACKSTOP = dt.timedelta(minutes=10)


class SelectOperator(BaseOperator):
    """Return the arguments of each mapped group; defers while recordings have to settle.

    It waits once at most: recordings that have changed by the second listing are left to the next run. A retry resumes
    the wait, since the catalog keeps the observations.
    """

    def __init__(self, *, route: Route, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.route = route

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Select; if recordings have to settle, select again after the settle gap."""
        selected = select_data_sets(self.route, context, may_wait=True)
        if isinstance(selected, dt.datetime):
            moment = selected + MARGIN
            log.info("listing again at %s", moment.isoformat(sep=" ", timespec="seconds"))
            self.defer(
                trigger=DateTimeTrigger(moment=moment),
                method_name="look_again",
                timeout=moment - dt.datetime.now(dt.UTC) + BACKSTOP,
            )
        return selected

    def look_again(self, context: Context, event: object = None) -> list[dict[str, Any]]:
        """Select what is ready now."""
        selected = select_data_sets(self.route, context, may_wait=False)
        assert isinstance(selected, list), "a selection that may not wait is final"
        return selected
