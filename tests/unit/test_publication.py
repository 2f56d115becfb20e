"""The Python door hands each param on that a console command has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from session_archive import publication
from session_archive.errors import ArchiveError

Started = dict[str, Mapping[str, Any]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The params of each run that was started, by DAG."""
    found: Started = {}

    def start(dag_id: str, params: Mapping[str, Any], *, wait: bool) -> object:
        found[dag_id] = params
        return object()

    monkeypatch.setattr(publication, "start", start)
    return found


@pytest.mark.parametrize(
    ("door", "dag_id"),
    [(publication.publish, "upload_sessions"), (publication.discover, "discover_sessions")],
)
def test_a_person_may_accept_what_is_missing(started: Started, door: Callable[..., Any], dag_id: str) -> None:
    door(accept_missing=("archive", "rig1"), dry_run=True)
    assert started[dag_id]["accept_missing"] == ["archive", "rig1"]
    door(dry_run=True)
    assert started[dag_id]["accept_missing"] == []
    with pytest.raises(ArchiveError, match=r"accept_missing='rig1' is a single text; expected a list"):
        door(accept_missing="rig1")
