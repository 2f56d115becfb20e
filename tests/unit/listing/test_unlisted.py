"""Which sessions may exist unseen while a place, or one folder of it, cannot be listed."""

import datetime as dt

import pytest

from session_archive.errors import ListingError, NoAnswerError
from session_archive.listing.unlisted import Unlisted, hidden_in
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import SessionName

CONVENTIONS = load_conventions()
SC022 = SessionName("SC022", dt.date(2021, 1, 1))


def unlisted(place: str, directory: str = "") -> Unlisted:
    return Unlisted(place, directory, ListingError("refused"))


@pytest.mark.parametrize(
    ("where", "place", "hides"),
    [
        (unlisted("rig1"), "", True),
        (unlisted("rig1"), "rig1", True),
        (unlisted("rig1"), "rig2", False),
        (unlisted("rig1", "SC022"), "", True),
        (unlisted("rig1", "sc022"), "", True),
        (unlisted("rig1", "SC022"), "rig2", False),
        (unlisted("rig1", "SC023"), "", False),
    ],
)
def test_what_may_contain_a_session(where: Unlisted, place: str, hides: bool) -> None:
    found = hidden_in([unlisted("rig3", "SC099"), where], SC022, conventions=CONVENTIONS, place=place)
    assert found == (where if hides else None)


def test_further_folders_of_a_data_set_can_only_be_where_its_own_layout_reads() -> None:
    where = unlisted("rig1", "SC022")
    layouts = {reading.layout for reading in CONVENTIONS.readings("SC022")}
    for layout in layouts:
        assert hidden_in([where], SC022, conventions=CONVENTIONS, layout=layout) == where
    for known in (where, unlisted("rig1")):
        assert hidden_in([known], SC022, conventions=CONVENTIONS, layout="of another rig") is None


def test_it_names_the_place_and_distinguishes_no_answer_from_a_refusal() -> None:
    assert (unlisted("rig1").where, unlisted("rig1", "SC022").where) == ("rig1", "rig1:SC022")
    assert not unlisted("rig1").silent
    assert Unlisted("rig1", "", NoAnswerError("rig1 is switched off")).silent
