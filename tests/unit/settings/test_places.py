"""A place: a directory of a collection, its path on a disk, and which places overlap."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from session_archive.errors import NamingError
from session_archive.settings.places import Place, Source, Staging, inner_roots, lies_in, overlap, with_name

ONE, TWO = UUID(int=1), UUID(int=2)


def place(directory: str, collection: UUID = ONE, local_path: Any = None, name: str = "rig1") -> Place:
    return Place.model_validate(
        {"name": name, "collection": collection, "directory": directory, "local_path": local_path}
    )


@pytest.mark.parametrize(
    ("text", "directory"),
    [
        ("/map/raw", "/map/raw"),
        ("map/raw", "/map/raw"),
        ("//map//raw//", "/map/raw"),
        ("/", "/"),
        ("", "/"),
        ("/a~b", "/a~b"),
    ],
)
def test_a_directory_begins_at_the_root_of_its_collection(text: str, directory: str) -> None:
    assert place(text).directory == directory


@pytest.mark.parametrize("text", ["/map\\raw", "\\", "~", "/~/map", "/map/../raw", "/./map", "/map\n"])
def test_a_directory_that_means_another_place_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        place(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/globus/map", PurePosixPath),
        ("C:\\globus\\map", PureWindowsPath),
        ("C:/globus/map", PureWindowsPath),
        ("//server/share", PurePosixPath),
        ("\\\\server\\share\\map", PureWindowsPath),
    ],
)
def test_a_local_path_is_absolute_on_its_own_system(text: str, kind: type) -> None:
    path = place("/", local_path=text).pure_local_path
    assert (type(path), path) == (kind, kind(text))


@pytest.mark.parametrize("text", ["globus/map", "C:globus", "/globus/../map", "/globus\0map", "", "."])
def test_a_local_path_that_depends_on_the_current_directory_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        place("/", local_path=text)


def test_only_a_directory_of_this_machine_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o755)
    assert place("/", local_path=tmp_path).local_path == tmp_path
    for path in (None, str(tmp_path / "missing"), str(tmp_path / "file"), "C:\\globus"):
        assert place("/", local_path=path).local_path is None
    assert place("/").pure_local_path is None


def test_a_path_of_windows_is_not_read_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "C:/globus").mkdir(parents=True)
    (tmp_path / "C:\\globus").mkdir()
    monkeypatch.chdir(tmp_path)
    assert place("/", local_path="C:\\globus").local_path is None


def test_a_place_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        place("/").directory = "/other"


@pytest.mark.parametrize("name", ["rig1", "1", "A.b_c-d", "x" * 64])
def test_a_name_of_a_place(name: str) -> None:
    assert place("/", name=name).name == name


@pytest.mark.parametrize("name", ["", "-rig", ".rig", "rig 1", "rig:1", "rig/1", "x" * 65])
def test_a_name_that_a_path_could_not_begin_with_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        place("/", name=name)


def test_a_place_takes_its_name_from_the_key_of_its_table() -> None:
    assert with_name("rig1", {"directory": "/"}) == {"directory": "/", "name": "rig1"}
    assert with_name("rig1", {"name": "rig2"}) == {"name": None}
    assert with_name("rig1", "no table") == "no table"
    with pytest.raises(ValidationError, match="name"):
        Place.model_validate(with_name("rig1", {"name": "rig2", "collection": str(ONE), "directory": "/"}))


def test_a_rig_without_data_sets_has_all_and_staging_needs_a_local_path() -> None:
    assert Source(name="rig1", collection=ONE, directory="/").data_sets == ()
    with pytest.raises(ValidationError, match="local_path"):
        Staging.model_validate({"name": "staging", "collection": str(ONE), "directory": "/"})


names = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
paths = st.lists(names, max_size=3).map("/".join)


@given(root=paths, path=paths)
def test_a_path_relative_to_a_place_leads_back(root: str, path: str) -> None:
    where = place(root)
    assert where.relative(where.absolute(path)) == path
    assert where.absolute("") == where.directory
    assert where.absolute(path).startswith("/")
    assert "//" not in where.absolute(path)


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("/map/raw", "/other"),
        ("/map/raw", "/map"),
        ("/map/raw", "/map/rawest"),
        ("/map/raw", "/map/raw/../x"),
        ("/map/raw", "map/raw"),
        ("/", "//x"),
        ("/", "x"),
    ],
)
def test_a_path_outside_a_place_has_no_relative_path(root: str, path: str) -> None:
    with pytest.raises(NamingError, match="rig1"):
        place(root).relative(path)


@pytest.mark.parametrize(
    ("root", "path", "relative"),
    [
        ("/map/raw", "/map/raw", ""),
        ("/map/raw", "/map/raw/", ""),
        ("/map/raw", "/map//raw/./a//b/", "a/b"),
        ("/", "/", ""),
        ("/", "/a/b", "a/b"),
    ],
)
def test_a_path_below_a_place_is_relative_however_it_is_spelled(root: str, path: str, relative: str) -> None:
    assert place(root).relative(path) == relative


@pytest.mark.parametrize("path", ["/a", "../a", "a//b", "a\nb"])
def test_a_path_that_leaves_the_place_has_no_absolute_path(path: str) -> None:
    with pytest.raises(NamingError):
        place("/map/raw").absolute(path)


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        (place("/a/b"), place("/a"), True),
        (place("/a"), place("/a"), True),
        (place("/a"), place("/"), True),
        (place("/a"), place("/a/b"), False),
        (place("/ab"), place("/a"), False),
        (place("/a/b", TWO), place("/a"), False),
        (place("/x", TWO, "/disk/in"), place("/a", ONE, "/disk"), True),
        (place("/x", TWO, "/disk"), place("/a", ONE, "/disk/in"), False),
        (place("/x", TWO, "C:\\disk\\in"), place("/a", ONE, "C:\\disk"), True),
        (place("/x", TWO, "C:\\disk"), place("/a", ONE, "/disk"), False),
        (place("/x", TWO, "\\\\server\\share\\in"), place("/a", ONE, "//server/share"), False),
        (place("/x", TWO), place("/a", ONE, "/disk"), False),
        (place("/x", TWO, "/disk"), place("/a", ONE), False),
    ],
)
def test_one_place_lies_in_another_in_the_collection_or_on_the_disk(
    inner: Place, outer: Place, inside: bool
) -> None:
    assert lies_in(inner, outer) is inside
    assert overlap(inner, outer) is overlap(outer, inner) is (inside or lies_in(outer, inner))


@pytest.mark.parametrize("relation", [lies_in, overlap])
@given(one=paths, other=paths)
def test_relations_of_directories_are_those_of_their_parts(
    relation: Callable[[Place, Place], bool], one: str, other: str
) -> None:
    first, second = ([part for part in text.split("/") if part] for text in (one, other))
    inside = first[: len(second)] == second
    around = second[: len(first)] == first
    expected = inside or (relation is overlap and around)
    assert relation(place(one), place(other)) is expected


def test_a_walk_leaves_out_the_roots_of_other_places_of_the_same_collection() -> None:
    others = [
        place("/raw/b/c"),
        place("/raw/a"),
        place("/raw/a"),
        place("/raw"),
        place("/rawest"),
        place("/"),
        place("/raw/z", TWO),
    ]
    assert inner_roots(place("/raw"), others) == ("a", "b/c")
