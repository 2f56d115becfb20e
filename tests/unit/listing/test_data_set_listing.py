"""The listing of one data set: files, problems, litter, and the folders to list next."""

import pytest

from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.data_set_listing import DataSetListing, Listing
from session_archive.listing.entries import Entry
from session_archive.naming.conventions import load_conventions
from session_archive.states.state import State

CONVENTIONS = load_conventions()
RUN = "SC022/catgt_SC022_010221_g0"
AP = "SC022_010221_g0_tcat.imec0.ap.bin"


def listing(*tops: str, partial: bool = False) -> DataSetListing:
    kind = CONVENTIONS.kind("raw-ephys")
    return DataSetListing(CONVENTIONS, kind, tops or (RUN,), position=0, partial=partial, shared=False)


def added(*entries: Entry) -> tuple[Listing, list[str]]:
    one = listing()
    folders = one.add(RUN, list(entries))
    result = one.result()
    assert isinstance(result, Listing)
    return result, folders


def test_a_file_has_its_path_size_time_and_type() -> None:
    result, folders = added(Entry(AP, "file", 5, 7), Entry("é.txt", "file", 0, -1))
    assert result.manifest.files == (
        FileEntry(f"{RUN}/{AP}", 5, 7, "ephys-raw-neuropixels-ap-bin"),
        FileEntry(f"{RUN}/é.txt", 0, -1, "ephys-raw-unknown"),
    )
    assert (result.problems, result.litter, folders) == ((), (), [])


def test_a_folder_is_listed_next_and_says_what_is_in_it() -> None:
    one = listing()
    (imec,) = one.add(RUN, [Entry("SC022_010221_g0_imec1", "dir")])
    assert imec == f"{RUN}/SC022_010221_g0_imec1"
    one.add(imec, [Entry(AP, "file", 5, 7), Entry(AP.replace("imec0", "imec1"), "file", 5, 7)])
    result = one.result()
    assert isinstance(result, Listing)
    assert [file.path.rpartition("/")[2] for file in result.manifest.files] == [
        AP,
        AP.replace("imec0", "imec1"),
    ]
    (problem,) = result.problems
    assert (problem.path, problem.blocks, problem.state) == (f"{imec}/{AP}", True, State.AMBIGUOUS)


@pytest.mark.parametrize(
    ("entry", "blocks", "state"),
    [
        (Entry("link", "link"), False, State.REFUSED),
        (Entry("a.bak", "file"), False, State.REFUSED),
        (Entry("temp_wh.dat", "file"), False, State.REFUSED),
        (Entry("SC023_010221_g0_a", "file"), False, State.REFUSED),
        (Entry("a", "unreadable"), True, State.REFUSED),
        (Entry("a", "vanished"), True, State.WAITING),
    ],
)
def test_what_is_not_archived_is_a_problem(entry: Entry, blocks: bool, state: State) -> None:
    result, folders = added(entry)
    (problem,) = result.problems
    assert (problem.path, problem.blocks, problem.state) == (f"{RUN}/{entry.name}", blocks, state)
    assert (result.manifest.files, result.litter, folders) == ((), (), [])


@pytest.mark.parametrize("kind", ["file", "dir"])
def test_what_a_doubtful_name_stands_for_is_listed_and_waits_for_a_person(kind: str) -> None:
    result, folders = added(Entry("SC022_010221_1_g0_a", kind))
    path = f"{RUN}/SC022_010221_1_g0_a"
    (problem,) = result.problems
    assert (problem.path, problem.doubtful) == (path, True)
    assert [*folders, *(file.path for file in result.manifest.files)] == [path]


@pytest.mark.parametrize(
    ("entry", "other"),
    [
        (Entry("SC023_010221_g0_t0.nidq.bin", "file", 1), True),
        (Entry("SC022_010321_g0_tcat.imec0.ap.bin", "file", 1), True),
        (Entry("SC022_010321_g0_imec0", "dir"), True),
        (Entry("SC022_010321_g0_tcat.imec0.ap.meta", "file", 1), False),
        (Entry("SC022_010321_g0_fyi.txt", "file", 1), False),
        (Entry("SC022_010321_g0_t0.exported.imec0.ap.bin", "file", 1), False),
        (Entry("SC022_010321_g0_t0.nidq.bin.bak", "file", 1), False),
        (Entry("a.bin.bak", "dir"), False),
        (Entry("SC022_010221_1_g0_t0.nidq.bin", "file", 1), False),
    ],
)
def test_a_recording_of_another_subject_or_day_is_no_stale_file(entry: Entry, other: bool) -> None:
    (problem,) = added(entry)[0].problems
    assert problem.other is other, problem


def test_litter_is_left_out_and_sorted_as_problems_are() -> None:
    result, folders = added(
        Entry("b.tmp", "file"), Entry("._a\x1b", "dir"), Entry("z", "link"), Entry("y", "link")
    )
    assert result.litter == (f"{RUN}/._a\\x1b", f"{RUN}/b.tmp")
    assert [problem.path for problem in result.problems] == [f"{RUN}/y", f"{RUN}/z"]
    assert folders == []


def test_a_size_below_0_is_an_error_of_the_data_set() -> None:
    one = listing()
    assert one.add(RUN, [Entry("a.bin", "file", -1, 0)]) == []
    assert type(one.result()) is ListingError


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (MissingDirectoryError("gone"), State.WAITING),
        (NoAnswerError("silent"), State.WAITING),
        (ListingError("closed"), State.REFUSED),
    ],
)
def test_a_folder_below_that_cannot_be_listed_blocks_and_the_rest_is_listed(
    error: ListingError, state: State
) -> None:
    one = listing()
    (inner,) = one.add(RUN, [Entry("inner", "dir"), Entry("a", "file", 1, 1)])
    one.add(inner, error)
    result = one.result()
    assert isinstance(result, Listing)
    (problem,) = result.problems
    assert (problem.path, problem.blocks, problem.state) == (inner, True, state)
    assert len(result.manifest.files) == 1
    with pytest.raises(ListingError, match=str(error)) as refused:
        result.require_whole()
    assert type(refused.value) is (ListingError if isinstance(error, MissingDirectoryError) else type(error))


def test_a_whole_listing_is_itself() -> None:
    whole = Listing(Manifest(()))
    assert whole.require_whole() is whole


@pytest.mark.parametrize("partial", [True, False])
def test_the_top_itself_must_exist(partial: bool) -> None:
    for error in (MissingDirectoryError("gone"), ListingError("closed")):
        one = listing(partial=partial)
        one.add(RUN, error)
        assert one.result() is error


def test_of_several_folders_some_may_be_missing_only_if_that_is_expected() -> None:
    gone, closed = MissingDirectoryError("gone"), ListingError("closed")

    def result(first: ListingError, *, partial: bool) -> Listing | ListingError:
        one = listing("a", "b", partial=partial)
        one.add("a", first)
        one.add("b", [Entry("x", "file", 1, 1)])
        return one.result()

    assert result(gone, partial=False) is gone
    assert result(closed, partial=True) is closed
    some = result(gone, partial=True)
    assert isinstance(some, Listing)
    assert [file.path for file in some.manifest.files] == ["b/x"]


def test_a_file_that_is_listed_twice_is_an_error() -> None:
    one = listing()
    one.add(RUN, [Entry("a", "file", 1, 1), Entry("a", "file", 2, 2)])
    failed = one.result()
    assert type(failed) is ListingError
    assert f"{RUN}/a" in str(failed)
