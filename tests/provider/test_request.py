"""What goes into a transfer document, and what is refused before it is sent."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from globus_provider.errors import GlobusRequestError
from globus_provider.request import TransferItem, TransferItems, TransferRequest

ITEM = TransferItem("/a", "/b")


def request(**fields: Any) -> TransferRequest:
    given: dict[str, Any] = {
        "source_collection": "s",
        "destination_collection": "d",
        "items": (ITEM,),
        "label": "one transfer",
        **fields,
    }
    return TransferRequest(**given)


def test_the_defaults_suit_an_archive() -> None:
    document = request().as_document("id")
    sent = {key: document[key] for key in document if isinstance(document[key], bool)}
    assert sent == {
        "verify_checksum": True,
        "preserve_timestamp": True,
        "encrypt_data": True,
        "fail_on_quota_errors": True,
        "skip_source_errors": False,
        "delete_destination_extra": False,
        "notify_on_succeeded": False,
        "notify_on_failed": False,
        "notify_on_inactive": False,
    }
    assert "sync_level" not in document
    assert "deadline" not in document


def test_a_deadline_is_sent_in_utc_and_a_sync_level_as_its_number() -> None:
    east = dt.timezone(dt.timedelta(hours=2))
    document = request(
        deadline=dt.datetime(2026, 1, 1, 2, 0, tzinfo=east), sync_level="checksum"
    ).as_document("id")
    assert document["deadline"] == "2026-01-01 00:00:00+00:00"
    assert document["sync_level"] == 3


ITEMS = st.builds(
    TransferItem,
    st.text(min_size=1),
    st.text(min_size=1),
    external_checksum=st.sampled_from(["", "abc"]),
    checksum_algorithm=st.sampled_from(["", "SHA1"]),
    recursive=st.sampled_from([None, True, False]),
)


@given(st.lists(ITEMS, min_size=1).map(tuple), st.sampled_from([None, "checksum"]))
def test_what_is_posted_is_the_document(items: tuple[TransferItem, ...], sync_level: str | None) -> None:
    posted = request(items=items, sync_level=sync_level)
    assert json.loads(posted.as_json("id")) == posted.as_document("id")


def test_an_item_omits_unknown_fields() -> None:
    assert set(ITEM.as_document()) == {"DATA_TYPE", "source_path", "destination_path"}
    full = TransferItem("/a", "/b", "abc", "SHA1", False).as_document()
    assert (full["external_checksum"], full["checksum_algorithm"], full["recursive"]) == (
        "abc",
        "SHA1",
        False,
    )


def test_items_may_be_values_pairs_or_mappings() -> None:
    mapping = {"source_path": "/a", "destination_path": "/b"}
    assert TransferItems.of([ITEM, ("/a", "/b"), ["/a", "/b"], mapping]).items == (ITEM,) * 4
    assert TransferItems.of(iter([ITEM])).items == (ITEM,)


@pytest.mark.parametrize("items", ["/a", {"/a": "/b"}, 7, None, ["/a"], [("/a",)], [{"path": "/a"}], [3]])
def test_a_malformed_item_is_refused(items: object) -> None:
    with pytest.raises(GlobusRequestError, match="expected a"):
        TransferItems.of(items)


@pytest.mark.parametrize(
    "fields",
    [
        {"items": ()},
        {"label": ""},
        {"label": " x"},
        {"label": "x\ny"},
        {"label": "x" * 129},
        {"deadline": dt.datetime(2026, 1, 1)},
        {"sync_level": "some"},
    ],
)
def test_a_request_that_globus_would_refuse_raises(fields: dict[str, object]) -> None:
    with pytest.raises(GlobusRequestError):
        request(**fields)
