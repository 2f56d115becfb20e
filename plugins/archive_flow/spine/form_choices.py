"""The names of archive.toml that a form can propose; read again whenever Airflow parses a DAG."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from printable_text import printable
from session_archive.settings_file import settings_path

#: Most proposals of one form.
MOST = 200


@dataclass(frozen=True, slots=True)
class FormChoices:
    """Names to choose from; empty where the file is not on this machine or cannot be read.

    kinds   : data set types
    scratch : scratch places
    origins : locations, then rigs
    """

    kinds: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


def form_choices() -> FormChoices:
    """What archive.toml names now. Nothing in that file may break a DAG: the first task of a run says what is wrong."""
    try:
        path = settings_path()
        # Nothing else than a file, such as a pipe that would keep Airflow waiting.
        raw = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError, RuntimeError):
        return FormChoices()
    return FormChoices(
        kinds=_names(raw.get("data_sets")),
        scratch=_names(raw.get("scratch")),
        origins=_names(raw.get("locations")) + _names(raw.get("sources")),
    )


def _names(tables: object) -> tuple[str, ...]:
    """In the order of the file: the first scratch place is the one that is meant where none is chosen."""
    if not isinstance(tables, dict):
        return ()
    return tuple(printable(name) for name in list(tables)[:MOST])
