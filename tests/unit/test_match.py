"""Which folder holds which session: certain by name, or not decided."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.listing import Folder
from session_archive.match import SourceFolder, match
from session_archive.names import DataSetName, SessionName
from session_archive.states import LabSession, State

DAY = dt.date(2019, 11, 12)


def lab_session(number: int, *, subject: str = "SC033", hour: int | None = None) -> LabSession:
    return LabSession(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{subject}{number}"),
        key={"subject_id": 456772, "session": number},
        subject=subject,
        date=DAY,
        time=dt.time(hour if hour is not None else 9 + number),
    )


def folder(ident: str = "", *, subject: str = "SC033", place: str = "rig1") -> SourceFolder:
    name = DataSetName("raw-ephys", SessionName(subject, DAY, ident))
    tail = f"_{ident}" if ident else ""
    return SourceFolder(place, Folder(name, f"{subject}/catgt_{subject}_111219{tail}_g0", "E1"))


def test_one_session_takes_the_one_unnumbered_folder() -> None:
    (claim,) = match([lab_session(1)], [folder()]).claims
    assert claim.found == folder()
    assert claim.state is None


def test_the_numbered_folder_is_the_second_session_by_start_time_not_by_number() -> None:
    late, early = lab_session(1, hour=16), lab_session(2, hour=9)
    found = {claim.session.id: claim.found for claim in match([late, early], [folder("1"), folder()]).claims}
    assert found == {early.id: folder(), late.id: folder("1")}


def test_a_session_without_folder_names_the_folder_that_it_would_have() -> None:
    claims = match([lab_session(1), lab_session(2), lab_session(3)], [folder(), folder("1")]).claims
    assert [claim.state for claim in claims] == [None, None, State.NOT_FOUND]
    assert claims[2].expected == SessionName("SC033", DAY, "2")


@pytest.mark.parametrize(
    ("sessions", "idents", "words"),
    [
        (2, [""], "2 sessions on that day"),
        (1, ["", "1"], "knows 1 session"),
        (2, ["1"], "is missing"),
        (2, ["", "surface"], "'surface'"),
        (2, ["", "0"], "'0'"),
        (2, ["", "01"], "'01'"),
        (2, ["", "2"], "knows 2 session"),
    ],
)
def test_what_names_do_not_settle_is_ambiguous_for_the_whole_day(
    sessions: int, idents: list[str], words: str
) -> None:
    folders = [folder(ident) for ident in idents]
    matching = match([lab_session(number) for number in range(sessions)], folders)
    assert {claim.state for claim in matching.claims} == {State.AMBIGUOUS}
    assert all(words in claim.reason and folders[0].where in claim.reason for claim in matching.claims)
    assert matching.unclaimed == ()


def test_the_same_session_on_two_rigs_is_ambiguous() -> None:
    (claim,) = match([lab_session(1)], [folder(place="rig1"), folder(place="rig2")]).claims
    assert claim.state is State.AMBIGUOUS
    assert "rig1:" in claim.reason
    assert "rig2:" in claim.reason


def test_a_folder_of_a_day_without_sessions_is_unclaimed() -> None:
    matching = match([lab_session(1)], [folder(), folder(subject="SC034")])
    assert [found.folder.data_set.session.subject for found in matching.unclaimed] == ["SC034"]


@given(
    sessions=st.integers(0, 5),
    idents=st.lists(st.sampled_from(["", "1", "2", "3", "0", "surface", "01", "²"]), max_size=6),
)
def test_every_expected_session_is_claimed_exactly_once_and_no_folder_twice(
    sessions: int, idents: list[str]
) -> None:
    expected = [lab_session(number) for number in range(sessions)]
    matching = match(expected, [folder(ident) for ident in idents])
    assert sorted(claim.session.id for claim in matching.claims) == sorted(session.id for session in expected)
    taken = [claim.found for claim in matching.claims if claim.found]
    assert len({found.where for found in taken}) == len(taken)
    assert all((claim.found is None) != (claim.state is None) for claim in matching.claims)
