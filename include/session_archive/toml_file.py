"""Reads a TOML file; every problem in it becomes one line that names file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from session_archive.errors import SettingsError

_EXPECTED = {
    "missing": "missing; expected a value",
    "string_type": "wrong kind of value; expected text in quotes",
    "int_type": "wrong kind of value; expected a whole number",
    "int_parsing": "wrong kind of value; expected a whole number",
    "bool_type": "wrong kind of value; expected true or false",
    "list_type": "wrong kind of value; expected a list in [ ]",
    "tuple_type": "wrong kind of value; expected a list in [ ]",
    "dict_type": "wrong kind of value; expected a table",
    "model_type": "wrong kind of value; expected a table",
    "uuid_parsing": "not a UUID; expected the collection's UUID, as the Globus web app shows it",
    "uuid_type": "not a UUID; expected the collection's UUID, as the Globus web app shows it",
    "byte_size": "not a size; expected bytes or a size such as '4 TB'",
    "byte_size_unit": "unknown unit; expected a size such as '4 TB' or '500 GB'",
    "greater_than": "too small; expected more than {gt}",
    "less_than_equal": "too large; expected at most {le}",
    "float_type": "wrong kind of value; expected a number",
    "float_parsing": "wrong kind of value; expected a number",
    "date_from_datetime_parsing": "not a date; expected a day such as 2015-01-01",
    "date_type": "not a date; expected a day such as 2015-01-01",
    "greater_than_equal": "too small; expected at least {ge}",
    "string_pattern_mismatch": "wrong form; expected text that matches {pattern}",
    "string_too_short": "empty; expected some text",
    "string_too_long": "too long; expected at most {max_length} characters",
    "too_short": "empty; expected at least {min_length}",
}


def read_toml(path: Path, *, what: str) -> dict[str, Any]:
    """The tables of a file. Raises SettingsError, one line, when it cannot be read or is not TOML.

    what : which file it is and what to do when it is missing; ends the message
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file; {what}") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); {what}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8; expected a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'{path}: not TOML: {error}; expected lines such as key = "value"') from None


def problem_lines(model: type[BaseModel], error: ValidationError, *, table: str = "") -> list[str]:
    """`<key>: <what is wrong>; <what is expected>`, one for each problem; values are never quoted.

    table : the dotted name of the table that was validated, '' for the whole file
    """
    return [f"{_key(table, each['loc'])}: {_words(model, each)}" for each in error.errors(include_url=False)]


def refuse(path: Path | str, lines: Iterable[str]) -> None:
    """Raise SettingsError with all `lines`, each after the file's name; do nothing when there are none."""
    if problems := [f"{path}: {line}" for line in lines]:
        raise SettingsError("\n".join(problems))


def _key(table: str, loc: tuple[int | str, ...]) -> str:
    return ".".join([*([table] if table else []), *(str(part) for part in loc)]) or "(file)"


def _words(model: type[BaseModel], problem: ErrorDetails) -> str:
    if problem["type"] == "extra_forbidden":
        return "unknown key; " + (
            f"expected one of: {_keys(model)}" if len(problem["loc"]) == 1 else "expected none"
        )
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    words = _EXPECTED.get(problem["type"])
    return words.format(**problem.get("ctx", {})) if words else f"{problem['msg']}; expected another value"


def _keys(model: type[BaseModel]) -> str:
    keys = (field.alias or name for name, field in model.model_fields.items())
    return ", ".join(key for key in keys if key != "name")
