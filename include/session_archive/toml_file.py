"""Reads a TOML file; every problem in it becomes one line that names file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

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
#: The same where tables by name are expected.
_EXPECTED_TABLES = {
    "missing": "missing; expected at least one table [{key}.<name>]",
    "too_short": "missing; expected at least one table [{key}.<name>]",
    "dict_type": "wrong kind of value; expected tables [{key}.<name>]",
}

#: A key that seems to hold a secret.
_SECRET = re.compile(r"passw|token|secret|credential|api_?key", re.IGNORECASE)
_Model = TypeVar("_Model", bound=BaseModel)


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


def validated(model: type[_Model], raw: Any, *, source: Path | str, secrets: str = "") -> _Model:
    """`raw` as the model. Raises SettingsError, one line `<source>: <key>: ...` for each problem."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = problem_lines(model, error, secrets=secrets)
        raise SettingsError("\n".join(f"{source}: {line}" for line in lines)) from None


def problem_lines(kind: Any, error: ValidationError, *, table: str = "", secrets: str = "") -> list[str]:
    """`<key>: <what is wrong>; <what is expected>`, one for each problem; values are never quoted.

    kind    : the model, or another type, that was validated
    table   : the dotted name of the table that was validated, '' for the whole file
    secrets : where secrets belong, for the line of a key that seems to be one; '' for no such line
    """
    lines = []
    for each in error.errors(include_url=False):
        key = ".".join([*([table] if table else []), *map(str, each["loc"])]) or "(file)"
        secret = secrets and each["loc"] and _SECRET.search(str(each["loc"][-1]))
        words = (
            f"a secret does not belong here; expected it in {secrets}" if secret else _words(kind, each, key)
        )
        lines += [f"{key}: {line}" for line in words.splitlines()]
    return lines


def refuse(path: Path | str, lines: Iterable[str]) -> None:
    """Raise SettingsError with all `lines`, each after the file's name; do nothing when there are none."""
    if problems := [f"{path}: {line}" for line in lines]:
        raise SettingsError("\n".join(problems))


def _words(kind: Any, problem: ErrorDetails, key: str) -> str:
    sort, loc = problem["type"], problem["loc"]
    if sort == "value_error":
        return str(problem["ctx"]["error"])
    if sort == "extra_forbidden":
        keys = _keys(reduce(_inside, loc[:-1], kind))
        return f"unknown key; expected {f'one of: {keys}' if keys else 'none'}"
    expected = reduce(_inside, loc, kind)
    if sort == "missing" and _is_model(expected):
        return f"missing; expected a table [{key}] with {_keys(expected, needed=True)}"
    tables = get_origin(expected) is dict and _is_model(_inside(expected, ""))
    words = (_EXPECTED_TABLES if tables else {}).get(sort) or _EXPECTED.get(sort)
    return (
        words.format(**problem.get("ctx", {}), key=key)
        if words
        else f"{problem['msg']}; expected another value"
    )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inside(kind: Any, part: int | str) -> Any:
    """The type of what `part`, a key or a position, leads to in a value of type `kind`; None when nothing does."""
    if _is_model(kind):
        fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
        inner = fields.get(str(part))
    else:
        inner = next(iter(get_args(kind)[get_origin(kind) is dict :]), None)
    while get_origin(inner) in (Annotated, Union, UnionType):
        inner = get_args(inner)[0]
    return inner


def _keys(kind: Any, *, needed: bool = False) -> str:
    """The keys of a table, and with `needed` those that it must have; '' of anything else."""
    fields = kind.model_fields if _is_model(kind) else {}
    keys = (field.alias or name for name, field in fields.items() if field.is_required() or not needed)
    return ", ".join(key for key in keys if key != "name")
