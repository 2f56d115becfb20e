"""Each key at the top or in `custom`, and a line for everything that is wrong; never a value."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from session_archive.errors import SettingsError
from session_archive.moving_over.dj_local_conf_reader import ConfReader

Open = Callable[[Any], ConfReader]


class Login(BaseModel):
    port: int = Field(default=3306, alias="database.port")
    user: str = Field(default="", alias="database.user")


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def opened(content: Any) -> ConfReader:
        path = tmp_path / "dj_local_conf.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return ConfReader(path, known=("globus.token", "globus.local_endpoint"))

    return opened


def test_a_key_stands_at_the_top_or_in_custom(opened: Open) -> None:
    reader = opened({"a": 1, "custom": {"b": 2, "c": None}})
    assert [reader.value(key) for key in "abcd"] == [1, 2, None, None]
    assert reader.lines == []


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_an_empty_value_is_none_and_leaves_the_other_place(opened: Open, nothing: Any) -> None:
    assert opened({"a": nothing, "custom": {"a": nothing}}).value("a") is None
    assert opened({"a": 1, "custom": {"a": nothing}}).value("a") == 1
    assert opened({"a": nothing, "custom": {"a": 2}}).value("a") == 2
    assert opened({"a": 0}).value("a") == 0, "0 and false are values"
    assert opened({"a": False}).value("a") is False


@pytest.mark.parametrize("wrong", [[], "", 0, False, [1], "x"])
def test_what_is_no_object_in_custom_is_refused_and_null_is_absent(opened: Open, wrong: Any) -> None:
    with pytest.raises(SettingsError, match="custom: wrong kind of value; expected an object"):
        opened({"a": 1, "custom": wrong})
    assert opened({"a": 1, "custom": None}).value("a") == 1


def test_two_different_values_are_one_problem_and_two_equal_ones_are_none(opened: Open) -> None:
    reader = opened({"a": 1, "b": 2, "custom": {"a": 1, "b": 3}})
    assert reader.value("a") == 1
    assert reader.lines == []
    for _ in range(3):
        assert reader.value("b") == 3
    (line,) = reader.lines
    assert line.startswith("b: ")


def test_a_text_is_a_text(opened: Open) -> None:
    reader = opened({"a": "x", "b": 7})
    assert (reader.text("a"), reader.text("c"), reader.lines) == ("x", "", [])
    assert reader.text("b") == ""
    (line,) = reader.lines
    assert line.startswith("b: ")
    assert "7" not in line


def test_a_value_of_a_type(opened: Open) -> None:
    reader = opened({"good": [1, 2], "bad": [1, "secret"]})
    adapter = TypeAdapter(list[int])
    assert reader.validated(adapter, "good") == [1, 2]
    assert reader.validated(adapter, "none") is None
    assert reader.lines == []
    assert reader.validated(adapter, "bad") is None
    (line,) = reader.lines
    assert line.startswith("bad.1: ")
    assert "secret" not in line


def test_several_keys_are_one_model(opened: Open) -> None:
    keys = ["database.port", "database.user"]
    reader = opened({"database.port": 5, "custom": {"database.user": "ann"}})
    assert reader.model(Login, keys) == Login.model_validate({"database.port": 5, "database.user": "ann"})
    assert opened({"database.user": ""}).model(Login, keys) == Login(), "an empty value has the default"
    wrong = opened({"database.port": "secret"})
    assert wrong.model(Login, keys) is None
    (line,) = wrong.lines
    assert line.startswith("database.port: ")
    assert "secret" not in line


def test_what_was_not_read_of_custom_is_left(opened: Open) -> None:
    reader = opened({"top": 1, "custom": {"z": 1, "b": 2, "a": 3}})
    reader.value("b")
    reader.text("top")
    assert reader.left() == ("a", "z")


def test_an_unknown_key_of_globus_is_a_problem_wherever_it_stands(opened: Open) -> None:
    reader = opened({"globus.tokn": 1, "globus.token": 1, "other": 1, "custom": {"globus.x": 1}})
    assert [line.partition(":")[0] for line in reader.lines] == ["globus.tokn", "globus.x"]
    assert all("globus.local_endpoint" in line for line in reader.lines)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"a": 1, "a": 1}', '{"custom": {"b": 1, "b": 2}}'])
def test_a_file_that_is_no_object_of_settings_is_refused(opened: Open, content: str) -> None:
    with pytest.raises(SettingsError, match=r"dj_local_conf\.json: "):
        opened(content)


def test_custom_is_an_object(opened: Open) -> None:
    for content in ({"custom": 3}, {"custom": ["a"]}):
        with pytest.raises(SettingsError, match="custom"):
            opened(content)
    assert opened({"custom": None}).left() == ()


def test_a_key_that_stands_twice_is_named_once(opened: Open) -> None:
    with pytest.raises(SettingsError) as refused:
        opened('{"a": 1, "a": 2, "b": {"c": 1, "c": 2, "a": 3}, "a": 3, "d": 1}')
    lines = [line.partition(".json: ")[2].partition(":")[0] for line in str(refused.value).splitlines()]
    assert sorted(lines) == ["a", "c"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "conf.json"
    with pytest.raises(SettingsError, match=str(path)):
        ConfReader(path, known=())
    path.write_bytes(b'"\xff"')
    with pytest.raises(SettingsError, match="UTF-8"):
        ConfReader(path, known=())
    with pytest.raises(SettingsError, match=str(tmp_path)):
        ConfReader(tmp_path, known=())
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert ConfReader(path, known=()).value("a") == 1, "a file of Windows may begin with a mark"
