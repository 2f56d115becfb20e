"""UPLOAD: what becomes of a session, table by table."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.unit.assess.samples import (
    DIRECTORY,
    NAME,
    OTHER,
    claim,
    coverage,
    known,
    manifest,
    replica,
    unlisted,
)

from session_archive.assess.known import Known
from session_archive.assess.on_rig import (
    CameLater,
    Mismatch,
    Step,
    after_listing_to_prove,
    changed_before_proof,
    compare_again,
    find_mismatch,
    judge_claim,
    next_step,
    to_compare,
)
from session_archive.assess.verdict import Assessment, KnownDataSet, Leave, Record, Transfer
from session_archive.fixity.manifest import Manifest
from session_archive.listing.unlisted import Unlisted
from session_archive.recording.cataloged import ReplicaInfo
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State
from session_archive.transfers.place_in_doubt import refused_words
from session_archive.transfers.submission import MISMATCH, End, Outcome, Submission

ARCHIVED = Record(
    State.ARCHIVED, "on the rig: no such folder", of=KnownDataSet(NAME, DIRECTORY, n_files=7, n_bytes=700)
)


def test_a_folder_that_was_listed_whole_decides() -> None:
    assert judge_claim(claim(), known(), coverage(unlisted("rig2"))) is None


def test_a_folder_whose_parts_may_be_hidden_waits_unless_it_is_in_the_archive() -> None:
    hidden = coverage(unlisted("rig1", "SC022"))
    assert judge_claim(claim(), known(), hidden) == Record(
        State.WAITING,
        "parts of it may be in rig1:SC022, which could not be listed: it is switched off",
    )
    assert judge_claim(claim(), known(replica(verified=False)), hidden) == Leave()


@pytest.mark.parametrize(
    ("of_type", "of", "expected"),
    [
        (known(), [], Record(State.NOT_FOUND, "no such folder")),
        # It may be where this run did not list.
        (known(), [unlisted("rig2")], Leave()),
        (known(replica(), linked=NAME), [unlisted("rig2")], Leave()),
        # Another catalog records it: discovery looks for it.
        (known(imported=True), [], Leave()),
        # An archived data set stays archived when its rig is cleaned up.
        (known(replica(), linked=NAME), [], ARCHIVED),
        (known(replica(), linked=NAME, imported=True), [], ARCHIVED),
        # A person was given a list by which to delete it.
        (
            known(replica(), linked=NAME, released={NAME.id: "released on 2026-01-02 by ann"}),
            [],
            replace(ARCHIVED, reason="on the rig: no such folder; released on 2026-01-02 by ann"),
        ),
        # What is not proven yet says nothing of a rig without its folder.
        (known(replica(verified=False), linked=NAME), [], Leave()),
        # Its data set is at no place, or not linked to the session.
        (known(linked=NAME), [], Record(State.NOT_FOUND, "no such folder")),
        (known(replica()), [], Record(State.NOT_FOUND, "no such folder")),
        (known(replica(), linked=OTHER), [], Record(State.NOT_FOUND, "no such folder")),
    ],
)
def test_a_session_without_a_folder(of_type: Known, of: list[Unlisted], expected: Assessment) -> None:
    assert judge_claim(claim(State.NOT_FOUND), of_type, coverage(*of)) == expected


def test_a_folder_that_a_person_gave_may_be_anywhere() -> None:
    elsewhere = coverage(unlisted("rig2", "SC099"))
    assert judge_claim(claim(State.NOT_FOUND, decided=True), known(), elsewhere) == Leave()
    assert judge_claim(claim(State.NOT_FOUND), known(), elsewhere) == Record(
        State.NOT_FOUND, "no such folder"
    )


@pytest.mark.parametrize("state", [State.AMBIGUOUS, State.IGNORED])
def test_other_states_than_not_found_hold_wherever_a_run_has_looked(state: State) -> None:
    for of_type in (known(), known(imported=True)):
        assert judge_claim(claim(state), of_type, coverage(unlisted("rig2"))) == Record(
            state, "no such folder"
        )


def test_an_ignored_session_is_ignored_though_it_is_archived_and_an_ambiguous_one_is_archived() -> None:
    archived = known(replica(), linked=NAME)
    assert judge_claim(claim(State.IGNORED), archived, coverage()) == Record(State.IGNORED, "no such folder")
    assert judge_claim(claim(State.AMBIGUOUS), archived, coverage()) == ARCHIVED


@pytest.mark.parametrize(
    ("of", "accepted", "step"),
    [
        (None, False, Step.LIST),
        (replica(), False, Step.COMPARE),
        (replica(), True, Step.COMPARE),
        (replica(found_by="discover"), False, Step.COMPARE),
        (replica(verified=False), False, Step.PROVE),
        (replica(verified=False), True, Step.LIST),
        (replica(verified=False, found_by="discover"), False, Step.READ),
        (replica(verified=False, found_by="discover"), True, Step.LIST),
    ],
)
def test_the_step_that_a_replica_leads_to(of: ReplicaInfo | None, accepted: bool, step: Step) -> None:
    assert next_step(of, accepted=accepted, route="upload") is step


def test_only_other_files_than_the_archived_ones_have_to_be_compared() -> None:
    on_rig = manifest(a=1)
    assert to_compare(replica(), on_rig) == on_rig
    assert to_compare(replace(replica(), manifest_id=on_rig.id), on_rig) is None


@pytest.mark.parametrize(
    ("on_rig", "expected"),
    [
        (manifest(a=1, b=2), Record(State.ARCHIVED)),
        (manifest(a=1), Record(State.ARCHIVED)),
        (manifest(a=1, b=2, c=3, d=4), CameLater("2 files came later, such as c.bin")),
        (
            manifest(a=1, c=3),
            Record(
                State.ARCHIVED,
                "1 files came later, such as c.bin: not archived, since others are no longer on the rig",
            ),
        ),
    ],
)
def test_an_archived_data_set_is_compared_with_its_rig(
    on_rig: Manifest, expected: Record | CameLater
) -> None:
    assert compare_again(archived=manifest(a=1, b=2), on_rig=on_rig) == expected


@pytest.mark.parametrize("on_rig", [manifest(a=9, b=2), manifest(a=9, b=2, c=3), manifest(a=9)])
def test_a_changed_raw_file_is_an_alarm_whatever_else_came_or_went(on_rig: Manifest) -> None:
    compared = compare_again(archived=manifest(a=1, b=2), on_rig=on_rig)
    assert isinstance(compared, Record)
    assert compared.state is State.CHANGED
    assert compared.reason.startswith("changed on the rig after archiving: a.bin: 1 bytes of ")


@pytest.mark.parametrize(
    ("of_files", "expected"),
    [
        (Transfer(), Transfer()),
        (Leave(), Leave()),
        (Record(State.REFUSED, "too many"), Record(State.REFUSED, "too many")),
        (Record(State.WAITING, "a grows"), Record(State.ARCHIVED, "1 came later: waiting: a grows")),
        (Record(State.EMPTY, "no file"), Record(State.ARCHIVED, "1 came later: empty: no file")),
    ],
)
def test_files_that_came_later_wait_while_the_data_set_stays_archived(
    of_files: Assessment, expected: Assessment
) -> None:
    assert CameLater("1 came later").after_listing(of_files) == expected


def test_what_was_sent_is_proven_only_by_the_same_files_on_the_rig() -> None:
    sent = manifest(a=1, b=2)
    assert changed_before_proof(archived=sent, on_rig=sent) is None
    assert changed_before_proof(archived=sent, on_rig=manifest(a=1)) is None, "a rig is cleaned up"
    changed = changed_before_proof(archived=sent, on_rig=manifest(a=1, b=3))
    assert changed is not None and changed.state is State.CHANGED
    assert changed.reason.startswith("changed on the rig before it was proven: b.bin: 2 bytes of ")


@pytest.mark.parametrize(
    ("of_files", "expected"),
    [
        (Transfer(), Transfer()),
        (Record(State.REFUSED, "too many"), Record(State.REFUSED, "too many")),
        (Record(State.WAITING, "a grows"), Leave()),
    ],
)
def test_a_wait_on_the_rig_says_nothing_of_a_copy_that_is_to_be_proven(
    of_files: Assessment, expected: Assessment
) -> None:
    assert after_listing_to_prove(of_files) == expected


SENT_AT = dt.datetime(2021, 1, 2, 2, 0, tzinfo=dt.UTC)
SENT = Submission(
    submission_id=uuid.UUID(int=1),
    data_set_id=NAME.id,
    data_set=str(NAME),
    route="upload",
    source="rig1",
    destination="archive-ephys",
    manifest_id="m1",
    items=("a.bin",),
    resumes=False,
    label="",
    begun_at=SENT_AT,
)
WRONG = Outcome(End.FAILED, f"{MISMATCH}: a.bin")


def test_the_last_copy_of_these_files_had_another_checksum() -> None:
    other_files = replace(SENT, manifest_id="m0")
    mismatches: list[list[tuple[Submission, Outcome | None]]] = [
        [(SENT, WRONG)],
        [(other_files, None), (SENT, WRONG)],
    ]
    for attempts in mismatches:
        reason = refused_words(WRONG.detail, SENT.destination)
        assert find_mismatch(attempts, manifest_id="m1") == Mismatch(SENT, reason)
    others: list[list[tuple[Submission, Outcome | None]]] = [
        [],
        [(SENT, None)],
        [(SENT, Outcome(End.FAILED, "no such collection"))],
        [(SENT, Outcome(End.SUCCEEDED))],
        [(other_files, WRONG)],
        [(SENT, WRONG), (SENT, None)],
        [(SENT, WRONG), (SENT, Outcome(End.LOST, "forgotten"))],
    ]
    for attempts in others:
        assert find_mismatch(attempts, manifest_id="m1") is None


def decision(verdict: Verdict, *, hours: int | None = None) -> Decision:
    at = None if hours is None else SENT_AT + dt.timedelta(hours=hours)
    return Decision(verdict, data_set=str(NAME), manifest_id="m1", decided_by="ann", decided_at=at)


@pytest.mark.parametrize(
    ("decisions", "may_be_sent"),
    [
        ([], False),
        ([decision(Verdict.SEND_AGAIN, hours=1)], True),
        ([decision(Verdict.SEND_AGAIN, hours=-1)], False),
        ([decision(Verdict.SEND_AGAIN, hours=0)], False),
        ([decision(Verdict.SEND_AGAIN)], False),
        ([decision(Verdict.ACCEPT_WITHOUT_CHECKSUM, hours=-1)], True),
        ([decision(Verdict.ACCEPT_CONTENT, hours=1)], False),
        ([decision(Verdict.SEND_AGAIN, hours=-1), decision(Verdict.SEND_AGAIN, hours=1)], True),
    ],
)
def test_a_mismatch_is_sent_again_only_when_a_person_says_so(
    decisions: list[Decision], may_be_sent: bool
) -> None:
    refused = Record(State.REFUSED, WRONG.detail)
    judged = Mismatch(SENT, WRONG.detail).judge(decisions, doubted_at=None)
    assert judged == (None if may_be_sent else refused)


@pytest.mark.parametrize(("hours", "may_be_sent"), [(1, True), (0, False), (-1, False)])
def test_a_mismatch_is_sent_again_once_the_place_is_found_unable_to_compute_it(
    hours: int, may_be_sent: bool
) -> None:
    doubted_at = SENT_AT + dt.timedelta(hours=hours)
    judged = Mismatch(SENT, WRONG.detail).judge([], doubted_at=doubted_at)
    assert judged == (None if may_be_sent else Record(State.REFUSED, WRONG.detail))


def test_a_copy_of_unknown_time_is_sent_again_by_no_old_decision() -> None:
    untimed = Mismatch(replace(SENT, begun_at=None), WRONG.detail)
    assert untimed.judge([decision(Verdict.SEND_AGAIN, hours=1)], doubted_at=SENT_AT) is not None
