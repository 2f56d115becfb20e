"""The pure parts: scopes, filters, paths, slots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback_globus import filters, paths
from loopback_globus.auth import scopes
from loopback_globus.engine.dispatch import due_now
from loopback_globus.engine.walk import included
from loopback_globus.errors import ApiError
from loopback_globus.settings import Collection, SettingsError
from loopback_globus.testing import uuid_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", {"a": []}),
        ("a b", {"a": [], "b": []}),
        ("a a[*b c] d", {"a": ["b", "c"], "d": []}),
        ("a[b[c] d]e", {"a": ["b", "c", "d"], "e": []}),
        ("  a[ *b ]  ", {"a": ["b"]}),
    ],
)
def test_nested_scopes_are_parsed(text: str, expected: dict[str, list[str]]) -> None:
    assert scopes.split(text) == expected


@pytest.mark.parametrize("text", ["a[b", "a]b", "[a]", "a[[b]]"])
def test_brackets_must_match(text: str) -> None:
    with pytest.raises(scopes.ScopeError):
        scopes.split(text)


@given(st.binary(min_size=1, max_size=40).filter(lambda b: b"/" not in b and b"\0" not in b))
def test_every_file_name_survives_encoding_and_decoding(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    if not name.startswith("�"):
        paths.to_wire(name).encode()
        assert paths.from_wire(paths.to_wire(name)) == name


@given(st.text(max_size=60))
def test_no_path_leads_outside_the_root(path: str) -> None:
    root = Collection(id=uuid_of("rig"), name="rig", root=Path("/nowhere/root"))
    try:
        place = paths.resolve(root, path)
    except (paths.OutsideError, paths.InvalidPathError):
        return
    assert paths.inside(root, str(place))


def test_a_sibling_with_the_same_beginning_is_outside() -> None:
    root = Collection(id=uuid_of("rig"), name="rig", root=Path("/data/rig"))
    assert paths.inside(root, "/data/rig/x")
    assert not paths.inside(root, "/data/rig2/x")


def test_a_root_may_contain_an_equals_sign(tmp_path: Path) -> None:
    folder = tmp_path / "a=b"
    folder.mkdir()
    plain = Collection.parse(f"{uuid_of('x')}=x={folder}")
    mapped = Collection.parse(f"{uuid_of('x')}=x={folder}=mapped")
    assert (plain.root, plain.kind) == (folder, "guest")
    assert (mapped.root, mapped.kind) == (folder, "mapped")
    with pytest.raises(SettingsError):
        Collection.parse(f"{uuid_of('x')}=x={folder}=unheard-of")


@pytest.mark.parametrize("text", ["name", ":x", "size:x", "size:>4_0", "size:１", "last_modified:yesterday"])
def test_malformed_filters_are_refused(text: str) -> None:
    with pytest.raises(ApiError) as error:
        filters.file_test([text])({"name": "", "size": 0, "last_modified": "2020-01-01"})
    assert error.value.status == 400


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ([], True),
        ([{"method": "exclude", "name": "*.bin", "type": None}], False),
        ([{"method": "exclude", "name": "*.bin", "type": "dir"}], True),
        ([{"method": "include", "name": "a*"}, {"method": "exclude", "name": "*"}], True),
        ([{"method": "exclude", "name": "*"}, {"method": "include", "name": "a*"}], False),
    ],
)
def test_filter_rules(rules: list[dict[str, str]], kept: bool) -> None:
    assert included("a.bin", "file", rules) is kept


def test_slots_are_per_owner_and_kind() -> None:
    def task(n: int, owner: str = "me", kind: str = "TRANSFER", next_try: float = 0) -> Any:
        return {"task_id": f"{owner}{kind}{n}", "owner_id": owner, "type": kind, "next_try": next_try}

    rows = [task(n) for n in range(4)] + [task(4, kind="DELETE"), task(5, owner="you"), task(6, next_try=99)]
    due = due_now(rows, running={"meTRANSFER0"}, now=1)
    assert [row["task_id"] for row in due] == ["meTRANSFER1", "meTRANSFER2", "meDELETE4", "youTRANSFER5"]
