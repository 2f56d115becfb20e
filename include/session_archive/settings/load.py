"""archive.toml as a whole: where it is, and reading it so that one reading finds every problem."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, PrivateAttr, ValidationError

from session_archive.errors import SettingsError
from session_archive.naming.conventions import Conventions
from session_archive.settings.checks import LinkedTables, problems
from session_archive.settings.notify_table import NotifySettings
from session_archive.settings.places import WITH_NAMES, Location, Place, inner_roots
from session_archive.settings.release_table import ReleaseSettings
from session_archive.settings.tables import (
    CatalogSettings,
    DataSetSettings,
    FixitySettings,
    GlobusSettings,
    LabSettings,
    Limits,
    ReadinessSettings,
)
from session_archive.settings_file import settings_path_and_reason
from session_archive.toml_file import problem_lines, read_toml, refuse, validated

__all__ = ["LabSettings", "Place", "Settings", "load_settings"]

_SECRETS = "the Airflow connection that catalog.connection or globus.connection names"
#: Tables of tables, by name: one that is wrong leaves the others right.
_BY_NAME = ("data_sets", "sources", "locations", "scratch")


class Settings(LinkedTables, extra="forbid"):
    """The file as a whole; `model_validate` takes its path as the context."""

    catalog: CatalogSettings
    globus: GlobusSettings = GlobusSettings()
    lab: LabSettings
    data_sets: Annotated[dict[str, DataSetSettings], Field(min_length=1)]
    locations: Annotated[dict[str, Location], Field(min_length=1), WITH_NAMES]
    limits: Limits = Limits()
    readiness: ReadinessSettings = ReadinessSettings()
    fixity: FixitySettings = FixitySettings()
    notify: NotifySettings | None = None
    release: ReleaseSettings | None = None
    _path: Path = PrivateAttr()

    def model_post_init(self, context: Path, /) -> None:
        """Keep the path."""
        self._path = context

    @property
    def path(self) -> Path:
        """The file that was read."""
        return self._path

    @cached_property
    def conventions(self) -> Conventions:
        """Each data set's kind under the data set's name, and the kinds that no data set uses."""
        return self.every_kind.named({each.convention or name: name for name, each in self.data_sets.items()})

    @property
    def places(self) -> tuple[tuple[str, Place], ...]:
        """Every place with its role: source, location, scratch or staging."""
        roles = (("source", self.sources), ("location", self.locations), ("scratch", self.scratch))
        named = tuple((role, place) for role, places in roles for place in places.values())
        return named + ((("staging", self.staging),) if self.staging else ())

    def connection_of(self, *places: str) -> str:
        """The Airflow connection with the login for a place, or for a transfer between two.

        places : names; of two locations with a login of their own, that of the last
        """
        own = [self.locations[name].connection for name in places if name in self.locations]
        return next((connection for connection in reversed(own) if connection), self.globus.connection)

    @property
    def globus_connections(self) -> tuple[str, ...]:
        """All connections of type globus, that of [globus] first."""
        own = (location.connection for location in self.locations.values())
        return tuple(dict.fromkeys([self.globus.connection, *filter(None, own)]))

    def inner_roots(self, place: Place) -> tuple[str, ...]:
        """Directories relative to `place` that are roots of other places, which a walk of `place` leaves out."""
        return inner_roots(place, (*self.sources.values(), *self.locations.values(), *self.scratch.values()))


class _CatalogOnly(BaseModel):
    catalog: CatalogSettings


def load_settings(path: Path | None = None) -> Settings:
    """Read and check the settings.

    path   : by default the file that SESSION_ARCHIVE_CONFIG names, else archive.toml in AIRFLOW_HOME
    raises : SettingsError, one line `<file>: <key>: <what is wrong>; <what is expected>` for each problem
    """
    path, origin = (path, "the settings at the given path") if path else settings_path_and_reason()
    raw = read_toml(path, what=f"expected {origin}; write one as docs/real_lab.md says")
    names = {key: frozenset(raw[key]) for key in _BY_NAME if isinstance(raw.get(key), dict)}
    try:
        settings = Settings.model_validate(raw, context=path)
    except ValidationError as error:
        wrong = [each["loc"] for each in error.errors(include_url=False)]
        right = LinkedTables.model_validate(_without(wrong, raw), context=path)
        lines = [*problem_lines(Settings, error, secrets=_SECRETS), *problems(right, names)]
        raise SettingsError("\n".join(f"{path}: {line}" for line in lines)) from None
    refuse(path, problems(settings, names))
    return settings


def _without(wrong: Iterable[tuple[int | str, ...]], raw: dict[str, Any]) -> dict[str, Any]:
    """The file without the tables that are wrong by themselves."""
    right = dict(raw)
    for loc in wrong:
        key = str(loc[0])
        if key in _BY_NAME and len(loc) > 1:
            right[key] = {name: table for name, table in right[key].items() if name != loc[1]}
        else:
            right.pop(key, None)
    if ("conventions",) in wrong:  # no kind is known
        right.pop("data_sets", None)
    return right


def conventions_file() -> Path | None:
    """The conventions file that the settings name; None when they name none or do not exist yet.

    raises : SettingsError when the settings exist and cannot be read
    """
    path, _ = settings_path_and_reason()
    if not path.exists():
        return None
    own = read_toml(path, what="these are the archive's settings").get("conventions")
    return path.parent / own if own and isinstance(own, str) else None


def catalog_databases() -> tuple[str, str]:
    """The catalog's database and its link database, for a machine that may have no archive.toml.

    SESSION_ARCHIVE_CATALOG_DATABASE and _LINK_DATABASE take precedence over archive.toml. Raises SettingsError.
    """
    named = [os.environ.get(f"SESSION_ARCHIVE_CATALOG_{part}", "") for part in ("DATABASE", "LINK_DATABASE")]
    if all(named):
        return named[0], named[1]
    path, origin = settings_path_and_reason()
    if any(named) or not path.exists():
        raise SettingsError(
            "SESSION_ARCHIVE_CATALOG_DATABASE and SESSION_ARCHIVE_CATALOG_LINK_DATABASE: expected both, the names of "
            f"the catalog's databases, or a copy of archive.toml at {path} ({origin})"
        )
    raw = read_toml(path, what="these are the archive's settings")
    catalog = validated(_CatalogOnly, raw, source=path, secrets=_SECRETS).catalog
    return catalog.database, catalog.link_database
