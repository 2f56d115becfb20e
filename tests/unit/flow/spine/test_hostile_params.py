"""Texts that mean something to SQL, a shell, a path or a template mean nothing in a param."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from tests.unit.flow.spine.forms import accepts

from archive_flow.spine import params, retrieve_params
from session_archive.errors import ArchiveError
from session_archive.naming.conventions import load_conventions
from session_archive.request.file_choice import FileChoice
from session_archive.request.retrieval import RetrievalRequest
from session_archive.request.selection import Selection
from session_archive.states.decisions import find_session
from session_archive.states.state import LabSession

HOSTILE = [
    '"; DROP TABLE data_set; --', "' OR 1=1 --", "%", "_", "../..", "..", "/etc/passwd", "a\0b", "a\nb", "a\rb",
    "~", "$(reboot)", "{{ conn.archive_catalog.password }}", "\u202egnp.exe", "\uff12\uff10\uff12\uff11-01-01",
    "x" * 5000,
]  # fmt: skip
KINDS = ("raw-ephys", "raw-video")
SESSION = LabSession(
    uuid.UUID(int=1), {"subject_id": 440956, "session": 1}, "SC022", dt.date(2021, 1, 1), dt.time(10)
)
hostile = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


@pytest.mark.fault(59)
@hostile
@pytest.mark.parametrize("name", ["DATES", "DECISIONS"])
def test_a_form_refuses_what_can_mean_nothing_there(name: str, text: str) -> None:
    assert not accepts(getattr(params, name), [text])


@pytest.mark.fault(59)
@hostile
@pytest.mark.parametrize("name", ["DATA_SETS", "FILE_TYPES", "CAMERAS", "PROBES"])
def test_a_retrieval_refuses_it_before_it_runs_or_names_the_param(name: str, text: str) -> None:
    if not accepts(getattr(retrieve_params, name), [text]):
        return
    given = {name.lower(): [text]}
    with pytest.raises(ArchiveError, match=f"param {name.lower()}: ") as caught:
        FileChoice.from_params(given, conventions=load_conventions())
        RetrievalRequest.from_params(given, selection=Selection())
    assert str(caught.value).isprintable()


@pytest.mark.fault(59)
@hostile
def test_no_text_selects_another_subject(text: str) -> None:
    selection = Selection.from_params({"subjects": [text]}, kinds=KINDS)
    assert selection.subjects == {text.strip()}, "given texts narrow the selection, always"
    assert not selection.wants(subject="SC022", date=dt.date(2021, 1, 1))


@pytest.mark.fault(59)
@hostile
def test_no_text_means_a_session(text: str) -> None:
    if not accepts(retrieve_params.SESSIONS, [text]):
        assert len(text) > 640
        return
    with pytest.raises(ArchiveError, match="is not a session of the lab's pipeline") as caught:
        find_session(text, [SESSION])
    assert str(caught.value).isprintable()


@pytest.mark.fault(59)
@hostile
@pytest.mark.parametrize("given", ["dates", "kinds"])
def test_a_notebook_that_passes_no_form_gets_one_clear_line(given: str, text: str) -> None:
    with pytest.raises(ArchiveError, match=f"param {given}: ") as caught:
        Selection.from_params({given: [text]}, kinds=KINDS)
    assert str(caught.value).isprintable()


@pytest.mark.fault(59)
@hostile
def test_a_value_of_a_restriction_stays_a_value_and_one_too_long_is_refused(text: str) -> None:
    assert accepts(retrieve_params.RESTRICTION, {"subject": text}) is (len(text) <= 1024)
    if len(text) <= 1024:
        request = RetrievalRequest.from_params({"restriction": {"subject": text}}, selection=Selection())
        assert request.restriction == {"subject": text}
