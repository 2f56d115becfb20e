"""Which decisions are in force, and which session a person means."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import ArchiveError
from session_archive.states.decisions import Decision, Verdict, find_session, kept_at_rig, standing
from session_archive.states.state import LabSession

FOLDER = Decision(Verdict.SESSION, place="rig1", directory="SC022/a", session="SC022 2021-01-01", why="notes")
DATA_SET = Decision(Verdict.ACCEPT_WITHOUT_CHECKSUM, data_set="raw-ephys/SC022/2021-01-01", file="a.bin")

decisions = st.builds(
    Decision,
    st.sampled_from(Verdict),
    data_set=st.sampled_from(["raw-ephys/SC022/2021-01-01", "raw-ephys/SC022/2021-01-02"]),
    file=st.sampled_from(["", "a.bin", "b.bin"]),
    why=st.integers().map(str),
)


KEEPING = (Verdict.KEEP, Verdict.KEEP_NO_LONGER)


@given(st.lists(decisions, max_size=12))
def test_the_newest_of_a_kind_is_in_force_unless_it_was_withdrawn_later(made: list[Decision]) -> None:
    in_force = standing(made)

    def kind(decision: Decision) -> tuple[str, ...]:
        if decision.verdict in KEEPING:
            return (decision.data_set, "keep")
        one_of = decision.verdict in (Verdict.SESSION, Verdict.IGNORE)
        return (decision.data_set, "") if one_of else (decision.data_set, decision.verdict, decision.file)

    expected = {
        kind(decision): decision
        for position, decision in enumerate(made)
        if decision.verdict is not Verdict.WITHDRAW
        and not any(
            # What was accepted is withdrawn; that says nothing about the rig.
            decision.verdict not in KEEPING
            and later.verdict is Verdict.WITHDRAW
            and later.target == decision.target
            for later in made[position + 1 :]
        )
    }
    assert sorted(in_force, key=repr) == sorted(expected.values(), key=repr)


def test_a_folder_of_a_session_is_no_longer_ignored() -> None:
    ignored = replace(FOLDER, verdict=Verdict.IGNORE)
    assert standing([ignored, FOLDER]) == (FOLDER,)
    assert standing([FOLDER, ignored]) == (ignored,)


def test_decisions_about_two_files_of_a_data_set_are_both_in_force() -> None:
    other = replace(DATA_SET, file="b.bin")
    send_again = replace(DATA_SET, verdict=Verdict.SEND_AGAIN)
    assert standing([DATA_SET, other, send_again]) == (DATA_SET, other, send_again)


def test_withdrawing_concerns_its_own_target_only() -> None:
    withdrawn = Decision(Verdict.WITHDRAW, data_set=DATA_SET.data_set)
    assert standing([DATA_SET, FOLDER, withdrawn]) == (FOLDER,)
    assert standing([withdrawn, DATA_SET]) == (DATA_SET,)


@pytest.mark.parametrize(
    ("decision", "target"),
    [
        (FOLDER, "rig1:SC022/a"),
        (replace(FOLDER, data_set="raw-ephys/SC022/2021-01-01"), "rig1:SC022/a"),
        (DATA_SET, "raw-ephys/SC022/2021-01-01"),
        (Decision(Verdict.IGNORE, session_id=uuid.UUID(int=1)), str(uuid.UUID(int=1))),
        (
            Decision(Verdict.IGNORE, session_id=uuid.UUID(int=1), data_set_type="raw-video"),
            f"{uuid.UUID(int=1)} raw-video",
        ),
    ],
)
def test_a_decision_names_its_folder_its_data_set_or_its_session(decision: Decision, target: str) -> None:
    assert decision.target == target


@pytest.mark.parametrize("verdict", Verdict)
def test_a_decision_says_who_when_and_why(verdict: Verdict) -> None:
    made = replace(
        FOLDER, verdict=verdict, decided_by="ann", decided_at=dt.datetime(2021, 1, 2, tzinfo=dt.UTC)
    )
    assert made.words.endswith(" by ann on 2021-01-02: notes")
    assert (FOLDER.session in made.words) == (verdict is Verdict.SESSION)
    nobody = replace(FOLDER, verdict=verdict).words
    assert "2021-01-02" not in nobody
    assert " by ann" not in nobody


def lab_session(number: int, subject: str, hour: int | None) -> LabSession:
    time = None if hour is None else dt.time(hour, 30)
    key = {"subject_id": 456772, "session": number}
    return LabSession(uuid.UUID(int=number), key, subject, dt.date(2021, 1, 1), time)


FIRST, SECOND, SAME = lab_session(1, "SC022", 10), lab_session(2, "SC022", 11), lab_session(3, "SC022", 11)


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("SC022 2021-01-01 10:30", FIRST),
        ("subject_id=456772, session=2", SECOND),
        (" session = 3 ,subject_id=456772", SAME),
    ],
)
def test_a_session_is_found_by_its_short_form_or_its_whole_key(text: str, session: LabSession) -> None:
    assert find_session(text, [FIRST, SECOND, SAME]) is session
    assert find_session(text, [FIRST, SECOND, SAME] * 2) is session, "listed twice, it is one session"


@pytest.mark.parametrize(
    "text",
    [
        "SC022 2021-01-01 09:30",
        "sc022 2021-01-01 10:30",
        "subject_id=456772",
        "subject_id=456772, session=4",
        "subject_id=456772, session",
        "",
    ],
)
def test_a_text_that_is_no_session_is_refused(text: str) -> None:
    with pytest.raises(ArchiveError) as refused:
        find_session(text, [FIRST, SECOND])
    assert repr(text) in str(refused.value)
    assert "expected" in str(refused.value), "it says how a session is written"


def test_a_short_form_may_look_like_a_part_of_a_key() -> None:
    odd = lab_session(4, "A=1, B", None)
    assert find_session("A=1, B 2021-01-01", [FIRST, odd]) is odd


def test_two_sessions_of_one_short_form_are_named_by_their_keys() -> None:
    with pytest.raises(ArchiveError) as refused:
        find_session("SC022 2021-01-01 11:30", [FIRST, SECOND, SAME])
    assert "subject_id=456772, session=2; subject_id=456772, session=3" in str(refused.value)


def test_a_data_set_is_kept_at_its_rig_until_a_later_decision() -> None:
    keep = replace(DATA_SET, verdict=Verdict.KEEP, decided_by="ann", why="figure 3")
    no_longer = replace(keep, verdict=Verdict.KEEP_NO_LONGER)
    assert kept_at_rig([]) == kept_at_rig([keep, no_longer]) == kept_at_rig([DATA_SET]) == ""
    assert kept_at_rig([no_longer, keep]) == "kept at the rig by ann: figure 3"
