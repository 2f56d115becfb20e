"""The tables of archive.toml that refer to each other, and what must fit together in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, InstanceOf, ValidationInfo

from session_archive.errors import SettingsError
from session_archive.naming.conventions import Conventions, load_conventions
from session_archive.settings.audit_table import AuditSettings
from session_archive.settings.places import (
    WITH_NAMES,
    Location,
    Place,
    Source,
    Staging,
    lies_in,
    overlap,
    with_name,
)
from session_archive.settings.tables import DataSetSettings, Table


def _loaded(named: object, info: ValidationInfo) -> Conventions:
    if not isinstance(named, str):
        raise ValueError("wrong kind of value; expected text in quotes")
    assert isinstance(info.context, Path)
    try:
        return load_conventions(info.context.parent / named if named else None)
    except SettingsError as error:
        raise ValueError(str(error)) from None


class LinkedTables(Table, extra="ignore"):
    """The tables that refer to each other, which are checked together even where another table is wrong.

    conventions : a file of conventions of the lab's own; without it, the packaged ones
    sources    : rigs, by name
    locations  : where data sets are archived, by name
    scratch    : where data sets are retrieved to, by name
    staging    : where the archive keeps its own small files, such as sidecar manifests on their way
    audit      : how often what is archived is looked at again
    """

    every_kind: Annotated[InstanceOf[Conventions], BeforeValidator(_loaded)] = Field(
        alias="conventions", default_factory=load_conventions
    )
    data_sets: dict[str, DataSetSettings] = Field(default_factory=dict)
    sources: Annotated[dict[str, Source], WITH_NAMES] = Field(default_factory=dict)
    locations: Annotated[dict[str, Location], WITH_NAMES] = Field(default_factory=dict)
    scratch: Annotated[dict[str, Place], WITH_NAMES] = Field(default_factory=dict)
    staging: Annotated[Staging | None, BeforeValidator(partial(with_name, "staging"))] = None
    audit: AuditSettings = AuditSettings()


def problems(tables: LinkedTables, names: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What does not fit together in tables that are right one by one.

    names : of the file's data sets and places, by table, also of those that are wrong and therefore not in `tables`
    """
    yield from _place_problems(tables, data_sets=names.get("data_sets", ()))
    yield from _audit_problems(tables, scratches=names.get("scratch", ()))
    kinds = tables.every_kind.kinds
    yield from _data_set_problems(tables.data_sets, locations=names.get("locations", ()), kinds=kinds)
    yield from _copy_problems(tables.data_sets, tables.locations)


def _data_set_problems(
    data_sets: Mapping[str, DataSetSettings], *, locations: Collection[str], kinds: Collection[str]
) -> Iterator[str]:
    """References of data sets to a place or a kind that is missing, and what two of them must not share."""
    for name, data_set in data_sets.items():
        for location in data_set.locations:
            if location not in locations:
                key = f"data_sets.{name}.location{'s' if len(data_set.locations) > 1 else ''}"
                which = f" as {location!r}" if len(data_set.locations) > 1 else ""
                yield f"{key}: no such place{which}; expected one of [locations]: {_names(locations)}"
        for location in _twice(data_set.locations):
            yield f"data_sets.{name}.locations: {location!r} is there twice; expected different places"
        if (data_set.convention or name) not in kinds:
            yield f"data_sets.{name}.convention: no such kind; expected one of: {_names(kinds)}"
    for key, values in (
        ("link_table", [data_set.link_table for data_set in data_sets.values()]),
        ("convention", [data_set.convention or name for name, data_set in data_sets.items()]),
    ):
        for value in _twice(values):
            yield f"data_sets: two have the {key} {value!r}; expected a different one for each data set"


def _copy_problems(
    data_sets: Mapping[str, DataSetSettings], locations: Mapping[str, Location]
) -> Iterator[str]:
    """Copies of a data set that would be one, or of which nobody could say how far apart they are."""
    for name, data_set in data_sets.items():
        known = [locations[each] for each in data_set.locations if each in locations]
        if len(data_set.locations) == 1:
            continue
        for one, other in combinations(known, 2):
            if overlap(one, other):
                yield (
                    f"data_sets.{name}.locations: {other.name} overlaps {one.name}; expected separate directories, "
                    "since the second copy would be the first"
                )
        for location in known:
            if not location.site:
                yield (
                    f"locations.{location.name}.site: missing; expected where it stands, such as 'basement', since "
                    f"data_sets.{name} has several locations and copies at one site count once"
                )


def _place_problems(places: LinkedTables, *, data_sets: Collection[str]) -> Iterator[str]:
    """Places that overlap in a way that could lose or overwrite a file."""
    sources, scratches, locations = (
        list(role.values()) for role in (places.sources, places.scratch, places.locations)
    )
    yield from _name_problems(places, data_sets)
    for source, scratch in _pairs(sources, scratches, overlap):
        yield (
            f"scratch.{scratch.name}: overlaps the upload source {source.name}; expected a separate directory, "
            "since retrieved files could overwrite recordings"
        )
    for source, location in _pairs(sources, locations, overlap):
        yield (
            f"sources.{source.name}: overlaps the location {location.name}; expected a separate directory, "
            "since the archive would archive itself"
        )
    for location, scratch in _pairs(locations, scratches, lies_in):
        yield (
            f"scratch.{scratch.name}: contains the location {location.name}; expected a separate directory, "
            "since retrieved files could overwrite the archive"
        )
    for staging, other in _pairs(
        [places.staging] if places.staging else [], [*sources, *locations, *scratches], overlap
    ):
        yield (
            f"{staging.name}: overlaps {other.name}; expected a directory separate from all other places, since the "
            "archive writes and removes its own files there"
        )
    for one, other in combinations(places.sources.values(), 2):
        if (one.collection, one.directory) == (other.collection, other.directory) and _share(one, other):
            yield f"sources.{other.name}: is the same directory as {one.name}; expected each recording in one source"


def _audit_problems(tables: LinkedTables, *, scratches: Collection[str]) -> Iterator[str]:
    """A place where copies are read and removed again must be one that this machine can see, and nobody's else."""
    name = tables.audit.scratch
    if name and name not in scratches:
        yield f"audit.scratch: no such place; expected one of [scratch]: {_names(scratches)}"
    if (place := tables.scratch.get(name)) is None:
        return
    if place.declared_local_path is None:
        yield f"audit.scratch: scratch.{name} has no local_path; expected a place that the workers can read"
    for other in (*tables.sources.values(), *tables.locations.values()):
        if overlap(place, other):
            yield (
                f"audit.scratch: {name} overlaps {other.name}; expected a separate directory, since an audit removes "
                "there what it has brought"
            )


def _pairs(
    ones: Iterable[Place], others: Iterable[Place], clash: Callable[[Place, Place], bool]
) -> list[tuple[Place, Place]]:
    return [(one, other) for one, other in product(ones, others) if clash(one, other)]


def _name_problems(places: LinkedTables, data_sets: Collection[str]) -> Iterator[str]:
    for source in places.sources.values():
        for name in source.data_sets:
            if name not in data_sets:
                key = f"sources.{source.name}.data_sets"
                yield f"{key}: no data set is named {name!r}; expected some of: {_names(data_sets)}"
    for name in _twice([*places.sources, *places.locations, *places.scratch, "staging"]):
        yield f"{name}: two places have this name; expected a name of its own for each place"


def _share(one: Source, other: Source) -> bool:
    return not one.data_sets or not other.data_sets or bool({*one.data_sets} & {*other.data_sets})


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "(none is configured yet)"
