"""What decisions make of folders that were left out: given, ignored, a further gate, or nobody's."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.unit.assess.samples import CONVENTIONS, DAY, SESSION

from session_archive.assess.left_out import Decided, LeftOut, decide_left_out, folder_id, mentions
from session_archive.listing.left_out import LeftOutFolder
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.request.selection import Selection
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State


def left_out(directory: str, why: str = "left out") -> LeftOut:
    read = read_by_any_layout(directory, CONVENTIONS)
    folder = (
        LeftOutFolder((directory,), why, read.data_set, read.layout, read.gate)
        if read
        else LeftOutFolder((directory,), why)
    )
    return LeftOut("rig1", folder, "raw-ephys")


NATIVE, GATE, COPY = map(
    left_out, ("SC022/SC022_010121_g0", "SC022/catgt_SC022_010121_g1", "SC022/catgt_SC022_010121_g0_old")
)


def decision(of: LeftOut | str, verdict: Verdict = Verdict.SESSION) -> Decision:
    given = verdict is Verdict.SESSION
    return Decision(
        verdict,
        place="rig1",
        directory=of if isinstance(of, str) else of.folder.directories[0],
        session_id=SESSION.id if given else None,
        session=str(SESSION) if given else "",
        decided_by="ann",
        why="I was there",
    )


def decided(*decisions: Decision, of: tuple[LeftOut, ...] = (NATIVE, GATE, COPY)) -> Decided:
    return decide_left_out(of, decisions, conventions=CONVENTIONS, cataloged={})


def test_without_a_decision_only_a_further_gate_is_a_data_set_of_its_own() -> None:
    found = decided()
    assert (found.unclaimed, found.others) == ((GATE,), (NATIVE, COPY))
    assert not (found.folders or found.gates or found.ignored or found.withdrawn)


def test_a_folder_that_the_catalog_has_is_a_data_set_of_its_own() -> None:
    assert NATIVE.folder.data_set is not None
    cataloged = {NATIVE.folder.data_set.id: NATIVE.folder.directories[0]}
    found = decide_left_out((NATIVE,), (), conventions=CONVENTIONS, cataloged=cataloged)
    assert found.unclaimed == (NATIVE,)
    # Another folder of the same name is not what the archive has.
    other = {NATIVE.folder.data_set.id: "SC022/catgt_SC022_010121_g0"}
    assert decide_left_out((NATIVE,), (), conventions=CONVENTIONS, cataloged=other).others == (NATIVE,)


def test_what_a_person_gave_to_a_session_is_matched_and_a_gate_comes_on_top() -> None:
    of_native, of_gate = decision(NATIVE), decision(GATE)
    found = decided(of_native, of_gate)
    assert found.folders == (NATIVE.as_found,)
    ((gate,),) = found.gates.values()
    assert (gate.decision, gate.number, gate.found) == (of_gate, 1, GATE.as_found)
    assert found.decisions == (of_native,), "the matching knows no gates"
    assert found.others == (COPY,)


def test_a_given_gate_is_known_even_if_its_folder_is_gone() -> None:
    ((gate,),) = decided(decision(GATE), of=(NATIVE,)).gates.values()
    assert (str(gate.data_set), gate.found) == ("raw-ephys/SC022/2021-01-01/g1", None)


def test_a_gate_that_is_given_no_more_is_withdrawn_once_it_is_gone() -> None:
    history = (decision(GATE), decision(GATE, Verdict.WITHDRAW))
    gone = decided(*history, of=(NATIVE,))
    assert ([str(name) for name in gone.withdrawn], gone.gates) == (["raw-ephys/SC022/2021-01-01/g1"], {})
    still = decided(*history)
    assert (still.withdrawn, still.unclaimed) == ((), (GATE,))


def test_gates_are_in_the_order_of_their_numbers() -> None:
    gates = [left_out(f"SC022/catgt_SC022_010121_g{number}") for number in (10, 2, 1)]
    (found,) = decided(*map(decision, gates), of=tuple(gates)).gates.values()
    assert [gate.number for gate in found] == [1, 2, 10]


@pytest.mark.parametrize("folder", ["SC022/catgt_SC022_010121_g0_old", "SC022"])
def test_whoever_ignores_a_folder_ignores_what_was_left_out_in_it(folder: str) -> None:
    found = decided(decision(folder, Verdict.IGNORE))
    assert COPY in [each for each, _ in found.ignored]
    assert (COPY in found.others, NATIVE in found.others) == (False, folder != "SC022")
    assert all(words.startswith("ignored by ann") for _, words in found.ignored)


def test_a_folder_above_gives_nothing_to_a_session() -> None:
    assert decided(decision("SC022")).folders == ()


def test_its_state_names_the_folder_the_reason_and_what_to_do() -> None:
    row = NATIVE.row(State.UNCLAIMED, NATIVE.reason, run_id="night")
    assert (row.target, row.path) == (
        folder_id("rig1", "SC022/SC022_010121_g0"),
        "rig1:SC022/SC022_010121_g0",
    )
    assert (row.session, row.data_set) == ("SC022 2021-01-01", "")
    assert row.reason == "left out; give it to its session, or ignore it, by `session-archive decide`"
    assert COPY.reason == "left out; rename or move it, or ignore it by `session-archive decide`"
    assert len({each.id for each in (NATIVE, GATE, COPY, replace(COPY, place="rig2"))}) == 4
    assert isinstance(row.target, uuid.UUID)


@pytest.mark.parametrize(
    ("selection", "requested"),
    [
        (Selection(), (True, True)),
        (Selection(subjects=frozenset({"SC022"})), (True, True)),
        (Selection(subjects=frozenset({"SC023"})), (False, False)),
        (Selection(dates=((DAY, DAY),)), (True, False)),
        (Selection(dates=((dt.date(2021, 1, 2), dt.date(2021, 1, 9)),)), (False, False)),
    ],
)
def test_a_run_for_some_sessions_reports_their_folders(
    selection: Selection, requested: tuple[bool, bool]
) -> None:
    of_no_day = left_out("SC022/surface")
    assert tuple(each.requested_by(selection, CONVENTIONS) for each in (NATIVE, of_no_day)) == requested


def test_a_path_mentions_subject_and_day_in_any_order() -> None:
    assert mentions("20210101/SC022", "SC022", DAY, CONVENTIONS)
    assert not mentions("20210101/SC0221", "SC022", DAY, CONVENTIONS)
    assert not mentions("20210102/SC022", "SC022", DAY, CONVENTIONS)
    # Where a layout reads it, the layout decides.
    assert NATIVE.mentions("sc022", DAY, CONVENTIONS)
    assert not NATIVE.mentions("SC022", dt.date(2021, 1, 2), CONVENTIONS)
