"""Which folder belongs to which session: certain by name, or not decided."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import hypothesis
import pytest
from hypothesis import strategies as st

from session_archive.errors import ArchiveError
from session_archive.listing import Folder
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.sessions import Matching, SourceFolder, match
from session_archive.states.decisions import Decision, Verdict, find_session, standing
from session_archive.states.state import LabSession, State

DAY = dt.date(2019, 11, 12)


def lab_session(number: int, *, subject: str = "SC033", hour: int | None = None) -> LabSession:
    return LabSession(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{subject}{number}"),
        key={"subject_id": 456772, "session": number},
        subject=subject,
        date=DAY,
        time=dt.time(hour if hour is not None else 9 + number),
    )


def folder(
    ident: str = "", *, subject: str = "SC033", place: str = "rig1", date: str = "111219"
) -> SourceFolder:
    name = DataSetName("raw-ephys", SessionName(subject, DAY, ident))
    tail = f"_{ident}" if ident else ""
    layout, spelling = ("E1", "%m%d%y") if len(date) == 6 else ("E2", "%Y%m%d")
    return SourceFolder(place, Folder(name, f"{subject}/catgt_{subject}_{date}{tail}_g0", layout, spelling))


def given(found: SourceFolder, session: LabSession) -> Decision:
    return Decision(
        Verdict.SESSION,
        place=found.place,
        directory=found.folder.directory,
        session_id=session.id,
        session=str(session),
        decided_by="ann",
        why="the notebook says so",
    )


def ignored(found: SourceFolder) -> Decision:
    return Decision(
        Verdict.IGNORE, place=found.place, directory=found.folder.directory, decided_by="ann", why="a test"
    )


def at(hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute, second))


def ends(matching: Matching) -> list[SourceFolder | State | None]:
    return [claim.found or claim.state for claim in matching.claims]


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
        (2, [""], "knows 2 session(s) of that day"),
        (1, ["", "1"], "knows 1 session"),
        (2, ["1"], "is missing"),
        (2, ["", "surface"], "'surface'"),
        (2, ["", "0"], "'0'"),
        (2, ["", "01"], "'01'"),
        (2, ["", "2"], "one is session 3 by its number"),
    ],
)
def test_a_day_that_names_do_not_settle_is_ambiguous_as_a_whole(
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


def test_word_missing_sibling_capitals_and_spellings_are_distinguished() -> None:
    reasons = [
        match([lab_session(1)], folders).claims[0].reason.split(";")[0]
        for folders in (
            [folder(), folder("surface")],
            [folder("1")],
            [folder(subject="sc033")],
            [folder(), folder(date="20191112")],
            [folder(), folder(place="rig2")],
            [folder(), folder("1")],
        )
    ]
    assert reasons == [
        "'surface' does not say which session of the day it is",
        "there is a numbered folder, but the first, unnumbered folder is missing",
        "the folder's subject is 'sc033', the lab's pipeline has 'SC033': they differ in upper and lower case",
        "two folders are of the same day, with its date spelled in two ways",
        "2 places have a folder with the same session name",
        "2 folders, but the lab's pipeline knows 1 session(s) of that day, and one is session 2 by its number",
    ]


def test_other_capitals_do_not_disturb_a_folder_of_the_right_name() -> None:
    matching = match([lab_session(1)], [folder(), folder(subject="sc033")])
    assert ends(matching) == [folder()]
    assert matching.unclaimed == (folder(subject="sc033"),)


@pytest.mark.parametrize(("seconds", "settled"), [(-121, False), (-120, True), (120, True), (121, False)])
def test_a_day_that_names_do_not_settle_goes_by_start_time_within_two_minutes(
    seconds: int, settled: bool
) -> None:
    started = {folder(): at(10) + dt.timedelta(seconds=seconds)}
    first, second = match([lab_session(1), lab_session(2, hour=16)], [folder()], started=started).claims
    if settled:
        assert (first.found, second.state, second.reason) == (folder(), State.NOT_FOUND, "no such folder")
    else:
        assert {first.state, second.state} == {State.AMBIGUOUS}
        assert "began 2019-11-12" in first.reason


def test_a_session_with_behaviour_only_blocks_nothing() -> None:
    sessions = [lab_session(number, hour=8 + number) for number in range(3)]
    for number in range(3):
        claims = match(sessions, [folder()], started={folder(): at(8 + number, 1)}).claims
        assert [claim.found for claim in claims] == [folder() if k == number else None for k in range(3)]
        assert {claim.state for claim in claims if not claim.found} == {State.NOT_FOUND}


def test_a_word_is_settled_by_start_time() -> None:
    surface = folder("surface")
    started = {surface: at(10, 1), folder(): at(11, 0)}
    assert ends(match([lab_session(1), lab_session(2)], [folder(), surface], started=started)) == [
        surface,
        folder(),
    ]


def test_start_times_settle_some_folders_and_the_rest_stays_ambiguous() -> None:
    surface = folder("surface")
    sessions = [lab_session(1), lab_session(2)]
    one, two = match(sessions, [folder(), surface], started={folder(): at(11)}).claims
    assert (one.state, one.candidates, two.found) == (State.AMBIGUOUS, (surface,), folder())
    assert folder().where not in one.reason
    (only,) = match([lab_session(2)], [folder(), surface], started={folder(): at(11)}).claims
    assert only.found == folder()
    assert match([lab_session(2)], [folder(), surface], started={folder(): at(11)}).unclaimed == (surface,)


def test_start_times_that_fit_twice_settle_nothing() -> None:
    surface = folder("surface")
    close = [lab_session(1, hour=10), lab_session(2, hour=10)]
    assert set(ends(match(close, [surface], started={surface: at(10)}))) == {State.AMBIGUOUS}
    both = {folder(): at(10), surface: at(10, 1)}
    matching = match([lab_session(1)], [folder(), surface], started=both)
    assert ends(matching) == [State.AMBIGUOUS]
    assert set(matching.candidates) == {folder(), surface}


def test_a_certain_name_is_not_overruled_by_a_clock() -> None:
    assert ends(match([lab_session(1)], [folder()], started={folder(): at(23)})) == [folder()]


def test_a_folder_goes_to_the_session_that_a_person_gave_it_and_leaves_the_day_certain() -> None:
    surface, (one, two) = folder("surface"), (lab_session(1), lab_session(2))
    assert ends(match([one, two], [folder(), surface])) == [State.AMBIGUOUS] * 2
    for to, expected in ((one, [surface, folder()]), (two, [folder(), surface])):
        assert ends(match([one, two], [folder(), surface], decisions=[given(surface, to)])) == expected


def test_a_folder_of_another_day_can_be_given_to_a_session() -> None:
    session = lab_session(1, subject="SC099")
    assert ends(match([session], [folder()], decisions=[given(folder(), session)])) == [folder()]


def test_the_newest_decision_counts_and_can_be_withdrawn() -> None:
    surface, (one, two) = folder("surface"), (lab_session(1), lab_session(2))
    history = [given(surface, one), ignored(surface), given(surface, two)]
    assert standing(history) == (history[-1],)
    assert ends(match([one, two], [folder(), surface], decisions=history)) == [folder(), surface]
    history.append(replace(history[0], verdict=Verdict.WITHDRAW))
    assert standing(history) == ()
    assert ends(match([one, two], [folder(), surface], decisions=history)) == [State.AMBIGUOUS] * 2


def test_a_given_folder_that_is_missing_is_named_and_two_for_one_session_are_ambiguous() -> None:
    session, surface = lab_session(1), folder("surface")
    (claim,) = match([session], [], decisions=[given(surface, session)]).claims
    assert claim.state is State.NOT_FOUND
    assert claim.reason.startswith(f"not among the recordings that were found: {surface.where} was")
    assert "ann" in claim.reason
    both = [given(surface, session), given(folder(), session)]
    (claim,) = match([session], [folder(), surface], decisions=both).claims
    assert claim.state is State.AMBIGUOUS
    assert surface.where in claim.reason


def test_an_ignored_folder_leaves_the_other_one_certain() -> None:
    surface = folder("surface")
    matching = match([lab_session(1)], [folder(), surface], decisions=[ignored(surface)])
    assert ends(matching) == [folder()]
    assert [found for found, _ in matching.ignored] == [surface]
    assert matching.unclaimed == ()


@pytest.mark.parametrize(
    ("idents", "set_aside", "expected"),
    [
        ([""], "", [State.IGNORED]),
        (["", "1"], "1", [folder(), State.IGNORED]),
        (["", "1"], "", [State.IGNORED, folder("1")]),
    ],
)
def test_the_session_of_an_ignored_folder_is_ignored(
    idents: list[str], set_aside: str, expected: list[SourceFolder | State]
) -> None:
    sessions = [lab_session(number) for number, _ in enumerate(idents)]
    matching = match(sessions, [folder(ident) for ident in idents], decisions=[ignored(folder(set_aside))])
    assert ends(matching) == expected
    assert "ignored by ann: a test" in next(c.reason for c in matching.claims if c.state is State.IGNORED)


def test_a_session_can_be_ignored_without_a_folder() -> None:
    behaviour, recorded = lab_session(1), lab_session(2)
    decision = Decision(Verdict.IGNORE, session_id=behaviour.id, decided_by="ann", why="behaviour only")
    assert ends(match([behaviour, recorded], [folder()], decisions=[decision])) == [State.IGNORED, folder()]


@pytest.mark.parametrize(
    "text", ["SC033 2019-11-12 10:00", "subject_id=456772, session=1", " session = 1,subject_id=456772"]
)
def test_a_person_names_a_session_by_its_words_or_its_key(text: str) -> None:
    assert find_session(text, [lab_session(2), lab_session(1)]) == lab_session(1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SC033 2019-11-12", "not a session of the lab's pipeline"),
        ("session=1", "its whole key"),
        ("", "not a session"),
        ("SC033 2019-11-12 08:00", "means 2 sessions.*session=7; .*session=8"),
    ],
)
def test_a_session_that_is_not_exactly_one_is_refused(text: str, words: str) -> None:
    twins = [lab_session(7, hour=8), lab_session(8, hour=8)]
    with pytest.raises(ArchiveError, match=words):
        find_session(text, [lab_session(1), *twins])


IDENTS = st.sampled_from(["", "1", "2", "3", "0", "surface", "01", "²"])


@hypothesis.given(
    sessions=st.integers(0, 5),
    existing=st.lists(
        st.builds(
            folder,
            IDENTS,
            place=st.sampled_from(["rig1", "rig2"]),
            subject=st.sampled_from(["SC033", "sc033", "SC034"]),
            date=st.sampled_from(["111219", "20191112"]),
        ),
        max_size=6,
        unique=True,
    ),
    data=st.data(),
)
def test_every_session_is_claimed_once_and_every_folder_has_one_place(
    sessions: int, existing: list[SourceFolder], data: st.DataObject
) -> None:
    expected = [lab_session(number) for number in range(sessions)]
    hours = st.one_of(st.none(), st.integers(9, 15).map(at))
    started = {found: start for found in existing if (start := data.draw(hours))}
    verdicts: list[Callable[[SourceFolder], Decision]] = [
        ignored,
        *(partial(given, session=session) for session in expected),
    ]
    decisions = [
        data.draw(st.sampled_from(verdicts))(found) for found in existing if data.draw(st.integers(0, 3)) == 0
    ]
    matching = match(expected, existing, decisions=decisions, started=started)
    assert [claim.session.id for claim in matching.claims] == [
        session.id for session in sorted(expected, key=lambda each: each.time)
    ]
    assert all((claim.found is None) != (claim.state is None) for claim in matching.claims)
    taken = [claim.found for claim in matching.claims if claim.found]
    elsewhere = [*matching.unclaimed, *matching.candidates, *(found for found, _ in matching.ignored)]
    placed = [*taken, *elsewhere]
    assert len(set(placed)) == len(placed)
    missing = set(existing) - set(placed)
    assert all("given to this one session" in "".join(c.reason for c in matching.claims) for _ in missing)


def test_an_ignored_folder_of_another_day_says_nothing_about_this_one() -> None:
    name = DataSetName("raw-ephys", SessionName("SC033", DAY + dt.timedelta(days=1)))
    other = SourceFolder("rig1", Folder(name, "SC033/catgt_SC033_111319_g0", "E1"))
    (claim,) = match([lab_session(1)], [other], decisions=[ignored(other)]).claims
    assert (claim.state, claim.decided) == (State.NOT_FOUND, False)


def test_claims_are_in_the_order_of_subjects_days_and_times() -> None:
    sessions = [lab_session(2), lab_session(1, subject="SC034"), lab_session(1)]
    claims = match(sessions, []).claims
    assert [claim.session for claim in claims] == [sessions[2], sessions[0], sessions[1]]


@pytest.mark.parametrize(("in_lab", "on_rig"), [("SC033", "sc033"), ("sc033", "SC033")])
def test_a_folder_with_other_capitals_is_a_candidate(in_lab: str, on_rig: str) -> None:
    (claim,) = match([lab_session(1, subject=in_lab)], [folder(subject=on_rig)]).claims
    assert (claim.state, claim.candidates) == (State.AMBIGUOUS, (folder(subject=on_rig),))


def test_only_a_decision_to_ignore_ignores_a_session() -> None:
    session = lab_session(1)
    again = Decision(Verdict.SEND_AGAIN, session_id=session.id)
    (claim,) = match([session], [], decisions=[again]).claims
    assert claim.state is State.NOT_FOUND
    (claim,) = match([session], [], decisions=[replace(again, verdict=Verdict.IGNORE)]).claims
    assert (claim.state, claim.decided) == (State.IGNORED, True)
    (claim,) = match([session], [folder()], decisions=[given(folder(), session)]).claims
    assert (claim.found, claim.decided) == (folder(), True)
