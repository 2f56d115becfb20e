"""The fast way of a lister says what the slow rules say, and lets no odd name through."""

import itertools
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import Entry, list_files
from session_archive.naming.conventions import load_conventions
from session_archive.naming.name_cache import ShapeMemo
from session_archive.naming.session_name import path_problem, plain_name

conventions = load_conventions()
ODD = [
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a\nb",
    "a\udcff",
    "ä",
    "é" * 200,
    "x" * 256,
    ".phy",
    "x~",
    "a.part",
    "temp_wh.dat",
]
names = st.one_of(
    st.text(), st.sampled_from(ODD), st.from_regex(r"[a-z_]*[0-9]*\.(ap\.bin|avi|mp4)", fullmatch=True)
)


@given(st.lists(names, max_size=8, unique=True), st.sampled_from(sorted(conventions.kinds)))
def test_a_listed_file_is_one_that_every_rule_lets_through(drawn, kind):
    def read(directory):
        return [Entry(name, "file", 1, 2) for name in drawn]

    listing = list_files(read, "SC022", conventions=conventions, kind=kind)
    problems = [problem for problem in listing.problems if not problem.doubtful]
    left_out = {problem.path for problem in problems} | set(listing.litter)
    assert len(listing.manifest.files) + len(problems) + len(listing.litter) == len(drawn)
    for file in listing.manifest.files:
        name = file.path.removeprefix("SC022/")
        assert not path_problem(file.path)
        assert not (conventions.litter(name) or conventions.hidden(name) or conventions.scratch(name))
        assert file == FileEntry(file.path, 1, 2, conventions.file_type(kind, name))
        assert file.path not in left_out


@given(names)
def test_a_plain_name_is_one_name_without_a_problem(name):
    assert not plain_name(name) or not (path_problem(name) or "/" in name)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_plain_only_if_it_can_be_stored(name):
    assert not plain_name(name) or not (path_problem(name) or "/" in name)


def one_file_of(size: int, directory: str) -> list[Entry]:
    return [Entry("a", "file", size, 0)]


def same(first: str, name: str) -> str:
    return str(name == first)


def test_a_negative_size_and_an_odd_directory_are_refused():
    for directory, size in (("SC022", -1), ("../SC022", 1), ("/SC022", 1)):
        try:
            list_files(
                partial(one_file_of, size),
                directory,
                conventions=conventions,
                kind="raw-ephys",
            )
        except ListingError:
            continue
        raise AssertionError(f"{directory} with {size} bytes was listed")


def test_digits_that_a_pattern_names_are_distinguished():
    for pattern, first, other in (
        ("*.mp4", "a.mp4", "a.mp3"),
        ("run[1-3]*", "run1", "run7"),
        ("a7*", "a7", "a8"),
    ):
        memo = ShapeMemo(partial(same, first), [pattern])
        assert (memo(first), memo(other)) == ("True", "False")


def test_names_that_differ_in_free_digits_are_computed_once():
    requests: list[str] = []

    def answer(name: str) -> str:
        requests.append(name)
        return "x"

    memo = ShapeMemo(answer, ["*_[0-9]*.mp4"])
    assert {memo(f"a_{number}.mp4") for number in (1, 2, 3, 5)} == {"x"}
    assert requests == ["a_1.mp4"]


def test_runs_of_digits_are_distinguished_by_the_texts_and_numbers_that_they_may_be():
    requests: list[str] = []

    def answer(name):
        session, number = name.split("_g")
        return f"{session == 'a12'} {int(number) == 3}"

    def answer_once(name):
        requests.append(name)
        return answer(name)

    memo = ShapeMemo(answer_once, ["a12"], [3])
    for session, number in itertools.product(("a12", "a21", "a121", "a44"), range(40)):
        name = f"{session}_g{number}"
        assert memo(name) == answer(name), name
    # Sessions: a12, a121, and all others of each length; numbers: 3, 12, and all others of each length.
    assert len(requests) <= 3 * 4
