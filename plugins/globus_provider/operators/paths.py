"""GlobusMakeDirectoryOperator and GlobusRenameOperator: change a path of a collection, by one call each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from globus_provider.errors import GlobusNoCollectionError, GlobusNotFoundError, fail_without_retry

if TYPE_CHECKING:
    from airflow.sdk import Context

#: Key in Airflow's store of a task: which rename a try has begun.
RENAMING = "globus_renaming"


class GlobusMakeDirectoryOperator(BaseOperator):
    """Make a directory, unless it exists; the directory above it must exist. Returns its path.

    collection, path : (templated)
    """

    template_fields: Sequence[str] = ("collection", "path", "globus_conn_id")
    ui_color = "#d7e8f7"

    def __init__(
        self, *, collection: str, path: str, globus_conn_id: str = "globus_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.collection = collection
        self.path = path
        self.globus_conn_id = globus_conn_id

    def execute(self, context: Context) -> str:
        """Make it."""
        from globus_provider.hooks.globus import GlobusHook

        with fail_without_retry():
            GlobusHook(globus_conn_id=self.globus_conn_id).make_directory(
                collection=self.collection, path=self.path
            )
        return self.path


class GlobusRenameOperator(BaseOperator):
    """Rename a file or directory of a collection; a new name that is taken is an error. Returns the new path.

    A try that crashed after Globus had renamed is no failure: the next one finds the new name, and succeeds.

    collection, old_path, new_path : (templated)
    """

    template_fields: Sequence[str] = ("collection", "old_path", "new_path", "globus_conn_id")
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        collection: str,
        old_path: str,
        new_path: str,
        globus_conn_id: str = "globus_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.collection = collection
        self.old_path = old_path
        self.new_path = new_path
        self.globus_conn_id = globus_conn_id

    def execute(self, context: Context) -> str:
        """Rename it, or find that an earlier try did."""
        from globus_provider.hooks.globus import GlobusHook

        hook = GlobusHook(globus_conn_id=self.globus_conn_id)
        states: Any = context["task_state_store"]
        rename = [self.collection, self.old_path, self.new_path]
        with fail_without_retry():
            if states.get(RENAMING) != rename:
                hook.stat(collection=self.collection, path=self.old_path)
                states.set(RENAMING, rename)
            try:
                hook.rename(collection=self.collection, old=self.old_path, new=self.new_path)
            except GlobusNoCollectionError:
                raise
            except GlobusNotFoundError:
                # The old name existed before: a call whose answer was lost has renamed it, if the new one exists.
                hook.stat(collection=self.collection, path=self.new_path)
                self.log.info("Renamed already, by a call whose answer was lost")
        return self.new_path
