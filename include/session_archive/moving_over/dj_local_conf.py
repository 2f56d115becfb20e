"""map-ephys' `dj_local_conf.json`: its settings for Globus in both spellings, and its login to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from session_archive.moving_over.dj_local_conf_reader import ConfReader
from session_archive.settings.places import Directory, LocalPath
from session_archive.toml_file import refuse

#: What map-ephys archives, and the table of each (map-ephys, pipeline/publication.py).
LINK_TABLES = {"raw-ephys": "ArchivedRawEphys", "raw-video": "ArchivedTrackingVideo"}
#: Where its documentation says that the archive is; used if the file does not say.
DOCUMENTED = (
    ("raw-ephys", UUID("5b875fda-4185-11e8-bb52-0ac6873fc732"), "/4ElectrodeRig_Ephys"),
    ("raw-video", UUID("5b875fda-4185-11e8-bb52-0ac6873fc732"), "/"),
)
_LOCATIONS, _ENDPOINTS, _TOKEN = "globus.storage_locations", "globus.local_endpoints", "globus.token"
_FLAT = ("globus.local_endpoint", "globus.local_endpoint_subdir", "globus.local_endpoint_local_path")
_DATABASE = ("host", "port", "user", "password", "use_tls")
_PREFIX = "map_v2_"


class Rig(BaseModel):
    """A local endpoint: collection, directory in it, and the same directory on its machine's disk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collection: UUID = Field(alias="endpoint")
    directory: Directory = Field(alias="endpoint_subdir")
    local_path: LocalPath = Field(alias="endpoint_path")


class _FlatRig(Rig):
    """The same in the older spelling."""

    collection: UUID = Field(alias="globus.local_endpoint")
    directory: Directory = Field(alias="globus.local_endpoint_subdir")
    local_path: LocalPath = Field(alias="globus.local_endpoint_local_path")


class _Database(BaseModel):
    model_config = ConfigDict(frozen=True)

    host: str = Field(default="", alias="database.host")
    port: int = Field(default=3306, alias="database.port")
    user: str = Field(default="", alias="database.user")
    password: str = Field(default="", alias="database.password", repr=False)
    tls: bool | dict[str, Any] = Field(default=False, alias="database.use_tls")


@dataclass(frozen=True, kw_only=True)
class OldConfig:
    """The content of the file, all of it understood. Its repr holds no secret.

    locations : alias, collection, directory; None if the file leaves them to map-ephys' code and database
    rigs      : by alias; a rig of several data sets comes under each
    relative  : directories of rigs that are written without a leading '/'
    databases : of the schemas `lab` and `experiment`
    tls       : None if TLS is not required, else PyMySQL's `ssl` values
    left      : keys that were not read, sorted
    """

    path: Path
    locations: tuple[tuple[str, UUID, str], ...] | None
    rigs: Mapping[str, Rig]
    relative: frozenset[str]
    databases: Mapping[str, str]
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Mapping[str, Any] | None
    token: str = field(repr=False)
    left: tuple[str, ...]


def read_dj_local_conf(path: Path) -> OldConfig:
    """Read the file. Raises SettingsError, one line for each problem, with file and key; never a value."""
    conf = ConfReader(path, known=(_LOCATIONS, _ENDPOINTS, _TOKEN, *_FLAT))
    rows = conf.validated(TypeAdapter(list[tuple[str, UUID, Directory]]), _LOCATIONS)
    aliases = [alias for alias, *_ in rows or ()]
    rigs, relative = _rigs(conf, aliases)
    conf.lines += [
        f"{_LOCATIONS}: {alias!r} is not a data set of map-ephys, or stands twice; expected "
        f"{' and '.join(LINK_TABLES)}, each once"
        for alias in {*aliases}
        if alias not in LINK_TABLES or aliases.count(alias) > 1
    ]
    if not (rigs or rows or conf.lines):
        conf.lines.append(
            f"globus: nothing is set; expected {_ENDPOINTS}, or {_FLAT[0]} and its two companions: is it the file of "
            "the machine that uploads?"
        )
    database = conf.model(_Database, [f"database.{key}" for key in _DATABASE])
    names = {name: conf.text(f"{name}.database") or f"{_PREFIX}{name}" for name in ("lab", "experiment")}
    token = conf.text(_TOKEN)
    refuse(path, conf.lines)
    assert database is not None
    host, _, port = database.host.partition(":")
    return OldConfig(
        path=path,
        locations=tuple(rows) if rows else None,
        rigs=rigs,
        relative=relative,
        databases=names,
        host=host,
        port=int(port) if port.isascii() and port.isdigit() else database.port,
        user=database.user,
        password=database.password,
        tls=None if database.tls is False else {} if database.tls is True else database.tls,
        token=token,
        left=conf.left(),
    )


def _rigs(conf: ConfReader, aliases: Iterable[str]) -> tuple[dict[str, Rig], frozenset[str]]:
    """The rigs by alias, and which of their directories are written without a leading '/'."""
    flat = conf.model(_FlatRig, _FLAT) if any(conf.value(key) for key in _FLAT) else None
    each = conf.validated(TypeAdapter(dict[str, Rig]), _ENDPOINTS) or {}
    known = set(aliases) or set(LINK_TABLES)
    conf.lines += [
        f"{_ENDPOINTS}.{alias}: no such data set; expected {' or '.join(sorted(known))}, as in {_LOCATIONS}"
        for alias in each
        if alias not in known
    ]
    if flat and each and not any(_same(flat, rig) for rig in each.values()):
        conf.lines.append(
            f"{_FLAT[0]}: another endpoint, directory or path than all of {_ENDPOINTS}; expected one "
            "spelling: take the other out"
        )
    rigs_given = conf.value(_ENDPOINTS)
    written = [rigs_given[alias]["endpoint_subdir"] for alias in each] if each else [conf.value(_FLAT[1])]
    relative = frozenset(f"/{text.strip('/')}" for text in written if text and not text.startswith("/"))
    return each or (dict.fromkeys(sorted(known), flat) if flat else {}), relative


def _same(one: Rig, other: Rig) -> bool:
    return (one.collection, one.directory, one.local_path) == (
        other.collection,
        other.directory,
        other.local_path,
    )
