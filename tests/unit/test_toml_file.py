"""Each problem of a TOML file is one line with file and key, and never repeats a value."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from session_archive.errors import SettingsError
from session_archive.toml_file import problem_lines, read_toml, refuse, validated


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    size: int
    path: Annotated[str, Field(alias="folder", max_length=3)] = ""


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    one: Inner
    many: Annotated[dict[str, Inner], Field(min_length=1)]
    perhaps: Annotated[Inner | None, Field(alias="maybe")] = None
    words: tuple[str, ...] = ()
    rows: Annotated[tuple[Inner, ...], Field(min_length=1)] = (Inner(size=1),)
    texts: dict[str, str] = {}
    choice: Literal["a", "b"] = "a"


RIGHT: dict[str, Any] = {"one": {"size": 1}, "many": {"a": {"size": 1}}}


def lines(raw: Any, **more: str) -> list[str]:
    with pytest.raises(ValidationError) as error:
        Outer.model_validate(raw)
    return problem_lines(Outer, error.value, **more)


@pytest.mark.parametrize(
    ("change", "key", "word"),
    [
        ({"one": {"size": "many"}}, "one.size", "a whole number"),
        ({"one": {}}, "one.size", "missing"),
        ({"one": {"size": 1, "tyop": 2}}, "one.tyop", "one of: size, folder"),
        ({"one": {"size": 1, "folder": "long"}}, "one.folder", "at most 3"),
        ({"one": 3}, "one", "a table"),
        ({"maybe": {"size": 1, "tyop": 2}}, "maybe.tyop", "one of: size, folder"),
        ({"many": {"a": {"size": 1, "tyop": 2}}}, "many.a.tyop", "one of: size, folder"),
        ({"many": {}}, "many", "[many.<name>]"),
        ({"many": 3}, "many", "[many.<name>]"),
        ({"words": 3}, "words", "a list"),
        ({"words": [1]}, "words.0", "text in quotes"),
        ({"rows": []}, "rows", "at least 1"),
        ({"rows": [{"size": 1}, {"size": 1, "tyop": 2}]}, "rows.1.tyop", "one of: size, folder"),
        ({"texts": 3}, "texts", "wrong kind of value; expected a table"),
        ({"texts": {"a": 3}}, "texts.a", "text in quotes"),
        ({"choice": "c"}, "choice", "another value"),
        ({"tyop": 3}, "tyop", "one of: one, many, maybe, words, rows, texts, choice"),
    ],
)
def test_a_problem_names_its_key_and_what_is_expected(change: dict[str, Any], key: str, word: str) -> None:
    (line,) = lines({**RIGHT, **change})
    assert line.partition(": ")[0] == key
    assert word in line
    assert ("missing" in line) == (change in ({"one": {}}, {"many": {}}))
    assert ("<name>" in line) == (key == "many")


def test_a_missing_table_names_the_keys_that_it_needs() -> None:
    one, many = lines({})
    assert one.startswith("one: ")
    assert "[one] with size" in one
    assert "folder" not in one
    assert many.startswith("many: ")
    assert "[many.<name>]" in many


def test_all_problems_come_in_one_go() -> None:
    found = lines({"one": {"size": "x"}, "many": {"a": {"size": "y"}}, "tyop": 1})
    assert [line.partition(": ")[0] for line in found] == ["one.size", "many.a.size", "tyop"]


@pytest.mark.parametrize("key", ["password", "Token", "my_secret", "credentials", "api_key", "APIKEY"])
def test_a_secret_is_sent_where_secrets_belong(key: str) -> None:
    raw = {**RIGHT, "one": {"size": 1, key: "hunter2"}}
    (line,) = lines(raw, secrets="the connection")
    assert (line.partition(": ")[0], "the connection" in line) == (f"one.{key}", True)
    (plain,) = lines(raw)
    assert "one of: size, folder" in plain
    assert "hunter2" not in line + plain


def test_a_key_that_is_no_secret_is_not_taken_for_one() -> None:
    assert lines({**RIGHT, "tyop": 1}, secrets="the connection") == lines({**RIGHT, "tyop": 1})
    assert lines(3, secrets="the connection") == lines(3)


def test_an_unknown_key_of_a_value_that_has_no_keys() -> None:
    with pytest.raises(ValidationError) as error:
        Outer.model_validate({**RIGHT, "tyop": 1})
    (line,) = problem_lines(dict[str, int], error.value)
    assert line.endswith("none")


def test_a_table_that_was_checked_alone_has_its_name_before_each_key() -> None:
    (line,) = lines({**RIGHT, "tyop": 3}, table="locations")
    assert line.startswith("locations.tyop: ")
    (whole,) = lines(3)
    assert whole.startswith("(file): ")


def test_a_value_that_fits_is_the_model_and_another_names_its_source() -> None:
    assert validated(Outer, RIGHT, source="a.toml").one.size == 1
    with pytest.raises(SettingsError) as refused:
        validated(
            Outer, {**RIGHT, "tyop": 1, "one": {"password": "x", "size": 1}}, source="a.toml", secrets="y"
        )
    found = str(refused.value).splitlines()
    assert [line.rpartition(": ")[0].partition(";")[0][:12] for line in found] == [
        "a.toml: one.",
        "a.toml: tyop",
    ]
    assert "expected it in y" in found[0]


def test_lines_are_refused_after_the_name_of_the_file() -> None:
    refuse("a.toml", [])
    with pytest.raises(SettingsError, match=r"^a\.toml: one\na\.toml: two$"):
        refuse("a.toml", iter(["one", "two"]))


def test_a_file_is_read_as_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[one]\nsize = 1\nname = "é"\n', encoding="utf-8")
    assert read_toml(path, what="") == {"one": {"size": 1, "name": "é"}}


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "install it"), (b"\xff", "UTF-8"), (b"a = b", "TOML"), ("folder", "install it")],
)
def test_a_file_that_cannot_be_read_is_one_line_with_its_path(
    tmp_path: Path, content: Any, word: str
) -> None:
    path = tmp_path / "a.toml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read_toml(path, what="install it again")
    assert str(refused.value).startswith(f"{path}: ")
    assert word in str(refused.value)
    assert "\n" not in str(refused.value)
