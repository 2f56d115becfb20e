"""Many data sets in one listing: each as if alone, each directory once, a failure stops no other data set."""

from collections import Counter
from typing import Any

import pytest

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing import Entry, Listing, list_each, list_files
from session_archive.listing.packing import pack_listing, unpack_listing
from session_archive.naming.conventions import load_conventions

CONVENTIONS = load_conventions()
ONE, TWO, GONE, SHUT = (f"SC022/catgt_SC022_01{day:02}21_g0" for day in range(1, 5))
TREE = {
    ONE: [Entry("inside", "dir"), Entry("a.txt", "file", 1, 5), Entry("~lock", "file", 1, 5)],
    f"{ONE}/inside": [Entry("b.txt", "file", 2, 5), Entry("shut", "dir"), Entry("link", "link")],
    TWO: [Entry("c.txt", "file", 3, 5)],
}


def reader(listed: Counter):
    def read(directory: str):
        listed[directory] += 1
        if directory in TREE:
            return TREE[directory]
        raise (MissingDirectoryError if directory == GONE else ListingError)(f"{directory} cannot be listed")

    return read


def each(*directories: str, concurrency: int = 1) -> tuple[dict[str, Any], Counter[str]]:
    listings: dict[str, Listing | ListingError] = {}
    listed: Counter[str] = Counter()
    list_each(
        reader(listed),
        [(directory, "raw-ephys") for directory in directories],
        lambda position, listing: listings.update({directories[position]: listing}),
        conventions=CONVENTIONS,
        concurrency=concurrency,
    )
    return listings, listed


@pytest.mark.parametrize("concurrency", [1, 4])
def test_each_is_as_if_alone_and_every_directory_is_listed_once(concurrency: int) -> None:
    listings, listed = each(ONE, TWO, GONE, SHUT, concurrency=concurrency)
    for directory in (ONE, TWO):
        alone = list_files(reader(Counter()), directory, conventions=CONVENTIONS, kind="raw-ephys")
        assert listings[directory] == alone
    assert isinstance(listings[GONE], MissingDirectoryError)
    assert type(listings[SHUT]) is ListingError
    assert set(listed.values()) == {1}
    assert len(listed) == 6


def test_one_is_done_before_the_next_is_begun() -> None:
    _, listed = each(TWO, ONE)
    assert list(listed) == [TWO, ONE, f"{ONE}/inside", f"{ONE}/inside/shut"]


def test_a_directory_of_two_data_sets_counts_for_both() -> None:
    listings, _ = each(ONE, f"{ONE}/inside")
    assert {file.path for file in listings[ONE].manifest.files} >= {f"{ONE}/inside/b.txt"}
    assert {file.path for file in listings[f"{ONE}/inside"].manifest.files} == {f"{ONE}/inside/b.txt"}


def test_a_listing_is_read_again_as_it_was_written() -> None:
    listings, _ = each(ONE, TWO, GONE, SHUT)
    for listing in listings.values():
        again = unpack_listing(pack_listing(listing))
        assert type(again) is type(listing)
        assert again == listing or str(again) == str(listing)
    assert listings[ONE].problems


def test_a_name_that_cannot_be_stored_is_an_error_of_its_own_data_set() -> None:
    control, twice = "SC022/bad\x01name", f"{ONE}\n{ONE}/inside"
    listings, _ = each(control, twice, TWO)
    assert type(listings[control]) is ListingError
    assert "control character" in str(listings[control])
    assert type(listings[twice]) is ListingError
    assert "would be listed twice" in str(listings[twice])
    assert not isinstance(listings[TWO], ListingError)
