"""A path as people have it, and the place that it lies in."""

from pathlib import Path

import pytest

from session_archive.cli.explain_place import PlacedPath, placed
from session_archive.errors import NamingError
from session_archive.settings.load import Settings, load_settings

EXAMPLE = Path(__file__).resolve().parents[3] / "config" / "archive.example.toml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two rigs of Windows, and one place in another's folder."""
    text = EXAMPLE.read_text()
    path = tmp_path / "archive.toml"
    path.write_text(text)
    settings = load_settings(path)
    source = next(iter(settings.sources.values()))
    places = {
        name: source.model_copy(update={"name": name, "declared_local_path": local})
        for name, local in (("rig1", "/data"), ("rig2", "/data/inner"), ("rig3", "D:\\data"))
    }
    return settings.model_copy(update={"sources": places, "locations": {}, "scratch": {}, "staging": None})


@pytest.mark.parametrize(
    ("text", "place", "path"),
    [
        ("rig1:SC022/x/", "rig1", "SC022/x"),
        ("/data/SC022/x", "rig1", "SC022/x"),
        ("/data/inner/SC022", "rig2", "SC022"),
        ("D:\\data\\SC022\\x", "rig3", "SC022/x"),
        ("d:/data/SC022", "rig3", "SC022"),
        ("SC022/x", "", "SC022/x"),
        # No place has that name; it may be a folder's.
        ("rig9:SC022/x", "", "rig9:SC022/x"),
        ("rig1:", "", "rig1:"),
    ],
)
def test_where_a_path_lies(settings: Settings, text: str, place: str, path: str) -> None:
    assert placed(text, settings) == PlacedPath(path, place)


@pytest.mark.parametrize("text", ["/datastore/SC022", "/data", "E:\\data\\SC022", "/"])
def test_what_lies_nowhere_is_an_error(settings: Settings, text: str) -> None:
    with pytest.raises(NamingError, match="lies in no local_path of"):
        placed(text, settings)


def test_a_path_has_its_parents_the_nearest_first() -> None:
    assert PlacedPath("a/b/c").parents == ["a/b/c", "a/b", "a"]


def test_without_settings_a_path_is_what_it_is() -> None:
    assert placed("/data/x", None) == PlacedPath("/data/x")
