"""Tables of archive.toml that are right one by one and must also fit together."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from session_archive.naming.conventions import load_conventions
from session_archive.settings.checks import LinkedTables, problems

ONE, TWO = "5b875fda-4185-11e8-bb52-0ac6873fc732", "0b2f1d8a-51a0-4b0e-9d55-6f3f0c2f8a11"


def place(directory: str, collection: str = ONE, **more: Any) -> dict[str, Any]:
    return {"collection": collection, "directory": directory, **more}


def data_set(location: str = "archive", link_table: str = "ArchivedRawEphys", **more: Any) -> dict[str, Any]:
    return {"location": location, "link_table": link_table, **more}


ARCHIVE = {"archive": place("/archive")}


def lines(*, names: dict[str, list[str]] | None = None, **tables: Any) -> list[str]:
    """The problems of tables; the names are those of the tables unless others are given."""
    linked = LinkedTables.model_validate(tables, context=Path("archive.toml"))
    return list(problems(linked, {key: list(table) for key, table in tables.items()} | (names or {})))


def keys(found: list[str]) -> list[str]:
    """Where each problem is."""
    return [line.partition(":")[0] for line in found]


def test_separate_places_with_a_data_set_each_fit_together() -> None:
    assert (
        lines(
            data_sets={
                "raw-ephys": data_set(),
                "raw-video": data_set(link_table="ArchivedTrackingVideo"),
            },
            sources={"rig1": place("/rig1", data_sets=["raw-ephys"]), "rig2": place("/rig2")},
            locations=ARCHIVE,
            scratch={"analysis": place("/scratch")},
            staging=place("/staging", local_path="/staging"),
        )
        == []
    )


@pytest.mark.parametrize(
    ("data_sets", "where", "word"),
    [
        ({"raw-ephys": data_set("tape")}, "data_sets.raw-ephys.location", "archive"),
        ({"mine": data_set()}, "data_sets.mine.convention", "raw-ephys"),
        ({"raw-ephys": data_set(convention="tape")}, "data_sets.raw-ephys.convention", "raw-ephys"),
        ({"raw-ephys": data_set(), "raw-video": data_set()}, "data_sets", "'ArchivedRawEphys'"),
        (
            {"raw-ephys": data_set(), "mine": data_set(link_table="Mine", convention="raw-ephys")},
            "data_sets",
            "'raw-ephys'",
        ),
    ],
)
def test_a_data_set_needs_a_location_a_kind_and_a_link_table_of_its_own(
    data_sets: dict[str, Any], where: str, word: str
) -> None:
    (line,) = lines(data_sets=data_sets, locations=ARCHIVE)
    assert keys([line]) == [where]
    assert word in line


def test_a_data_set_may_name_its_kind() -> None:
    assert lines(data_sets={"mine": data_set(convention="raw-ephys")}, locations=ARCHIVE) == []


def test_a_place_that_is_wrong_by_itself_is_not_reported_as_missing() -> None:
    data_sets = {"raw-ephys": data_set("tape")}
    assert lines(data_sets=data_sets, locations=ARCHIVE, names={"locations": ["archive", "tape"]}) == []
    (line,) = lines(data_sets=data_sets)
    assert keys([line]) == ["data_sets.raw-ephys.location"]
    assert line.endswith(")"), "it says that there is none to choose from"


@pytest.mark.fault(18)
@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (place("/raw"), place("/raw"), True),
        (place("/raw"), place("/raw/inside"), True),
        (place("/raw/inside"), place("/raw"), True),
        (place("/raw"), place("/raw2"), False),
        (place("/raw"), place("/raw", TWO), False),
        (place("/raw", local_path="/disk"), place("/other", TWO, local_path="/disk/inside"), True),
    ],
)
@pytest.mark.parametrize(
    ("roles", "where"),
    [
        (("sources", "scratch"), "scratch.b"),
        (("sources", "locations"), "sources.a"),
    ],
)
def test_a_rig_overlaps_neither_a_scratch_place_nor_the_archive(
    first: dict[str, Any], second: dict[str, Any], clash: bool, roles: tuple[str, str], where: str
) -> None:
    found = lines(**dict[str, Any]({roles[0]: {"a": first}, roles[1]: {"b": second}}))
    assert keys(found) == ([where] if clash else [])


def test_a_scratch_place_may_lie_in_the_archive_but_not_contain_it() -> None:
    inside = {"analysis": place("/archive/scratch")}
    assert lines(locations=ARCHIVE, scratch=inside) == []
    for directory in ("/archive", "/"):
        (line,) = lines(locations=ARCHIVE, scratch={"analysis": place(directory)})
        assert keys([line]) == ["scratch.analysis"]
        assert "archive" in line


@pytest.mark.parametrize("role", ["sources", "locations", "scratch"])
@pytest.mark.parametrize("directory", ["/staging", "/", "/staging/inside"])
def test_the_staging_place_overlaps_no_other_place(role: str, directory: str) -> None:
    staging = place("/staging", local_path="/nowhere")
    (line,) = lines(**dict[str, Any]({role: {"one": place(directory)}}), staging=staging)
    assert keys([line]) == ["staging"]
    assert "one" in line
    assert lines(**dict[str, Any]({role: {"one": place("/apart")}}), staging=staging) == []


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ([], [], True),
        (["raw-ephys"], [], True),
        ([], ["raw-ephys"], True),
        (["raw-ephys", "raw-video"], ["raw-video"], True),
        (["raw-ephys"], ["raw-video"], False),
    ],
)
def test_two_rigs_share_a_directory_only_if_they_share_no_data_set(
    one: list[str], other: list[str], clash: bool
) -> None:
    def found(directory: str, collection: str = ONE) -> list[str]:
        sources = {
            "rig1": place("/rig", data_sets=one),
            "rig2": place(directory, collection, data_sets=other),
        }
        return keys(lines(sources=sources, names={"data_sets": ["raw-ephys", "raw-video"]}))

    assert found("/rig") == (["sources.rig2"] if clash else [])
    assert found("/rig", TWO) == found("/rig/inside") == []


def test_a_rig_names_data_sets_that_exist() -> None:
    found = lines(sources={"rig": place("/rig", data_sets=["raw-ephys", "raw-emg"])}, names={"data_sets": []})
    assert keys(found) == ["sources.rig.data_sets"] * 2
    assert "'raw-emg'" in found[1]


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        ({"sources": {"x": place("/a")}, "locations": {"x": place("/b")}}, "x"),
        ({"sources": {"x": place("/a")}, "scratch": {"x": place("/b")}}, "x"),
        ({"locations": {"x": place("/a")}, "scratch": {"x": place("/b")}}, "x"),
        ({"locations": {"staging": place("/a")}}, "staging"),
    ],
)
def test_each_place_has_a_name_of_its_own(tables: dict[str, Any], name: str) -> None:
    assert keys(lines(**tables)) == [name]


@pytest.mark.parametrize(
    "tables", [{"sources": 3}, {"locations": [1]}, {"scratch": {"x": 1}}, {"staging": 3}]
)
def test_places_that_are_no_tables_are_problems_of_the_file(tables: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(tables))):
        LinkedTables.model_validate(tables, context=Path("archive.toml"))


def test_the_file_names_its_own_conventions_beside_it(tmp_path: Path) -> None:
    def kinds(named: object) -> set[str]:
        tables = LinkedTables.model_validate({"conventions": named}, context=tmp_path / "archive.toml")
        return set(tables.every_kind.kinds)

    packaged = set(load_conventions().kinds)
    (tmp_path / "own.toml").write_text(
        '[kinds.raw-emg]\ndescription = "muscles"\n'
        'layouts = [{ id = "M1", directory = "{subject}/emg_{date:%m%d%y}" }]\n'
    )
    assert kinds("own.toml") == packaged | {"raw-emg"}
    assert kinds("") == set(LinkedTables().every_kind.kinds) == packaged
    for wrong in ("missing.toml", 3):
        with pytest.raises(ValidationError, match="conventions"):
            kinds(wrong)
