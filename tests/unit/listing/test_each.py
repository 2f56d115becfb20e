"""Many data sets listed in one go: each as alone, each directory once, what fails stops no other."""

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
        raise (MissingDirectoryError if directory == GONE else ListingError)(f"{directory} is not to be had")

    return read


def each(*directories: str, concurrency: int = 1) -> tuple[dict[str, Any], Counter[str]]:
    told: dict[str, Listing | ListingError] = {}
    listed: Counter[str] = Counter()
    list_each(
        reader(listed),
        [(directory, "raw-ephys") for directory in directories],
        lambda position, listing: told.update({directories[position]: listing}),
        conventions=CONVENTIONS,
        concurrency=concurrency,
    )
    return told, listed


@pytest.mark.parametrize("concurrency", [1, 4])
def test_each_is_as_alone_and_every_directory_is_listed_once(concurrency: int) -> None:
    told, listed = each(ONE, TWO, GONE, SHUT, concurrency=concurrency)
    for directory in (ONE, TWO):
        alone = list_files(reader(Counter()), directory, conventions=CONVENTIONS, kind="raw-ephys")
        assert told[directory] == alone
    assert isinstance(told[GONE], MissingDirectoryError)
    assert type(told[SHUT]) is ListingError
    assert set(listed.values()) == {1}
    assert len(listed) == 6


def test_one_is_done_before_the_next_is_begun() -> None:
    _, listed = each(TWO, ONE)
    assert list(listed) == [TWO, ONE, f"{ONE}/inside", f"{ONE}/inside/shut"]


def test_a_directory_of_two_data_sets_is_told_to_both() -> None:
    told, _ = each(ONE, f"{ONE}/inside")
    assert {file.path for file in told[ONE].manifest.files} >= {f"{ONE}/inside/b.txt"}
    assert {file.path for file in told[f"{ONE}/inside"].manifest.files} == {f"{ONE}/inside/b.txt"}


def test_a_listing_is_read_again_as_it_was_written() -> None:
    told, _ = each(ONE, TWO, GONE, SHUT)
    for listing in told.values():
        again = unpack_listing(pack_listing(listing))
        assert type(again) is type(listing)
        assert again == listing or str(again) == str(listing)
    assert told[ONE].problems


def test_a_name_that_cannot_be_kept_is_an_error_of_its_own_data_set() -> None:
    control, twice = "SC022/bad\x01name", f"{ONE}\n{ONE}/inside"
    told, _ = each(control, twice, TWO)
    assert type(told[control]) is ListingError
    assert "control character" in str(told[control])
    assert type(told[twice]) is ListingError
    assert "would be listed twice" in str(told[twice])
    assert not isinstance(told[TWO], ListingError)
