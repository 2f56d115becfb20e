"""GlobusListOperator: lists a directory of a collection."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from globus_provider.errors import GlobusRequestError, fail_without_retry

if TYPE_CHECKING:
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook


class GlobusListOperator(BaseOperator):
    """List a directory; returns mappings with path (relative to it), type, size (bytes), last_modified.

    collection, path : (templated)
    recursive        : also everything below; one call for each directory
    max_entries      : fail rather than return more, since the list becomes an XCom
    """

    template_fields: Sequence[str] = ("collection", "path", "globus_conn_id")
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        collection: str,
        path: str,
        recursive: bool = False,
        show_hidden: bool = True,
        max_entries: int = 10_000,
        globus_conn_id: str = "globus_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.collection = collection
        self.path = path
        self.recursive = recursive
        self.show_hidden = show_hidden
        self.max_entries = max_entries
        self.globus_conn_id = globus_conn_id

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """The entries, in the order of the service; a directory comes before its content."""
        from globus_provider.hooks.globus import GlobusHook

        entries: list[dict[str, Any]] = []
        with fail_without_retry():
            for entry in self._walk(GlobusHook(globus_conn_id=self.globus_conn_id)):
                entries.append(entry)
                if len(entries) > self.max_entries:
                    raise GlobusRequestError(
                        f"{self.path} on collection {self.collection} has more than {self.max_entries} "
                        "entries; list a directory further down, or raise max_entries"
                    )
        return entries

    def _walk(self, hook: GlobusHook) -> Iterator[dict[str, Any]]:
        waiting = deque([""])
        while waiting:
            below = waiting.popleft()
            listing = hook.list_directory(
                collection=self.collection,
                path=f"{self.path.rstrip('/')}/{below}",
                show_hidden=self.show_hidden,
            )
            for document in listing:
                path = f"{below}{document['name']}"
                yield {
                    "path": path,
                    "type": document["type"],
                    "size": document.get("size"),
                    "last_modified": document.get("last_modified"),
                }
                # A link to a directory is listed, never followed: it may lead back up.
                if self.recursive and document["type"] == "dir" and not document.get("link_target"):
                    waiting.append(f"{path}/")
