"""What a person can do about a data set: a run of a DAG with params, which Airflow itself starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from session_archive.airflow_client.dag_ids import (
    AUDIT,
    CANCEL,
    DISCOVER,
    REPAIR,
    REPLICATE,
    RETRIEVE,
    UPLOAD,
)
from session_archive.archive_page.calendar import placed
from session_archive.states.reasons import TO_COPY
from session_archive.states.state import State, StateRow

#: The DAGs that the page can lead to, with what such a run does.
DAGS = {
    UPLOAD: "looks at the rig and archives what is ready",
    RETRIEVE: "brings data sets back from the archive",
    DISCOVER: "looks at the archive and catalogs what it holds",
    AUDIT: "compares what the archive holds with the catalog",
    REPLICATE: "makes copies at further locations of what no rig has any more",
    REPAIR: "shows which damaged files have a good copy, and asks before it brings them back",
    CANCEL: "cancels transfers",
}

#: Which DAG makes the transfers of a route.
DAG_OF_ROUTE = {
    "upload": UPLOAD,
    "replicate": REPLICATE,
    "retrieve": RETRIEVE,
    "audit": AUDIT,
    "repair": REPAIR,
}

_LOOK_AGAIN = frozenset(
    {
        State.NOT_FOUND,
        State.EMPTY,
        State.AMBIGUOUS,
        State.WAITING,
        State.READY,
        State.FAILED,
        State.REFUSED,
        State.UNVERIFIED,
    }
)
_UNDER_WAY = frozenset({State.SUBMITTED, State.VERIFYING})
_HELD = frozenset({State.ARCHIVED, State.UNVERIFIED, State.DAMAGED})


@dataclass(frozen=True, slots=True)
class Action:
    """words : on the button; params : of the run."""

    words: str
    dag_id: str
    params: Mapping[str, Any]

    @property
    def query(self) -> str:
        """For the address of the page that shows the run before it is started."""
        return urlencode({"dag_id": self.dag_id, "params": json.dumps(self.params, sort_keys=True)})


def actions_of(row: StateRow) -> tuple[Action, ...]:
    """What can be done about one data set; nothing where a person has to act elsewhere first."""
    where = placed(row)
    found = []
    if row.state in _LOOK_AGAIN and where:
        chosen = {"subjects": [where.subject], "dates": [where.day.isoformat()], "kinds": [row.data_set_type]}
        words = "Archive now" if row.state in (State.READY, State.FAILED) else "Look again"
        from_archive = TO_COPY in row.reason
        found.append(Action("Copy now", REPLICATE, chosen) if from_archive else Action(words, UPLOAD, chosen))
    if row.state is State.DAMAGED and where:
        chosen = {"subjects": [where.subject], "dates": [where.day.isoformat()], "kinds": [row.data_set_type]}
        found.append(Action("Look again", AUDIT, chosen))
    if row.state is State.DAMAGED and row.data_set:
        found.append(Action("Repair", REPAIR, {"data_sets": [row.data_set]}))
    if row.state in _HELD and row.data_set:
        found.append(Action("Bring back", RETRIEVE, {"data_sets": [row.data_set]}))
    if row.state in _UNDER_WAY and row.data_set:
        found.append(Action("Cancel", CANCEL, {"transfers": [row.data_set]}))
    return tuple(found)


def read_params(text: str) -> dict[str, Any] | None:
    """Params of an address; None if it is no JSON object."""
    try:
        params = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return params if isinstance(params, dict) else None
