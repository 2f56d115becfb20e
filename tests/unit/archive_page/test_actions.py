"""Each action is a run of one of our DAGs with params that its form accepts."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from session_archive.airflow_client.dag_ids import RETRIEVE
from session_archive.archive_page.actions import DAGS, actions_of, read_params
from session_archive.archive_page.csv_text import csv_text
from session_archive.archive_page.links import data_set_query
from session_archive.states.state import State, StateRow

ROW = StateRow(
    "raw-ephys",
    UUID(int=1),
    State.FAILED,
    session="SC022 2021-01-01 10:30",
    data_set="raw-ephys/SC022/2021-01-01",
)
ROOT = Path(__file__).resolve().parents[3]
DAG_FILES = ROOT / "dags"
#: Where the params of a DAG stand that its own file does not name.
FORMS = {RETRIEVE: ROOT / "plugins" / "archive_flow" / "spine" / "retrieve_params.py"}
#: It looks by itself; nobody starts it.
OWN_TIME = {"send_messages.py"}


def of(state: State) -> StateRow:
    return StateRow(ROW.data_set_type, ROW.target, state, session=ROW.session, data_set=ROW.data_set)


def test_the_dags_are_the_projects() -> None:
    assert {f"{dag_id}.py" for dag_id in DAGS} == {path.name for path in DAG_FILES.glob("*.py")} - OWN_TIME


@pytest.mark.parametrize("state", State)
def test_an_action_names_params_of_its_dag(state: State) -> None:
    for action in actions_of(of(state)):
        source = FORMS.get(action.dag_id, DAG_FILES / f"{action.dag_id}.py").read_text()
        assert action.params and all(f'"{name}": ' in source for name in action.params)
        query = parse_qs(action.query)
        assert query["dag_id"] == [action.dag_id] and read_params(query["params"][0]) == action.params


def test_what_is_archived_can_be_brought_back_and_is_not_sent_again() -> None:
    [action] = actions_of(of(State.ARCHIVED))
    assert (action.dag_id, action.params) == (RETRIEVE, {"data_sets": [ROW.data_set]})


def test_nothing_is_offered_for_what_a_person_decided_or_must_look_into() -> None:
    assert not actions_of(of(State.IGNORED)) and not actions_of(of(State.CHANGED))


@pytest.mark.parametrize("text", ["", "[1]", "{", '"x"', "[" * 100_000])
def test_params_are_an_object_or_nothing(text: str) -> None:
    assert read_params(text) is None
    assert read_params(json.dumps({"subjects": []})) == {"subjects": []}


def test_a_data_set_that_no_run_has_seen_is_found_by_its_session() -> None:
    assert parse_qs(data_set_query(ROW))["session"] == [ROW.session]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    rows = [("=1+1",), ("@x",), ("+1",), ("plain",), (-3,), (None,), ("a\x07b",)]
    assert csv_text(("a",), rows).split("\r\n") == [
        "a", "'=1+1", "'@x", "'+1", "plain", "-3", '""', "a\\x07b", "",
    ]  # fmt: skip
