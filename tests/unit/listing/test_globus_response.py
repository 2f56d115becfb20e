"""How Globus' listing is read: as entries, or as one clear error if no directory can have it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import ListingError
from session_archive.listing import Entry, read_listing

WHERE = "rig1: /data/SC022"
FILE = {"name": "a.bin", "type": "file", "size": 7, "last_modified": "2021-09-02 18:04:49+00:00"}
MTIME = int(dt.datetime(2021, 9, 2, 18, 4, 49, tzinfo=dt.UTC).timestamp())


def test_files_folders_links_and_others() -> None:
    response = [
        FILE,
        {**FILE, "name": "folder", "type": "dir", "size": 4096},
        {**FILE, "name": "linked", "link_target": "/elsewhere"},
        {**FILE, "name": "broken", "type": "invalid_symlink"},
        {**FILE, "name": "pipe", "type": "pipe"},
    ]
    kinds = {"a.bin": "file", "folder": "dir", "linked": "link", "broken": "link", "pipe": "other"}
    assert read_listing(response, where=WHERE) == [
        Entry(name, kind, 7 if kind == "file" else 0, MTIME) for name, kind in kinds.items()
    ]
    assert read_listing([], where=WHERE) == []


@pytest.mark.parametrize(
    ("response", "mtime"),
    [
        (None, 0),
        ("", 0),
        ("2021-09-02 18:04:49", MTIME),
        ("2021-09-02 20:04:49.75+02:00", MTIME),
        ("1969-12-31 23:59:58.5+00:00", -2),
    ],
)
def test_a_time_is_read_in_whole_seconds_utc(response: str | None, mtime: int) -> None:
    assert read_listing([{**FILE, "last_modified": response}], where=WHERE) == [
        Entry("a.bin", "file", 7, mtime)
    ]


@pytest.mark.parametrize(
    ("response", "says"),
    [
        ([FILE, FILE], "names 'a.bin' twice"),
        ([{**FILE, "size": -1}], "'a.bin' has a size of -1"),
        ([{**FILE, "size": "7"}], "'a.bin' has a size of '7'"),
        ([{**FILE, "size": None}], "'a.bin' has a size of None"),
        ([{**FILE, "size": True}], "'a.bin' has a size of True"),
        ([{**FILE, "size": 1.5}], r"'a.bin' has a size of 1\.5"),
        ([{**FILE, "size": 2**63}], "has a size of 9223372036854775808"),
        ([{"type": "file", "size": 7}], "a name is missing: None"),
        ([{**FILE, "name": ""}], "a name is missing: ''"),
        ([{**FILE, "name": 5}], "a name is missing: 5"),
        ([{"name": "a.bin", "size": 7}], "'a.bin' has no type: None"),
        ([{**FILE, "last_modified": "yesterday"}], "'a.bin' has a modification time of 'yesterday'"),
        ([{**FILE, "last_modified": 12}], "'a.bin' has a modification time of 12"),
        (
            [{**FILE, "last_modified": "0001-01-01 00:00:00+14:00"}],
            "'a.bin' has a modification time of '0001",
        ),
        ([FILE, "b.bin"], "an entry is not an object with a name: 'b.bin'"),
        ("a.bin", "the response has no list of names, but 'a.bin'"),
        (None, "the response has no list of names, but None"),
    ],
)
def test_an_impossible_listing_is_an_error_with_place_path_and_what_to_do(
    response: object, says: str
) -> None:
    with pytest.raises(ListingError, match=says) as error:
        read_listing(response, where=WHERE)
    assert str(error.value).startswith(f"{WHERE} could not be listed: ")
    assert "ask the people who run the collection" in str(error.value)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2**64)
    | st.floats()
    | st.text(max_size=4)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["a", "b", "c"]) | anything,
        "type": st.sampled_from(["file", "dir", "invalid_symlink", "pipe"]) | anything,
        "size": st.integers(0, 9) | anything,
        "last_modified": st.datetimes().map(str) | anything,
        "link_target": st.none() | anything,
    },
)


@given(st.lists(documents | anything, max_size=4) | anything)
def test_any_response_is_entries_that_can_be_kept_or_an_error_of_this_listing(response: object) -> None:
    try:
        entries = read_listing(response, where=WHERE)
    except ListingError as error:
        assert str(error).startswith(WHERE)
        return
    assert isinstance(response, list)
    assert [entry.name for entry in entries] == [document["name"] for document in response]
    assert len({entry.name for entry in entries}) == len(entries)
    for entry, document in zip(entries, response, strict=True):
        assert entry.kind in ("file", "dir", "link", "other")
        assert entry.size == (document["size"] if entry.kind == "file" else 0)
        assert 0 <= entry.size < 2**63
        assert dt.datetime.fromtimestamp(entry.mtime, dt.UTC)
