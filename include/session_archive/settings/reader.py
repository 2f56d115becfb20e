"""Reads archive.toml table by table, so that one reading finds every problem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from session_archive.toml_file import problem_lines

_SECRET = re.compile(r"passw|token|secret|credential|api_?key", re.IGNORECASE)
_TABLES = (
    "catalog",
    "globus",
    "lab",
    "data_sets",
    "sources",
    "locations",
    "scratch",
    "staging",
    "limits",
    "readiness",
    "fixity",
)
_Model = TypeVar("_Model", bound=BaseModel)


class Reader:
    """The file's tables, and the problems in those that were read.

    lines : `<key>: <what is wrong>; <what is expected>`
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Take the parsed file; report secrets and unknown keys."""
        self.lines: list[str] = []
        self._raw = self._without_secrets(raw, "")
        for key in sorted(set(self._raw) - {*_TABLES, "conventions"}):
            self.lines.append(f"{key}: unknown key; expected one of: conventions, {', '.join(_TABLES)}")

    def table(self, model: type[_Model], name: str, *, needed: bool) -> _Model | None:
        """One table as `model`, None when something is wrong with it. A table that is not needed may be left out."""
        if needed and name not in self._raw:
            keys = ", ".join(key for key, field in model.model_fields.items() if field.is_required())
            self.lines.append(f"{name}: missing; expected a table [{name}] with {keys}")
            return None
        return self._validated(model, self._raw.get(name, {}), name)

    def place(self, model: type[_Model], name: str) -> _Model | None:
        """An optional table as a model that keeps the table's key as `name`; None without one."""
        return self._one(model, self._raw[name], name, name) if name in self._raw else None

    def tables(
        self, model: type[_Model], name: str, *, needed: bool, named: bool = False
    ) -> dict[str, _Model]:
        """The tables [name.<key>] as `model`, without those that are wrong.

        needed : True when there must be at least one
        named  : True when the model keeps the table's key as `name`
        """
        raw = self._raw.get(name, {})
        if needed and not raw:
            self.lines.append(f"{name}: missing; expected at least one table [{name}.<name>]")
        if not isinstance(raw, dict):
            self.lines.append(f"{name}: wrong kind of value; expected tables [{name}.<name>]")
            return {}
        read = {
            key: self._one(model, value, f"{name}.{key}", key if named else "") for key, value in raw.items()
        }
        return {key: value for key, value in read.items() if value is not None}

    def keys(self, name: str) -> frozenset[str]:
        """The names of the tables [name.<key>], right or wrong."""
        raw = self._raw.get(name, {})
        return frozenset(raw) if isinstance(raw, dict) else frozenset()

    def text(self, name: str) -> str:
        """A text at the top of the file, '' when it is missing."""
        raw = self._raw.get(name, "")
        if not isinstance(raw, str):
            self.lines.append(f"{name}: wrong kind of value; expected text in quotes")
            return ""
        return raw

    def _one(self, model: type[_Model], raw: Any, key: str, name: str) -> _Model | None:
        if not name or not isinstance(raw, dict):
            return self._validated(model, raw, key)
        if "name" in raw:
            self.lines.append(f"{key}.name: unknown key; expected none, since the table's key is the name")
        return self._validated(model, {**raw, "name": name}, key)

    def _validated(self, model: type[_Model], raw: Any, key: str) -> _Model | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self.lines += problem_lines(model, error, table=key)
            return None

    def _without_secrets(self, raw: Mapping[str, Any], above: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in raw.items():
            if isinstance(value, dict):
                kept[key] = self._without_secrets(value, f"{above}{key}.")
            elif _SECRET.search(key):
                self.lines.append(
                    f"{above}{key}: a secret does not belong here; expected it in the Airflow connection "
                    "that catalog.connection or globus.connection names"
                )
            else:
                kept[key] = value
        return kept
