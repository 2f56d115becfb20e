"""Reads a `dj_local_conf.json`: each key at the top or in `custom`; collects everything that is wrong with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from session_archive.errors import SettingsError
from session_archive.toml_file import problem_lines, refuse

_Model = TypeVar("_Model", bound=BaseModel)
_Value = TypeVar("_Value")


class ConfReader:
    """The file's keys, and what is wrong with those that were read.

    known  : the keys that begin with `globus.`; another one is a problem, since it may mean anything
    lines  : `<key>: <what is wrong>; <what is expected>`; no value is ever repeated
    raises : SettingsError if the file cannot be read or is not a JSON object
    """

    def __init__(self, path: Path, *, known: Iterable[str]) -> None:
        self.lines: list[str] = []
        self._top = _json(path)
        custom = self._top.get("custom")
        if custom is None:
            custom = {}
        if not isinstance(custom, dict):
            refuse(path, ["custom: wrong kind of value; expected an object"])
        self._custom: dict[str, Any] = custom
        self._taken: set[str] = set()
        known = tuple(known)
        self.lines += [
            f"{key}: unknown key; expected one of: {', '.join(known)}"
            for key in sorted({*self._top, *self._custom})
            if key.startswith("globus.") and key not in known
        ]

    def value(self, key: str) -> Any:
        """What the file says, in `custom` or at the top; None for nothing: absent, null or empty."""
        values = [part[key] for part in (self._custom, self._top) if part.get(key) not in (None, "", [], {})]
        if key not in self._taken and len(values) > 1 and values[0] != values[1]:
            self.lines.append(f"{key}: one value at the top and another in custom; expected one of them")
        self._taken.add(key)
        return values[0] if values else None

    def text(self, key: str) -> str:
        """A text, '' if there is none."""
        value = self.value(key)
        if value is not None and not isinstance(value, str):
            self.lines.append(f"{key}: wrong kind of value; expected text in quotes")
            return ""
        return value or ""

    def validated(self, adapter: TypeAdapter[_Value], key: str) -> _Value | None:
        """One key's value; None if there is none, or something is wrong with it."""
        value = self.value(key)
        if value is None:
            return None
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            self.lines += problem_lines(BaseModel, error, table=key)
            return None

    def model(self, model: type[_Model], keys: Iterable[str]) -> _Model | None:
        """Several keys as one model, whose aliases they are; None if something is wrong with them."""
        given = {key: value for key in keys if (value := self.value(key)) is not None}
        try:
            return model.model_validate(given)
        except ValidationError as error:
            self.lines += problem_lines(model, error)
            return None

    def left(self) -> tuple[str, ...]:
        """The keys of `custom` that were not read, sorted."""
        return tuple(sorted(set(self._custom) - self._taken))


def _json(path: Path) -> dict[str, Any]:
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(key for key, count in Counter(key for key, _ in found).items() if count > 1)
        return dict(found)

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=pairs)
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file; expected map-ephys' dj_local_conf.json") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a readable file") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8; expected JSON in UTF-8") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path}: not JSON: {error}; expected an object of settings") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: not a JSON object; expected one of settings, as DataJoint saves them")
    refuse(path, [f"{key}: stands twice; expected once" for key in dict.fromkeys(twice)])
    return content
