"""The points at which a run can die: before and after each write of the catalog, and each call of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from globus_provider.hooks.calls import Calls
from session_archive.catalog.database.connection import OwnConnection
from session_archive.catalog.schema.store import Store


class DiedError(BaseException):
    """The process of a task ended here; no `except Exception` goes on after it, as after a SIGKILL."""


class Points:
    """Counts the points that a run reaches, and acts at one of them, once.

    reached : names of the points so far, in their order
    """

    def __init__(self) -> None:
        self.reached: list[str] = []
        self._action: Callable[[str], None] | None = None
        self._left = 0
        self._name = ""
        self._inside = False

    def arm(
        self, action: Callable[[str], None], *, after: int = 1, name: str = "", inside: bool = False
    ) -> None:
        """Act at one point to come.

        after  : at the so-maniest point that counts
        name   : only points whose name begins so count; '' for all
        inside : points inside an open transaction count too; a second run there would wait for its locks
        """
        self._action, self._left, self._name, self._inside = action, after, name, inside

    def disarm(self) -> None:
        """Let the rest of the run pass."""
        self._action = None

    def reach(self, name: str, *, inside: bool = False) -> None:
        """A run is at this point."""
        self.reached.append(name)
        counts = name.startswith(self._name) and (self._inside or not inside)
        if self._action is None or not counts:
            return
        self._left -= 1
        if self._left == 0:
            action, self._action = self._action, None
            action(name)

    @contextmanager
    def around(self, name: str, *, inside: bool = False) -> Iterator[None]:
        """The points before and after something that another process or a later run can see."""
        self.reach(f"before {name}", inside=inside)
        yield
        self.reach(f"after {name}", inside=inside)


def watch(points: Points, patch: pytest.MonkeyPatch) -> None:
    """Let every call of the service and every commit of the catalog reach its points."""
    ask, commit = Calls.ask, OwnConnection.commit_transaction
    query, writing = OwnConnection.query, Store.writing

    def call_service(self: Calls, doing: str, *arguments: Any, **more: Any) -> Any:
        with points.around(f"the call to {doing.split(' of ')[0].split(' on ')[0]}"):
            return ask(self, doing, *arguments, **more)

    def committed(self: OwnConnection) -> None:
        with points.around("a commit", inside=True):
            commit(self)

    def queried(self: OwnConnection, sql: str, *arguments: Any, **more: Any) -> Any:
        if sql.lstrip()[:6].upper() != "INSERT" or self.in_transaction:
            return query(self, sql, *arguments, **more)
        with points.around("an insert of its own"):
            return query(self, sql, *arguments, **more)

    @contextmanager
    def written(self: Store, what: str) -> Iterator[None]:
        kind = what.split()[0]
        with points.around(f"writing {kind}"), writing(self, what):
            yield

    patch.setattr(Calls, "ask", call_service)
    patch.setattr(OwnConnection, "commit_transaction", committed)
    patch.setattr(OwnConnection, "query", queried)
    patch.setattr(Store, "writing", written)
