"""What may be called absent: nothing that may be where a run did not list."""

import pytest
from tests.unit.assess.samples import DAY, EXPECTED, FOUND, claim, coverage, unlisted

from session_archive.listing.unlisted import Unlisted
from session_archive.request.selection import Selection
from session_archive.states.state import State

SOME_DAYS = Selection(dates=((DAY, DAY),))


def test_nothing_hides_a_session_where_all_was_listed() -> None:
    assert coverage().hides(EXPECTED) is None
    assert coverage().hides_part(FOUND) is None


def test_a_root_hides_every_session_and_a_folder_those_of_its_subject() -> None:
    for where in (unlisted("rig1"), unlisted("rig1", "SC022")):
        assert coverage(where).hides(EXPECTED) is where
    assert coverage(unlisted("rig1", "SC023")).hides(EXPECTED) is None


def test_what_was_not_listed_elsewhere_does_not_hide_a_session_at_this_place() -> None:
    assert coverage(unlisted("rig2")).hides(EXPECTED, place="rig1") is None
    assert coverage(unlisted("rig1")).hides(EXPECTED, place="rig1") is not None


@pytest.mark.parametrize(
    ("of", "hides"),
    [
        (unlisted("rig1", "SC022"), True),
        (unlisted("rig1", "SC023"), False),
        (unlisted("rig2", "SC022"), False),
        # Its own place listed a root; the folder of a data set is in one that has been listed.
        (unlisted("rig1"), False),
    ],
)
def test_parts_of_a_data_set_can_only_be_beside_its_folder(of: Unlisted, hides: bool) -> None:
    assert (coverage(of).hides_part(FOUND) is not None) is hides


@pytest.mark.parametrize(
    ("decided", "of", "selection", "hides"),
    [
        (False, [], Selection(), False),
        (False, [unlisted("rig2", "SC022")], Selection(), True),
        (False, [unlisted("rig2", "SC023")], Selection(), False),
        (False, [], SOME_DAYS, False),
        # A person may have given the session a folder of any subject and day.
        (True, [], Selection(), False),
        (True, [unlisted("rig2", "SC023")], Selection(), True),
        (True, [], SOME_DAYS, True),
    ],
)
def test_where_the_folder_of_a_session_may_be(
    decided: bool, of: list[Unlisted], selection: Selection, hides: bool
) -> None:
    listed = coverage(*of, selection=selection)
    assert listed.may_hide(claim(State.NOT_FOUND, decided=decided)) is hides


@pytest.mark.parametrize(
    ("of", "selection", "place", "shown"),
    [
        ([], Selection(), "rig1", True),
        ([], Selection(), "rig9", False),
        ([unlisted("rig1", "SC022")], Selection(), "rig1", False),
        ([unlisted("rig2")], Selection(), "rig1", True),
        ([], Selection(subjects=frozenset({"SC023"})), "rig1", False),
    ],
)
def test_a_folder_is_gone_only_where_a_run_has_looked(
    of: list[Unlisted], selection: Selection, place: str, shown: bool
) -> None:
    assert coverage(*of, selection=selection).shows_absence(EXPECTED, place=place) is shown


def test_what_could_not_be_listed_later_counts_as_well() -> None:
    first, later = unlisted("rig1", "SC023"), unlisted("rig2", "SC022")
    before = coverage(first)
    after = before.without([later])
    assert after.unlisted == (first, later)
    assert before.unlisted == (first,)
    assert before.without(()) is before


@pytest.mark.parametrize(
    ("of", "selection", "shows"),
    [
        ((), Selection(), True),
        ((unlisted("rig1"),), Selection(), False),
        ((unlisted("rig1", "SC022"),), Selection(), False),
        ((unlisted("rig1", "SC0"),), Selection(), True),
        ((unlisted("rig2"), unlisted("rig1", "SC023")), Selection(), True),
        ((), SOME_DAYS, False),
        ((), Selection(subjects=frozenset({"SC022"})), False),
    ],
)
def test_a_folder_of_any_name_is_absent_only_where_a_run_for_everything_listed(
    of: tuple[Unlisted, ...], selection: Selection, shows: bool
) -> None:
    assert coverage(*of, selection=selection).shows_no_folder("SC022/surface", place="rig1") is shows
    assert not coverage(*of, selection=selection).shows_no_folder("SC022/surface", place="rig9")


def test_a_run_for_some_animals_does_not_list_what_a_person_gave_to_a_session() -> None:
    decided = claim(State.NOT_FOUND, decided=True)
    assert coverage(selection=Selection(subjects=frozenset({"SC022"}))).may_hide(decided)
    assert not coverage().may_hide(decided)
