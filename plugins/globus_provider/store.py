"""Stores a submission, so that a retried task finds it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

    from globus_provider.hooks.globus import GlobusHook
    from globus_provider.request import TransferItems

#: Key in Airflow's store of a task; delete it there to repeat a transfer that succeeded.
STATE_KEY = "globus_submission"


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """A submission id, and its transfer task's id once the service's answer was seen."""

    submission_id: str
    task_id: str | None = None


class SubmissionStore(Protocol):
    """What GlobusTransferOperator needs of a store; both may raise `errors.NotNow`."""

    def load(self) -> StoredSubmission | None:
        """The last saved submission, from any try of this task."""

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Called before the transfer is posted, and again when its task id is known."""


@runtime_checkable
class ShipmentStore(SubmissionStore, Protocol):
    """A store that also knows what to move, so that it can store the items with the submission."""

    def items(self) -> TransferItems:
        """Called after `load` found no transfer, and before `save`."""


@runtime_checkable
class LookingStore(SubmissionStore, Protocol):
    """A store that looks at the destination once more: files may have come there since the items were named."""

    def look_again(self) -> None:
        """Called after `save`, just before the transfer is posted; raises if it must not be."""


class TaskStateStore:
    """The default: Airflow's own store of a task instance, which outlives retries and clears.

    A failed transfer is not loaded, so that clearing the task makes a new one.
    """

    def __init__(self, values: Any, *, hook: GlobusHook) -> None:
        self._values = values
        self._hook = hook

    def load(self) -> StoredSubmission | None:
        """The submission of an earlier try, unless its transfer has failed since."""
        value = self._values.get(STATE_KEY)
        stored = StoredSubmission(**value) if value else None
        if stored and stored.task_id and self._hook.task(stored.task_id)["status"] == "FAILED":
            return None
        return stored

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Keep it for as long as Airflow's `[state_store] default_retention_days` says."""
        self._values.set(STATE_KEY, {"submission_id": submission_id, "task_id": task_id})


def submit_once(
    store: SubmissionStore,
    stored: StoredSubmission | None,
    *,
    hook: GlobusHook,
    submit: Callable[[str], str],
) -> str:
    """Submit under the id that is stored, or under a new one that is stored first; returns the id of the task.

    Globus accepts a submission id only once, so that a crash at any moment leaves one task.

    stored : what the store has loaded
    submit : posts under a submission id, and returns the id of the task
    """
    submission_id = stored.submission_id if stored else hook.submission_id()
    if stored is None:
        store.save(submission_id=submission_id)
    if isinstance(store, LookingStore):
        store.look_again()
    task_id = submit(submission_id)
    store.save(submission_id=submission_id, task_id=task_id)
    return task_id
