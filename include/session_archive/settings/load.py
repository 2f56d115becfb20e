"""Reads archive.toml: places, data sets, catalog, lab and limits, checked as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from session_archive.errors import SettingsError
from session_archive.naming.conventions import Conventions, load_conventions
from session_archive.settings.checks import Places, data_set_problems, place_problems
from session_archive.settings.places import Place, Source, Staging, inner_roots
from session_archive.settings.reader import Reader
from session_archive.settings.tables import (
    CatalogSettings,
    DataSetSettings,
    FixitySettings,
    GlobusSettings,
    LabSettings,
    Limits,
    ReadinessSettings,
)
from session_archive.toml_file import read_toml

__all__ = [
    "CatalogSettings",
    "DataSetSettings",
    "GlobusSettings",
    "LabSettings",
    "Limits",
    "Place",
    "ReadinessSettings",
    "Settings",
    "Source",
    "Staging",
    "load_settings",
]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The contents of archive.toml, with every reference in it resolved.

    path        : the file that was read
    sources     : rigs, by name
    locations   : where data sets are archived, by name
    scratch     : where they are retrieved to, by name
    staging     : where the archive keeps its own small files; None where no such place is configured
    conventions : each data set's kind under the data set's name, and the kinds that no data set uses
    """

    path: Path
    catalog: CatalogSettings
    globus: GlobusSettings
    lab: LabSettings
    data_sets: Mapping[str, DataSetSettings]
    sources: Mapping[str, Source]
    locations: Mapping[str, Place]
    scratch: Mapping[str, Place]
    staging: Staging | None
    limits: Limits
    readiness: ReadinessSettings
    fixity: FixitySettings
    conventions: Conventions

    @property
    def places(self) -> tuple[tuple[str, Place], ...]:
        """Every place with its role: source, location, scratch or staging."""
        roles = (("source", self.sources), ("location", self.locations), ("scratch", self.scratch))
        named = tuple((role, place) for role, places in roles for place in places.values())
        return named + ((("staging", self.staging),) if self.staging else ())

    def inner_roots(self, place: Place) -> tuple[str, ...]:
        """Directories relative to `place` that are roots of other places, which a walk of `place` leaves out."""
        return inner_roots(place, (*self.sources.values(), *self.locations.values(), *self.scratch.values()))


def load_settings(path: Path | None = None) -> Settings:
    """Read and check the settings.

    path   : by default the file that SESSION_ARCHIVE_CONFIG names, else archive.toml in AIRFLOW_HOME
    raises : SettingsError, one line `<file>: <key>: <what is wrong>; <what is expected>` for each problem
    """
    path, origin = (path, "the settings at the given path") if path else _default_path()
    reader = Reader(read_toml(path, what=f"expected {origin}; write one as the README says"))
    catalog = reader.table(CatalogSettings, "catalog", needed=True)
    lab = reader.table(LabSettings, "lab", needed=True)
    globus = reader.table(GlobusSettings, "globus", needed=False)
    limits = reader.table(Limits, "limits", needed=False)
    readiness = reader.table(ReadinessSettings, "readiness", needed=False)
    fixity = reader.table(FixitySettings, "fixity", needed=False)
    data_sets = reader.tables(DataSetSettings, "data_sets", needed=True)
    places = Places(
        sources=reader.tables(Source, "sources", needed=False, named=True),
        locations=reader.tables(Place, "locations", needed=True, named=True),
        scratch=reader.tables(Place, "scratch", needed=False, named=True),
        staging=reader.place(Staging, "staging"),
    )
    lines = [*place_problems(places, data_sets=reader.keys("data_sets"))]
    conventions, wrong = _conventions(path, reader.text("conventions"))
    if conventions:
        kinds, locations = conventions.kinds, reader.keys("locations")
        lines += data_set_problems(data_sets, locations=locations, kinds=kinds)
    problems = [*(f"{path}: {line}" for line in [*reader.lines, *lines]), *wrong]
    if problems or not (catalog and lab and globus and limits and readiness and fixity and conventions):
        raise SettingsError("\n".join(problems))
    return Settings(
        path=path,
        catalog=catalog,
        globus=globus,
        lab=lab,
        data_sets=data_sets,
        sources=places.sources,
        locations=places.locations,
        scratch=places.scratch,
        staging=places.staging,
        limits=limits,
        readiness=readiness,
        fixity=fixity,
        conventions=conventions.named(
            {data_set.convention or name: name for name, data_set in data_sets.items()}
        ),
    )


def conventions_file() -> Path | None:
    """The conventions file that the settings name; None when they name none or do not exist yet.

    raises : SettingsError when the settings exist and cannot be read
    """
    path, _ = _default_path()
    if not path.exists():
        return None
    own = Reader(read_toml(path, what="these are the archive's settings")).text("conventions")
    return path.parent / own if own else None


def catalog_databases() -> tuple[str, str]:
    """The catalog's database and its link database, for a machine that may have no archive.toml.

    SESSION_ARCHIVE_CATALOG_DATABASE and _LINK_DATABASE take precedence over archive.toml. Raises SettingsError.
    """
    named = [os.environ.get(f"SESSION_ARCHIVE_CATALOG_{part}", "") for part in ("DATABASE", "LINK_DATABASE")]
    if all(named):
        return named[0], named[1]
    path, origin = _default_path()
    if any(named) or not path.exists():
        raise SettingsError(
            "SESSION_ARCHIVE_CATALOG_DATABASE and SESSION_ARCHIVE_CATALOG_LINK_DATABASE: expected both, the names of "
            f"the catalog's databases, or a copy of archive.toml at {path} ({origin})"
        )
    reader = Reader(read_toml(path, what="these are the archive's settings"))
    catalog = reader.table(CatalogSettings, "catalog", needed=True)
    if catalog is None or reader.lines:
        raise SettingsError("\n".join(f"{path}: {line}" for line in reader.lines))
    return catalog.database, catalog.link_database


def _conventions(path: Path, own: str) -> tuple[Conventions | None, list[str]]:
    """The conventions that the settings name, relative to `path`; else the problems with them."""
    try:
        return load_conventions(path.parent / own if own else None), []
    except SettingsError as error:
        return None, [str(error)]


def settings_path() -> Path:
    """Where the settings are expected by default."""
    return _default_path()[0]


def _default_path() -> tuple[Path, str]:
    """Where the settings are expected, and why, in words."""
    if named := os.environ.get("SESSION_ARCHIVE_CONFIG"):
        return Path(named).absolute(), "the file that SESSION_ARCHIVE_CONFIG names"
    home = os.environ.get("AIRFLOW_HOME") or "~/airflow"
    return (Path(home).expanduser() / "archive.toml").absolute(), (
        "archive.toml in the Airflow home, since SESSION_ARCHIVE_CONFIG is not set"
    )
