"""Compressed JSON that is written and read row by row is the same that is written and read as a whole."""

import json
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.packed_json import pack_list, pack_mapping, unpack_list, unpack_mapping

_plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_rows = st.recursive(_plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def as_a_whole(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


@given(st.lists(_rows))
def test_a_list_is_the_same_row_by_row(rows: list[object]) -> None:
    assert zlib.decompress(pack_list(rows)) == json.dumps(rows).encode()
    assert list(unpack_list(as_a_whole(rows))) == rows


@given(st.dictionaries(st.text(), _rows))
def test_a_mapping_is_the_same_row_by_row(values: dict[str, object]) -> None:
    assert zlib.decompress(pack_mapping(values)) == json.dumps(values).encode()
    assert dict(unpack_mapping(as_a_whole(values))) == values


@pytest.mark.parametrize("n", [0, 1, 499, 500, 501, 1000, 30_001])
def test_no_row_is_lost_where_a_part_of_the_text_ends(n: int) -> None:
    numbers, texts = list(range(n)), {f"a path of file {number}": number for number in range(n)}
    assert list(unpack_list(pack_list(numbers))) == numbers
    assert dict(unpack_mapping(pack_mapping(texts))) == texts


@pytest.mark.parametrize("spaces", [None, 2])
def test_other_blanks_are_no_rows(spaces: int | None) -> None:
    packed = zlib.compress(json.dumps([1, {"a": [2]}], indent=spaces, separators=(",", ":")).encode())
    assert list(unpack_list(packed)) == [1, {"a": [2]}]


@pytest.mark.parametrize("text", ["", "[", "[1", "[1, ", "[1, 2", '["a', "{}", "7", "[1, }"])
def test_a_list_that_is_none_or_is_cut_off_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        list(unpack_list(zlib.compress(text.encode())))


def test_a_text_that_was_cut_off_in_its_compressed_form_is_an_error() -> None:
    whole = pack_list([f"file {number * number}" for number in range(5000)])
    with pytest.raises(ValueError, match=r"\S"):
        list(unpack_list(whole[: len(whole) // 2]))


@pytest.mark.parametrize("text", ["[]", '{"a"', '{"a": ', '{"a": 1', '{"a" 1}'])
def test_a_mapping_that_is_none_or_is_cut_off_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        list(unpack_mapping(zlib.compress(text.encode())))


def test_the_text_is_never_in_memory_as_a_whole() -> None:
    n, row = 20_000, "a path of a file " * 5
    tracemalloc.start()
    try:
        packed = pack_list(row for _ in range(n))
        assert sum(len(each) for each in unpack_list(packed)) == n * len(row)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < n * len(row) / 3
