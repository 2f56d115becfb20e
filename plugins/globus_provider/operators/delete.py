"""GlobusDeleteOperator: deletes paths of a collection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from globus_provider.errors import GlobusRequestError, fail_without_retry
from globus_provider.links import TRANSFER_TASK_ID, GlobusTaskLink
from globus_provider.polling import Sighting
from globus_provider.request import DeleteRequest
from globus_provider.store import TaskStateStore, submit_once
from globus_provider.waiting import WEEK, Wait, deferrable_by_default

if TYPE_CHECKING:
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook


class GlobusDeleteOperator(BaseOperator):
    """Delete files, or directories with everything below them; returns the id of the task that does it.

    A crash at any moment leaves one deletion, as with GlobusTransferOperator. A path is a plain name: '*' means itself.

    collection, paths : of what is deleted; each path begins with '/' (templated)
    task_label        : up to 128 characters, shown by Globus (templated)
    recursive         : also directories; needs `recursive_confirmed` as well
    recursive_confirmed : the same again: a directory may hold more than somebody thinks
    ignore_missing    : a path that does not exist is no failure
    wait_for_completion, deferrable, poll_interval, patience, timeout, unreachable_limit, cancel_on_kill :
                        as with GlobusTransferOperator; it waits by default
    """

    template_fields: Sequence[str] = (
        "collection",
        "paths",
        "task_label",
        "globus_conn_id",
        "poll_interval",
        "patience",
        "timeout",
    )
    operator_extra_links = (GlobusTaskLink(),)
    ui_color = "#f7d8d7"

    def __init__(
        self,
        *,
        collection: str,
        paths: Sequence[str] | str,
        task_label: str = "{{ dag.dag_id }} {{ ti.task_id }}",
        recursive: bool = False,
        recursive_confirmed: bool = False,
        ignore_missing: bool = False,
        wait_for_completion: bool = True,
        deferrable: bool | None = None,
        poll_interval: float = 30.0,
        patience: float = 1800.0,
        timeout: float | dt.timedelta = WEEK,
        unreachable_limit: float = 6 * 3600.0,
        cancel_on_kill: bool = True,
        globus_conn_id: str = "globus_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if recursive != recursive_confirmed:
            raise ValueError(
                f"task {self.task_id}: recursive is {recursive} and recursive_confirmed is {recursive_confirmed}; to "
                "delete directories with everything below them, set both to True"
            )
        self.collection = collection
        self.paths = paths
        self.task_label = task_label
        self.recursive = recursive
        self.recursive_confirmed = recursive_confirmed
        self.ignore_missing = ignore_missing
        self.wait_for_completion = wait_for_completion
        self.deferrable = deferrable_by_default() if deferrable is None else deferrable
        self.poll_interval = poll_interval
        self.patience = patience
        self.timeout = timeout
        self.unreachable_limit = unreachable_limit
        self.cancel_on_kill = cancel_on_kill
        self.globus_conn_id = globus_conn_id

    @cached_property
    def hook(self) -> GlobusHook:
        """The one of this task: each further one would log in again."""
        from globus_provider.hooks.globus import GlobusHook

        return GlobusHook(globus_conn_id=self.globus_conn_id)

    def execute(self, context: Context) -> str:
        """Submit, or find what an earlier try submitted; and wait for it."""
        with fail_without_retry():
            wait = Wait.of(self)
            delete_task_id = self._submit_once(context)
            context["ti"].xcom_push(key=TRANSFER_TASK_ID, value=delete_task_id)
            if self.wait_for_completion:
                sighting = wait.until_over(self, transfer_task_id=delete_task_id)
                wait.document_of(sighting, hook=self.hook, transfer_task_id=delete_task_id)
        return delete_task_id

    def execute_complete(self, context: Context, event: Any, transfer_task_id: str) -> str:
        """Judge what the trigger saw."""
        with fail_without_retry():
            Wait.of(self).document_of(Sighting.of(event), hook=self.hook, transfer_task_id=transfer_task_id)
        return transfer_task_id

    def _submit_once(self, context: Context) -> str:
        request = self._request()
        store = TaskStateStore(context["task_state_store"], hook=self.hook)
        stored = store.load()
        if stored is not None and stored.task_id is not None:
            self.log.info("Submitted by an earlier try as task %s", stored.task_id)
            return stored.task_id
        return submit_once(
            store,
            stored,
            hook=self.hook,
            submit=lambda submission_id: self.hook.submit_delete(request, submission_id=submission_id),
        )

    def _request(self) -> DeleteRequest:
        if isinstance(self.paths, str):
            raise GlobusRequestError(f"paths is {self.paths!r}; expected a list of paths")
        return DeleteRequest(
            collection=self.collection,
            paths=tuple(self.paths),
            label=self.task_label,
            recursive=self.recursive,
            ignore_missing=self.ignore_missing,
        )
