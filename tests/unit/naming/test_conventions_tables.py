"""What a single entry of conventions.toml accepts."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from session_archive.naming.conventions_tables import (
    DatesTable,
    FileTypesTable,
    IdentTable,
    KindTable,
    LayoutTable,
    NameFormTable,
    NamesTable,
    SubjectTable,
)

LAYOUT = {"id": "E1", "directory": "{subject}/{date:%m%d%y}"}
KIND = {"description": "videos", "layouts": [LAYOUT]}
NAMES: dict[str, Any] = {"litter": ["*.tmp"], "hidden": [".*"], "backups": ["*.bak"], "scratch": ["temp.dat"]}


def refused(table: type[BaseModel], values: dict[str, Any]) -> list[str]:
    """The keys that are wrong."""
    with pytest.raises(ValidationError) as error:
        table.model_validate(values)
    return sorted({str(each["loc"][0]) if each["loc"] else "" for each in error.value.errors()})


@pytest.mark.parametrize("pattern", ["(", "(a)", "a(?P<x>b)", "[", "*"])
def test_a_pattern_of_a_subject_is_an_expression_without_groups(pattern: str) -> None:
    assert refused(SubjectTable, {"pattern": pattern, "example": "SC022"}) == ["pattern"]
    assert refused(IdentTable, {"pattern": pattern}) == ["pattern"]
    assert IdentTable(pattern="(?:a|b)[0-9]{1,3}").pattern == "(?:a|b)[0-9]{1,3}"


@pytest.mark.parametrize("key", ["litter", "hidden", "backups", "scratch"])
@pytest.mark.parametrize("pattern", ["", "a/b", "a\\b", "*"])
def test_a_pattern_of_names_is_of_one_name_and_not_of_all(key: str, pattern: str) -> None:
    assert refused(NamesTable, {**NAMES, key: [pattern]}) == [key]


def test_all_patterns_of_names_are_in_one_list() -> None:
    assert sorted(NamesTable.model_validate(NAMES).patterns) == ["*.bak", "*.tmp", ".*", "temp.dat"]


@pytest.mark.parametrize("spellings", [["%m%d"], ["%m%d%y", "%G%m%d"]])
def test_a_spelling_of_a_day_is_checked(spellings: list[str]) -> None:
    assert refused(DatesTable, {"earliest": "2015-01-01", "spellings": spellings}) == ["spellings"]
    assert (
        DatesTable.model_validate({"earliest": "2015-01-01", "spellings": ["%m%d%y"]}).earliest.year == 2015
    )


@pytest.mark.parametrize("form", ["", "{unknown}", "a/b"])
def test_a_form_of_names_is_checked(form: str) -> None:
    assert refused(NameFormTable, {"form": form, "foreign": "reject"}) == ["form"]
    assert refused(KindTable, {**KIND, "probes": [form]}) == ["probes"]


@pytest.mark.parametrize("foreign", ["reject", "ambiguous"])
def test_a_name_of_another_recording_has_one_of_two_verdicts(foreign: str) -> None:
    assert NameFormTable.model_validate({"form": "a", "foreign": foreign}).foreign == foreign
    assert refused(NameFormTable, {"form": "a", "foreign": "accept"}) == ["foreign"]


@pytest.mark.parametrize("accept", ["opt-in", "never"])
def test_a_layout_that_is_not_accepted_says_why(accept: str) -> None:
    assert refused(LayoutTable, {**LAYOUT, "accept": accept}) == [""]
    assert LayoutTable.model_validate({**LAYOUT, "accept": accept, "why": "old"}).why == "old"


def test_a_layout_is_accepted_unless_it_says_otherwise() -> None:
    assert LayoutTable.model_validate(LAYOUT).accept == "always"
    assert LayoutTable.model_validate({**LAYOUT, "accept": "always"}).why == ""
    assert refused(LayoutTable, {**LAYOUT, "accept": "sometimes", "why": "x"}) == ["accept"]


@pytest.mark.parametrize(
    ("layout_id", "good"),
    [("E4-year_2", True), ("x" * 32, True), ("x" * 33, False), ("E 4", False), ("", False)],
)
def test_an_id_of_a_layout_is_one_word(layout_id: str, good: bool) -> None:
    if good:
        assert LayoutTable.model_validate({**LAYOUT, "id": layout_id}).id == layout_id
    else:
        assert refused(LayoutTable, {**LAYOUT, "id": layout_id}) == ["id"]


@pytest.mark.parametrize("accept", ["opt-in", "never"])
def test_the_first_layout_is_written_and_therefore_accepted(accept: str) -> None:
    other = {**LAYOUT, "id": "E2", "accept": accept, "why": "old"}
    assert refused(KindTable, {**KIND, "layouts": [other, LAYOUT]}) == ["layouts"]
    assert len(KindTable.model_validate({**KIND, "layouts": [LAYOUT, other]}).layouts) == 2
    assert refused(KindTable, {**KIND, "layouts": []}) == ["layouts"]


def test_a_pattern_stands_for_one_type() -> None:
    for patterns in ({"a": ["*.x"], "b": ["*.X"]}, {"a": ["*.x", "*.x"]}):
        assert refused(KindTable, {**KIND, "file_types": patterns}) == ["file_types"]
    types = KindTable.model_validate({**KIND, "file_types": {"a": ["*.x"], "b": ["*.y"]}}).file_types
    assert types == {"a": ("*.x",), "b": ("*.y",)}


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("a", True),
        ("ephys-raw-2", True),
        ("x" * 32, True),
        ("x" * 33, False),
        ("A", False),
        ("a_b", False),
        ("a-", False),
        ("-a", False),
        ("", False),
    ],
)
def test_a_type_has_a_name_that_the_lab_can_store(name: str, good: bool) -> None:
    if good:
        assert FileTypesTable(unknown=name).unknown == name
    else:
        assert refused(FileTypesTable, {"unknown": name}) == ["unknown"]
        assert refused(KindTable, {**KIND, "unknown": name}) == ["unknown"]


@pytest.mark.parametrize("key", ["doubtful", "refused"])
def test_a_file_that_is_left_out_has_a_reason(key: str) -> None:
    assert refused(KindTable, {**KIND, key: {"*.x": ""}}) == [key]
    assert getattr(KindTable.model_validate({**KIND, key: {"*.x": "a copy"}}), key) == {"*.x": "a copy"}
    assert refused(KindTable, {**KIND, key: {"*": "all"}}) == [key]


def test_an_unknown_key_is_refused() -> None:
    assert refused(KindTable, {**KIND, "tyop": 1}) == ["tyop"]
    assert refused(LayoutTable, {**LAYOUT, "tyop": 1}) == ["tyop"]
