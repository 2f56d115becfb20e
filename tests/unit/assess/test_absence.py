"""Too much missing at once is a disk that is not mounted, until a person says otherwise."""

from dataclasses import replace

import pytest
from tests.unit.assess.samples import CONVENTIONS, unlisted

from session_archive.assess.absence import Shortfall, Walk, WalkedRoot, root_shortfall
from session_archive.listing.root_listing import RootListing
from session_archive.naming.session_name import DataSetName

MARKED = RootListing(marker=True, n_folders=7)
NAMES = [DataSetName.parse(f"raw-ephys/SC{number:03}/2021-01-01") for number in range(30)]


@pytest.mark.parametrize(
    ("before", "now", "missing"),
    [
        (None, RootListing(), None),
        (RootListing(), RootListing(), None),
        (MARKED, RootListing(marker=True, n_folders=7), None),
        (MARKED, RootListing(marker=True, n_folders=1), None),
        (MARKED, RootListing(marker=False, n_folders=7), (7, 0)),
        (MARKED, RootListing(marker=False, n_folders=9), (7, 0)),
        (MARKED, RootListing(marker=False, n_folders=2), (7, 5)),
        (MARKED, RootListing(marker=True, n_folders=0), (7, 7)),
        (RootListing(n_folders=7), RootListing(n_folders=1), None),
        (RootListing(n_folders=7), RootListing(), (7, 7)),
        (RootListing(n_folders=7), RootListing(marker=True), (7, 7)),
        (RootListing(marker=True), RootListing(), (0, 0)),
    ],
)
def test_a_root_without_its_marker_or_without_any_folder(
    before: RootListing | None, now: RootListing, missing: tuple[int, int] | None
) -> None:
    found = root_shortfall(before, now)
    assert (found and (found.n_known, found.n_missing)) == missing


def test_a_place_that_people_empty_is_judged_by_its_marker_only() -> None:
    emptied = RootListing(marker=True)
    assert root_shortfall(MARKED, emptied) is not None
    assert root_shortfall(MARKED, emptied, emptied_by_people=True) is None
    assert root_shortfall(MARKED, RootListing(n_folders=7), emptied_by_people=True) is not None


def test_the_message_names_place_both_numbers_and_what_to_do() -> None:
    message = Shortfall("its root is empty", 15, 14).message("rig1")
    assert message.startswith("rig1: its root is empty: 14 of 15 known folders in the root are missing. ")
    assert "no state changes" in message
    assert "--accept-missing rig1" in message


def walked(
    n_known: int,
    n_found: int,
    *,
    archived: int = 0,
    kinds: tuple[str, ...] = ("raw-ephys",),
    subjects: tuple[str, ...] = (),
    hidden: str = "",
) -> WalkedRoot:
    """So many data sets were there and the first so many are; the last so many are archived."""
    names = NAMES[:n_known]
    of = frozenset(names[n_known - archived :])
    return WalkedRoot(
        RootListing(n_folders=n_known),
        RootListing(n_folders=1),
        frozenset(names),
        Walk(
            CONVENTIONS,
            kinds,
            subjects,
            frozenset(names[:n_found]),
            (unlisted("rig1", hidden),) if hidden else (),
        ),
        archived=of.__contains__,
    )


@pytest.mark.parametrize(
    ("root", "missing"),
    [
        (walked(12, 12), None),
        (walked(12, 8), None),  # a third
        (walked(12, 7), (12, 5)),
        (walked(10, 6), (10, 4)),
        (walked(9, 0), None),  # too few are known
        # People remove what is archived.
        (walked(20, 10, archived=10), None),
        (walked(20, 3, archived=10), (10, 7)),
        (walked(19, 0, archived=10), None),
        # It was not looked for.
        (walked(12, 7, kinds=("raw-video",)), None),
        (walked(12, 7, subjects=("SC000",)), None),
        # It may be where the run could not list.
        (walked(12, 8, hidden="SC010"), None),
        (walked(12, 7, hidden="SC010"), (11, 4)),
    ],
)
def test_more_than_a_third_of_ten_known_data_sets(root: WalkedRoot, missing: tuple[int, int] | None) -> None:
    found = root.shortfall
    assert (found and (found.n_known, found.n_missing)) == missing
    assert found is None or "data sets that are not archived" in found.message("rig1")


def test_a_root_that_is_empty_is_called_empty_however_few_are_known() -> None:
    few = replace(walked(3, 0), now=RootListing())
    assert few.shortfall == Shortfall("its root is empty", 3, 3, of="data sets that are not archived")
    # Where all of them are archived, its folders are counted.
    safe = replace(walked(3, 0, archived=3), now=RootListing())
    assert safe.shortfall == Shortfall("its root is empty", 3, 3)
    # Another disk may have some of the same folders.
    other = replace(walked(12, 11), before=RootListing(True, 1))
    assert other.shortfall is not None
    assert (other.shortfall.n_known, other.shortfall.n_missing) == (12, 1)
    new = replace(walked(20, 0), before=None, expected=frozenset())
    assert new.shortfall is None


def test_what_the_next_run_has_to_find() -> None:
    assert walked(12, 8).unarchived == frozenset(NAMES[:8])
    assert walked(12, 12, archived=2).unarchived == frozenset(NAMES[:10])
    # What was not looked for is still expected, and what may be hidden.
    assert walked(12, 1, subjects=("SC000",)).unarchived == frozenset(NAMES[:12])
    assert walked(12, 1, subjects=("SC000", "SC005")).unarchived == frozenset(NAMES[:12]) - {NAMES[5]}
    assert walked(12, 8, hidden="SC010").unarchived == frozenset(NAMES[:8]) | {NAMES[10]}
    assert walked(12, 1, archived=12, subjects=("SC000",)).unarchived == frozenset()
    new = replace(walked(3, 3), before=None, expected=frozenset())
    assert new.unarchived == frozenset(NAMES[:3])
