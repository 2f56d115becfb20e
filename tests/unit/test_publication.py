"""The Python door hands each param on that a console command has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from typer.testing import CliRunner

from session_archive import publication
from session_archive.airflow_client import flows
from session_archive.cli.main import build
from session_archive.errors import ArchiveError

Started = dict[str, Mapping[str, Any]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The params of each run that was started, by DAG."""
    found: Started = {}

    def start(dag_id: str, params: Mapping[str, Any], *, wait: bool) -> object:
        found[dag_id] = params
        return object()

    for module in (publication, flows):
        monkeypatch.setattr(module, "start", start)
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


class Table:
    """A link table as DataJoint gives it."""

    data_set_type = "raw-ephys"

    def __init__(self, restriction: object = ()) -> None:
        self.restriction = restriction


def test_populate_publishes_its_kind(started: Started) -> None:
    publication._populate_type(Table())
    assert started["upload_sessions"]["kinds"] == ["raw-ephys"]
    publication._populate_type(Table(), subjects=["SC022"], dry_run=True)
    assert started["upload_sessions"]["subjects"] == ["SC022"] and started["upload_sessions"]["dry_run"]


@pytest.mark.parametrize(
    ("table", "restrictions", "options", "words"),
    [
        (Table(["session = 1"]), (), {}, "a restriction means nothing here"),
        (Table(), ({"subject_id": 407513},), {}, "a restriction means nothing here"),
        (Table(), (), {"display_progress": True}, "display_progress means nothing here"),
    ],
)
def test_populate_refuses_what_it_would_ignore(
    started: Started, table: Table, restrictions: tuple[object, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ArchiveError, match=words):
        publication._populate_type(table, *restrictions, **options)
    assert started == {}


def test_publication_publish_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    started: Started = {}
    where = "session_archive.cli.publication_publish.run_dag"
    monkeypatch.setattr(where, lambda dag_id, params, **_: started.update({dag_id: params}))
    assert CliRunner().invoke(build(), ["publication-publish", "--dry-run"]).exit_code == 0
    assert started == {"upload_sessions": {"dry_run": True}}


def test_without_airflow_the_login_says_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "find_spec", lambda _: None)
    with pytest.raises(ArchiveError, match="run `session-archive login` on the machine of Airflow"):
        publication.GlobusStorageManager()
