"""A listing that the next task reads is the one that was made."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.data_set_listing import Listing
from session_archive.listing.entries import Problem
from session_archive.listing.packing import pack_listing, unpack_listing
from session_archive.states.state import State

names = st.sampled_from(["a", "é 🧠", "b c"])
files = st.builds(FileEntry, names, st.integers(0, 2**50), st.integers(-(2**31), 2**33), st.just("ephys"))
problems = st.builds(
    Problem, names, st.text(max_size=5), st.booleans(), st.sampled_from(State), st.booleans()
)
listings = st.builds(
    Listing,
    st.lists(files, unique_by=lambda file: file.path).map(Manifest.of),
    st.lists(problems, max_size=3).map(tuple),
    st.lists(names).map(tuple),
)


@given(listings)
def test_a_listing_survives_the_ledger(listing: Listing) -> None:
    again = unpack_listing(pack_listing(listing))
    assert again == listing
    assert isinstance(again, Listing)
    assert all(isinstance(problem.state, State) for problem in again.problems)
    assert again.manifest.id == listing.manifest.id


@pytest.mark.parametrize("kind", [ListingError, MissingDirectoryError])
def test_a_failure_survives_and_stays_of_its_kind(kind: type[ListingError]) -> None:
    again = unpack_listing(pack_listing(kind("SC022 é is missing")))
    assert (type(again), str(again)) == (kind, "SC022 é is missing")


def test_a_listing_of_many_files_is_compressed() -> None:
    many = Manifest.of(FileEntry(f"SC022/side_{number:05}.avi", 1, 1) for number in range(1000))
    packed = pack_listing(Listing(many))
    assert len(packed) < len(zlib.decompress(packed)) / 4
