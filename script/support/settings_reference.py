"""The page of every key of archive.toml, from the models of session_archive.settings."""

import datetime as dt
import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel, ByteSize
from pydantic.fields import FieldInfo

from session_archive.naming.conventions import Conventions
from session_archive.settings.load import Settings
from support import docstring
from support.markdown import GENERATED, table

_INTRODUCTION = """\
Every key of `archive.toml`, with what it accepts, its default and its meaning. The file is the one that
`SESSION_ARCHIVE_CONFIG` names, else `archive.toml` in the Airflow home. It is read at the start of every task, so that
an edit needs no restart. An unknown key is an error, and one reading names every mistake.
[A real lab](../real_lab.md) has a whole file.

A time span is a number of seconds, or a text such as `"20 h"`, `"90 min"`, `"30 s"` or `"2 d"`. A size is a number of
bytes, or a text such as `"4 TB"`.
"""
_SPANS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_SIZES = ((10**12, "TB"), (10**9, "GB"), (1, "B"))
_KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "time span",  # every number with a fraction is one
    bool: "`true` or `false`",
    ByteSize: "size",
    UUID: "id (UUID)",
    dt.time: 'time of day, `"07:00"`',
    Conventions: "path of a file, relative to `archive.toml`",
}


def settings_page() -> str:
    """docs/reference/settings.md. Raises ValueError for a key without a meaning."""
    sections = [_top_level()]
    for key, field in Settings.model_fields.items():
        if model := _model(field.annotation):
            sections.append(_section(key, field, model, by_name=get_origin(field.annotation) is dict))
    return "\n".join([GENERATED, "# Settings", "", _INTRODUCTION, *sections])


def _top_level() -> str:
    rows = []
    meanings = _meanings(Settings)
    for key, field in Settings.model_fields.items():
        if _model(field.annotation) is None:
            rows.append(_row("", field.alias or key, field, meanings))
    return "\n".join(["## Above the first table", "", _keys(rows)])


def _section(key: str, field: FieldInfo, model: type[BaseModel], *, by_name: bool) -> str:
    title = f"[{key}.NAME]" if by_name else f"[{key}]"
    meanings = _meanings(model)
    rows = [
        _row(title, each.alias or name, each, meanings)
        for name, each in model.model_fields.items()
        if name != "name"  # the table's own
    ]
    about = _meanings(Settings).get(key) or docstring.read(model.__doc__).text
    words = [f"## `{title}`", "", f"{about[0].upper()}{about[1:].rstrip('.')}.", ""]
    if by_name or not field.is_required():
        words += [_how_many(field, by_name=by_name), ""]
    return "\n".join([*words, _keys(rows)])


def _how_many(field: FieldInfo, *, by_name: bool) -> str:
    if not by_name:
        return "The table may be left out."
    at_least = any(isinstance(each, MinLen) for each in field.metadata)
    return "One table for each; " + ("at least one." if at_least else "there may be none.")


def _keys(rows: list[tuple[str, str, str, str]]) -> str:
    return table(("key", "accepts", "default", "meaning"), rows)


def _row(title: str, key: str, field: FieldInfo, meanings: dict[str, str]) -> tuple[str, str, str, str]:
    if key not in meanings:
        raise ValueError(
            f"{title} {key}: no meaning; write a line `{key} : ...` into the docstring of its model"
        )
    return f"`{key}`", _accepts(field), _default(key, field), meanings[key]


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """From the docstrings of the model and of those it inherits from."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and "__doc__" in vars(each):
            found |= docstring.read(vars(each)["__doc__"]).meanings
    return found


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model of a table, of one that may be missing, or of each of several."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    found = [model for each in get_args(annotation) if (model := _model(each))]
    return found[0] if found else None


def _accepts(field: FieldInfo) -> str:
    """What a key accepts: what its check says, else its type with its bounds."""
    annotation: Any = field.annotation
    metadata = list(field.metadata)
    while True:
        if hasattr(annotation, "__metadata__"):
            metadata += annotation.__metadata__
            annotation = annotation.__origin__
        elif isinstance(annotation, types.UnionType) or get_origin(annotation) is Union:
            (annotation,) = (each for each in get_args(annotation) if each is not type(None))
        elif get_origin(annotation) in (list, tuple):
            return f"list: {_accepts(FieldInfo.from_annotation(get_args(annotation)[0]))}"
        else:
            break
    for each in metadata:
        if (check := getattr(each, "func", None)) and (words := inspect.getdoc(check)):
            return words
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{_toml(value)}`" for value in get_args(annotation))
    return _KINDS[annotation] + "".join(_bounds(metadata))


def _bounds(metadata: list[Any]) -> Iterator[str]:
    for each in metadata:
        for kind, words in ((Gt, "above"), (Ge, "at least"), (Le, "at most")):
            if isinstance(each, kind):
                yield f", {words} {getattr(each, kind.__name__.lower())}"


def _default(key: str, field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "the packaged ones"
    value = field.get_default()
    if value is None:
        return "none"
    return f"`{_toml(value)}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, ByteSize):
        return _with_unit(int(value), _SIZES)
    if isinstance(value, float):
        return _with_unit(value, _SPANS)
    if isinstance(value, dt.time):
        return f'"{value:%H:%M}"'
    if isinstance(value, tuple):
        return str(list(value))
    return f'"{value}"' if isinstance(value, str | Path) else str(value)


def _with_unit(value: float, units: tuple[tuple[int, str], ...]) -> str:
    number, unit = next((each for each in units if value and value % each[0] == 0), (1, ""))
    return f'"{value / number:g} {unit}"' if unit else f"{value:g}"
