"""Takes archive.toml apart table by table, so that one reading finds every problem."""

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
    """The file's tables, and what was found wrong in those that were taken.

    lines : `<key>: <what is wrong>; <what is expected>`
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Look for what must not be there at all."""
        self.lines: list[str] = []
        self._told = self._without_secrets(told, "")
        for key in sorted(set(self._told) - {*_TABLES, "conventions"}):
            self.lines.append(f"{key}: unknown key; expected one of: conventions, {', '.join(_TABLES)}")

    def table(self, model: type[_Model], name: str, *, needed: bool) -> _Model | None:
        """One table as `model`, None when something is wrong with it. One that is not needed may be left out."""
        if needed and name not in self._told:
            keys = ", ".join(key for key, field in model.model_fields.items() if field.is_required())
            self.lines.append(f"{name}: missing; expected a table [{name}] with {keys}")
            return None
        return self._validated(model, self._told.get(name, {}), name)

    def place(self, model: type[_Model], name: str) -> _Model | None:
        """A table that may be left out, as a model that keeps its own key as `name`; None without one."""
        return self._one(model, self._told[name], name, name) if name in self._told else None

    def tables(
        self, model: type[_Model], name: str, *, needed: bool, named: bool = False
    ) -> dict[str, _Model]:
        """The tables [name.<key>] as `model`, without those that are wrong.

        needed : True where there must be one
        named  : True where the model keeps its own key, as `name`
        """
        told = self._told.get(name, {})
        if needed and not told:
            self.lines.append(f"{name}: missing; expected at least one table [{name}.<name>]")
        if not isinstance(told, dict):
            self.lines.append(f"{name}: wrong kind of value; expected tables [{name}.<name>]")
            return {}
        read = {
            key: self._one(model, value, f"{name}.{key}", key if named else "") for key, value in told.items()
        }
        return {key: value for key, value in read.items() if value is not None}

    def keys(self, name: str) -> frozenset[str]:
        """The names of the tables [name.<key>], right or wrong."""
        told = self._told.get(name, {})
        return frozenset(told) if isinstance(told, dict) else frozenset()

    def text(self, name: str) -> str:
        """A text at the top of the file, '' when it is not there."""
        told = self._told.get(name, "")
        if not isinstance(told, str):
            self.lines.append(f"{name}: wrong kind of value; expected text in quotes")
            return ""
        return told

    def _one(self, model: type[_Model], told: Any, key: str, name: str) -> _Model | None:
        if not name or not isinstance(told, dict):
            return self._validated(model, told, key)
        if "name" in told:
            self.lines.append(f"{key}.name: unknown key; expected none, the table's own name is the name")
        return self._validated(model, {**told, "name": name}, key)

    def _validated(self, model: type[_Model], told: Any, key: str) -> _Model | None:
        try:
            return model.model_validate(told)
        except ValidationError as error:
            self.lines += problem_lines(model, error, table=key)
            return None

    def _without_secrets(self, told: Mapping[str, Any], above: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in told.items():
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
