"""SelectOperator: the select step, which looks a second time in the same run where that makes data sets ready."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator

from archive_flow.select.groups import select_data_sets

if TYPE_CHECKING:
    from airflow.sdk import Context

    from session_archive.routes import Route

log = logging.getLogger(__name__)

#: Beyond the settle gap, for clocks of worker and triggerer that differ a little.
MARGIN = dt.timedelta(seconds=1)

#: After this Airflow itself ends the wait, should no triggerer be alive; the next try looks again at once.
BACKSTOP = dt.timedelta(minutes=10)


class SelectOperator(BaseOperator):
    """Return the arguments of each mapped group; deferred meanwhile where recordings have to settle.

    It waits once at most: what has changed by the second look is left to the next run. A retry takes up the wait
    where it was, since the catalog keeps the looks.
    """

    def __init__(self, *, route: Route, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.route = route

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Look; where that is not enough, look again after the settle gap."""
        chosen = select_data_sets(self.route, context, may_wait=True)
        if isinstance(chosen, dt.datetime):
            moment = chosen + MARGIN
            log.info("looks again at %s", moment.isoformat(sep=" ", timespec="seconds"))
            self.defer(
                trigger=DateTimeTrigger(moment=moment),
                method_name="look_again",
                timeout=moment - dt.datetime.now(dt.UTC) + BACKSTOP,
            )
        return chosen

    def look_again(self, context: Context, event: object = None) -> list[dict[str, Any]]:
        """Hand on what is ready now."""
        chosen = select_data_sets(self.route, context, may_wait=False)
        assert isinstance(chosen, list), "a look that may not wait decides"
        return chosen
