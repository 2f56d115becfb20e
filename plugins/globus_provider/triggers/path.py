"""GlobusPathTrigger: looks for a path for a deferred task."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from globus_provider.errors import GlobusPermanentError, GlobusUnavailableError
from globus_provider.path_watch import PathWatch
from globus_provider.triggers.threads import in_thread


class GlobusPathTrigger(BaseTrigger):
    """Fires once: `{"found": ...}`, `{"error": TEXT}` if no further look can help, `{}` when its time is up.

    kind, minimum_size : as with GlobusPathSensor
    poll_interval      : seconds
    until              : the time at which it fires whatever stands there
    """

    def __init__(
        self,
        *,
        collection: str,
        path: str,
        until: dt.datetime,
        kind: str | None = None,
        minimum_size: int = 0,
        globus_conn_id: str = "globus_default",
        poll_interval: float = 60.0,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow has no types on its triggers
        self.collection = collection
        self.path = path
        self.until = until
        self.kind = kind
        self.minimum_size = minimum_size
        self.globus_conn_id = globus_conn_id
        self.poll_interval = poll_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The values in Airflow's database from which the triggerer makes this trigger again."""
        names = ("collection", "path", "until", "kind", "minimum_size", "globus_conn_id", "poll_interval")
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, beginning with a pause: the task has just looked."""
        from globus_provider.hooks.globus import GlobusHook

        hook = GlobusHook(globus_conn_id=self.globus_conn_id, polling=True)
        watch = PathWatch(self.collection, self.path, self.kind, self.minimum_size)
        event: dict[str, Any] | None = None
        while event is None:
            left = (self.until - dt.datetime.now(dt.UTC)).total_seconds()
            await asyncio.sleep(max(0.0, min(self.poll_interval, left)))
            try:
                found = await in_thread(lambda: watch.look(hook))
                if found is not None:
                    event = {"found": found}
            except GlobusUnavailableError as error:
                self.log.warning("No answer; looking again in %g s: %s", self.poll_interval, error)
            except GlobusPermanentError as error:
                event = {"error": str(error)}
            if event is None and left <= self.poll_interval:
                event = {}
        yield TriggerEvent(event)  # type: ignore[no-untyped-call]  # nor on its events
