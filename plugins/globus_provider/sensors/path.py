"""GlobusPathSensor: waits until a file or directory exists on a collection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.bases.sensor import PokeReturnValue
from airflow.sdk.exceptions import AirflowSensorTimeout

from globus_provider.errors import GlobusPermanentError, GlobusUnavailableError, fail_without_retry
from globus_provider.path_watch import PathWatch, require_kind
from globus_provider.triggers.path import GlobusPathTrigger
from globus_provider.waiting import BACKSTOP, deferrable_by_default

if TYPE_CHECKING:
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook


class GlobusPathSensor(BaseSensorOperator):
    """Wait until a path exists; returns its name, type, size and last_modified.

    A login that may not look, or a collection that does not exist, fails the task without a retry. While Globus or the
    collection's machine does not answer, it waits on.

    collection, path : (templated)
    kind         : "file" or "dir", which it must be; None for either (templated)
    minimum_size : bytes that a file has at least: a file that is being written exists before it is complete (templated)
    deferrable   : wait in the triggerer, without a worker slot; by default as `[operators] default_deferrable` says
    poke_interval, timeout, mode, soft_fail : as for every sensor; 30 seconds or more between two looks in production
    """

    template_fields: Sequence[str] = ("collection", "path", "kind", "minimum_size", "globus_conn_id")
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        collection: str,
        path: str,
        kind: str | None = None,
        minimum_size: int | str = 0,
        deferrable: bool | None = None,
        globus_conn_id: str = "globus_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        require_kind(kind, templated=True)
        self.collection = collection
        self.path = path
        self.kind = kind
        self.minimum_size = minimum_size
        self.deferrable = deferrable_by_default() if deferrable is None else deferrable
        self.globus_conn_id = globus_conn_id

    @cached_property
    def hook(self) -> GlobusHook:
        """The one of this task: each further one would log in again."""
        from globus_provider.hooks.globus import GlobusHook

        return GlobusHook(globus_conn_id=self.globus_conn_id)

    def poke(self, context: Context) -> PokeReturnValue:
        """Look once."""
        try:
            with fail_without_retry():
                found = self._watch().look(self.hook)
        except GlobusUnavailableError as error:
            self.log.warning("No answer; looking again in %g s: %s", self.poke_interval, error)
            found = None
        return PokeReturnValue(is_done=found is not None, xcom_value=found)

    def execute(self, context: Context) -> Any:
        """Look, and wait in the worker or in the triggerer."""
        if not self.deferrable:
            return super().execute(context)
        found = self.poke(context)
        return found.xcom_value if found.is_done else self._defer()

    def _defer(self) -> NoReturn:
        watch = self._watch()
        self.defer(
            trigger=GlobusPathTrigger(
                collection=watch.collection,
                path=watch.path,
                kind=watch.kind,
                minimum_size=watch.minimum_size,
                globus_conn_id=self.globus_conn_id,
                poll_interval=float(self.poke_interval),
                until=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.timeout),
            ),
            method_name="execute_complete",
            timeout=dt.timedelta(seconds=self.timeout + BACKSTOP),
        )

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Return what the trigger found."""
        found: dict[str, Any] | None = event.get("found")
        if found is not None:
            return found
        with fail_without_retry():
            if error := event.get("error"):
                raise GlobusPermanentError(error)
        raise AirflowSensorTimeout(
            f"{self.path} does not exist as expected on collection {self.collection} at this task's time limit"
        )

    def _watch(self) -> PathWatch:
        return PathWatch.of(
            collection=self.collection, path=self.path, kind=self.kind, minimum_size=self.minimum_size
        )
