"""What narrows a retrieval; all of the archive must be said."""

import datetime as dt
from typing import Any

import pytest

from session_archive.errors import ArchiveError
from session_archive.naming.session_name import DataSetName
from session_archive.request.retrieval import RetrievalRequest
from session_archive.request.selection import Selection

NAME = "raw-ephys/SC022/2019-08-08/1"


def request_of(params: dict[str, Any]) -> RetrievalRequest:
    selection = Selection.from_params(params, kinds=["a", "b"])
    return RetrievalRequest.from_params(params, selection=selection)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"restriction": {}, "data_sets": [], "sessions": None},
        {"kinds": ["a"]},
        {"file_types": ["*-bin"], "probes": [0], "limit": 3, "everything": False},
    ],
)
def test_nothing_is_refused_unless_everything_is_meant(params: dict[str, Any]) -> None:
    with pytest.raises(ArchiveError, match="everything = true"):
        request_of(params)
    assert request_of({**params, "everything": True}).everything


@pytest.mark.parametrize(
    "params",
    [
        {"subjects": ["SC022"]},
        {"dates": ["2019-08-08"]},
        {"sessions": ["SC022 2019-08-08 10:30"]},
        {"data_sets": [NAME]},
        {"restriction": {"subject": "SC022"}},
    ],
)
def test_each_of_these_alone_narrows_a_retrieval(params: dict[str, Any]) -> None:
    assert not request_of(params).everything


def test_each_param_is_kept_once_and_without_blanks() -> None:
    request = request_of(
        {
            "sessions": [" SC022 2019-08-08 10:30", "SC022 2019-08-08 10:30 ", "session=2"],
            "data_sets": [f" {NAME} ", NAME],
            "restriction": {"subject": "SC022"},
        }
    )
    assert request.sessions == ("SC022 2019-08-08 10:30", "session=2")
    assert request.data_sets == (DataSetName.parse(NAME),)
    assert request.restriction == {"subject": "SC022"}
    assert request.data_sets[0].session.date == dt.date(2019, 8, 8)


@pytest.mark.parametrize("text", ["SC022", f"{NAME}/2", NAME.upper().replace("RAW-EPHYS", "")])
def test_a_data_set_is_requested_by_its_exact_name(text: str) -> None:
    with pytest.raises(ArchiveError, match="param data_sets") as refused:
        request_of({"data_sets": [text]})
    assert repr(text) in str(refused.value)


def test_a_request_means_all_only_if_it_says_so() -> None:
    assert not RetrievalRequest().everything
