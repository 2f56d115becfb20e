"""Every directory once, several at a time."""

import gc
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry
from session_archive.listing.walk import Listed, concurrency_for, walk

trees: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.just({}), lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4), max_leaves=30
)


def directories(tree: dict, path: str = "") -> Iterable[str]:
    yield path
    for name, inner in tree.items():
        yield from directories(inner, f"{path}/{name}" if path else name)


def lister(tree: dict, listed: Counter):
    def list_directory(path: str) -> list[Entry]:
        listed[path] += 1
        here = tree
        for part in path.split("/") if path else []:
            here = here[part]
        return [Entry(name, "dir") for name in here]

    return list_directory


def below(path: str, entries: Listed) -> list[str]:
    assert isinstance(entries, list)
    return [f"{path}/{entry.name}" if path else entry.name for entry in entries]


@pytest.mark.parametrize("concurrency", [1, 4])
@given(tree=trees)
def test_every_directory_is_listed_once(concurrency: int, tree: dict) -> None:
    listed: Counter = Counter()
    walk(lister(tree, listed), [""], below, concurrency=concurrency)
    assert listed == Counter(directories(tree))


def test_listings_run_at_the_same_time_and_no_more_than_the_limit() -> None:
    # If the threads would wait for ever, it breaks: pytest cannot end them.
    meet = threading.Barrier(3, timeout=240)
    running, most, lock = 0, 0, threading.Lock()

    def list_directory(path: str) -> list[Entry]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        # Three must be here together, or the barrier breaks.
        meet.wait()
        with lock:
            running -= 1
        return []

    walk(list_directory, [str(number) for number in range(12)], lambda path, listed: [], concurrency=3)
    assert most == 3


@pytest.mark.parametrize("concurrency", [1, 3])
def test_an_error_belongs_to_its_directory(concurrency: int) -> None:
    def list_directory(path: str) -> list[Entry]:
        if path == "b":
            raise MissingDirectoryError("b is missing")
        return []

    seen: dict[str, Listed] = {}

    def visit(path: str, result: Listed) -> list[str]:
        seen[path] = result
        return []

    walk(list_directory, ["a", "b", "c"], visit, concurrency=concurrency)
    assert sorted(seen) == ["a", "b", "c"]
    assert isinstance(seen["b"], ListingError)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_another_error_ends_the_walk(concurrency: int) -> None:
    def list_directory(path: str) -> list[Entry]:
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault of ours"):
        walk(list_directory, ["a", "b", "c"], lambda path, listed: [], concurrency=concurrency)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_folder_without_an_end_ends_at_a_hundred_levels(concurrency) -> None:
    results: dict[str, Listed] = {}

    def visit(path: str, listed: Listed) -> list[str]:
        results[path] = listed
        return [] if isinstance(listed, ListingError) else below(path, listed)

    walk(lambda _: [Entry("a\u202e", "dir")], [""], visit, concurrency=concurrency)
    deepest = max(results, key=len)
    assert deepest.count("/") == 100
    assert len(results) == 102
    message = str(results.pop(deepest))
    assert "more than 100 folders below" in message
    assert "\u202e" not in message
    assert not any(isinstance(each, ListingError) for each in results.values())


@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_is_paused_and_left_as_it_was(collecting: bool) -> None:
    before, during = gc.isenabled(), []

    def fail(directory: str, listed: Listed) -> Iterable[str]:
        during.append(gc.isenabled())
        raise ListingError(directory)

    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(ListingError):
            walk(lambda directory: [], [""], fail)
        assert during == [False]
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()


def test_answers_of_many_threads_are_read_in_one_and_one_at_a_time() -> None:
    meet = threading.Barrier(3, timeout=240)
    reading: list[str] = []
    read_by: list[tuple[int, list[str]]] = []

    def entries(path: str) -> Iterator[Entry]:
        reading.append(path)
        read_by.append((threading.get_ident(), [*reading]))
        yield Entry("a", "file")
        reading.remove(path)

    def list_directory(path: str) -> Iterable[Entry]:
        # All three are asked for before any answer is read.
        meet.wait()
        return entries(path)

    walk(list_directory, ["a", "b", "c"], lambda path, listed: [], concurrency=3)
    assert sorted(each for _, now in read_by for each in now) == ["a", "b", "c"]
    assert {thread for thread, _ in read_by} == {threading.get_ident()}


@pytest.mark.parametrize("concurrency", [1, 2])
def test_an_answer_that_is_found_wrong_when_it_is_read_stops_no_other_directory(concurrency: int) -> None:
    def wrong() -> Iterator[Entry]:
        raise ListingError("what answered is not Globus")
        yield

    listed: dict[str, Listed] = {}

    def visit(path: str, found: Listed) -> list[str]:
        listed[path] = found
        return []

    walk(lambda path: wrong() if path == "a" else [], ["a", "b"], visit, concurrency=concurrency)
    assert isinstance(listed["a"], ListingError)
    assert listed["b"] == []


@pytest.mark.parametrize(
    ("folders", "at_once"),
    [((), 10), ((3,), 10), ((2_500, 1), 10), ((8_000, 8_000), 3), ((25_000,), 1), ((90_000,), 1)],
)
def test_fewer_folders_are_listed_at_a_time_where_one_is_long(folders: tuple[int, ...], at_once: int) -> None:
    paths = [f"s/{folder}/{file}" for folder, n in enumerate(folders) for file in range(n)]
    assert concurrency_for(paths, limit=10) == at_once
