"""Places: a collection, a directory in it, and its path on the local disk, if there is one."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from printable_text import printable
from session_archive.errors import NamingError
from session_archive.naming.session_name import path_problem, require_path


def with_name(key: str, table: object) -> object:
    """A place's table with its key as `name`; with None, which TOML cannot say, when it has a name already."""
    return {**table, "name": None if "name" in table else key} if isinstance(table, dict) else table


def _name(name: object) -> object:
    if name is None:
        raise ValueError("unknown key; expected none, since the table's key is the name")
    return name


def _text(path: object) -> object:
    return str(path) if isinstance(path, PurePath) else path


def _directory(text: str) -> str:
    """A directory from the collection's root, '/map/raw'; doubled and trailing slashes are ignored"""
    parts = [part for part in text.split("/") if part]
    path = "/".join(parts)
    if "\\" in text:
        raise ValueError("contains a backslash; expected forward slashes, as Globus writes paths")
    if "~" in parts:
        raise ValueError("contains '~'; expected the path from the collection's root")
    if parts and (wrong := path_problem(path)):
        raise ValueError(f"{wrong}; expected a directory such as '/map/raw', without '.' or '..'")
    return f"/{path}"


def _local_path(text: str) -> str:
    r"""An absolute path, '/globus/map/raw' or 'C:\\globus\\map'"""
    path = _pure(text)
    if not path.is_absolute() or ".." in path.parts or "\0" in text:
        raise ValueError(
            "not an absolute path; expected '/globus/map/raw' or 'C:\\\\globus\\\\map', without '..'"
        )
    return text


def _pure(text: str) -> PurePath:
    windows = PureWindowsPath(text)
    return windows if windows.drive and not text.startswith("/") else PurePosixPath(text)


PlaceName = Annotated[
    str, BeforeValidator(_name), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)
]
#: A directory of a collection; '/'-rooted however it is written.
Directory = Annotated[str, AfterValidator(_directory)]
#: An absolute path, POSIX or Windows.
LocalPath = Annotated[str, BeforeValidator(_text), AfterValidator(_local_path)]


#: Tables of places, each with its name.
WITH_NAMES = BeforeValidator(
    lambda tables: (
        {key: with_name(key, tables[key]) for key in tables} if isinstance(tables, dict) else tables
    )
)


class Place(BaseModel):
    """A root of recordings: a directory of a Globus collection.

    name       : as in archive.toml
    collection : id of the Globus collection
    directory  : absolute in the collection, '/'-rooted, without a trailing slash
    local_path : path of the same directory on the disk of the machine that serves it, which may be another machine
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: PlaceName
    collection: UUID
    directory: Directory
    declared_local_path: Annotated[LocalPath | None, Field(alias="local_path")] = None

    @property
    def local_path(self) -> Path | None:
        """The directory on this machine's disk; None when it cannot be read, or the path is another system's."""
        declared = self.pure_local_path
        if declared is None or not isinstance(declared, type(PurePath())):
            return None
        path = Path(declared)
        return path if path.is_dir() and os.access(path, os.R_OK | os.X_OK) else None

    @property
    def pure_local_path(self) -> PurePath | None:
        """The local path as written, whether or not this machine has it."""
        return None if self.declared_local_path is None else _pure(self.declared_local_path)

    def relative_on_disk(self, path: str) -> str | None:
        """The path relative to this root of a path on its disk, '' for the root; None where it lies elsewhere.

        path : as its system writes it, whether or not this machine has it
        """
        root = self.pure_local_path
        return None if root is None else _below(type(root)(path), root)

    def absolute(self, relative: str) -> str:
        """The path in the collection of `relative`, which is '' for this root. Raises NamingError."""
        if not relative:
            return self.directory
        require_path(relative)
        return f"{self.directory.rstrip('/')}/{relative}"

    def relative(self, absolute: str) -> str:
        """The path relative to this root of a path in the collection. Raises NamingError when it is outside."""
        root = f"{self.directory.rstrip('/')}/"
        # A path object for each of 100,000 files takes most of the memory and time of reading a transfer's result.
        if absolute.startswith(root) and "//" not in absolute and absolute == posixpath.normpath(absolute):
            return absolute[len(root) :]
        path = PurePosixPath(absolute)
        inner = None if ".." in path.parts else _below(path, PurePosixPath(self.directory))
        if inner is None:
            raise NamingError(
                f"{printable(absolute)!r} is not below {self.directory!r}; expected a path inside {self.name}"
            )
        return inner


def _below(path: PurePath, root: PurePath) -> str | None:
    """The path relative to the root, '' for the root itself; None outside of it."""
    if not path.is_relative_to(root):
        return None
    inner = path.relative_to(root).as_posix()
    return "" if inner == "." else inner


class Source(Place):
    """A rig: a place whose recordings are archived.

    data_sets : names of the data sets that are recorded there; none means all of archive.toml
    """

    data_sets: tuple[str, ...] = ()


class Location(Place):
    """An archive: a place where data sets are stored.

    site : where it stands, such as 'basement' or 'cloud'; copies at one site count once. '' for a site of its own
    connection : Airflow connection of type globus, whose login may write here; '' for that of [globus]
    """

    site: Annotated[str, Field(max_length=64)] = ""
    connection: Annotated[str, Field(pattern=r"^[\w.-]{0,200}$")] = ""

    @property
    def stands_at(self) -> str:
        """Its site, else its own name."""
        return self.site or self.name


class Staging(Place):
    """Where the archive writes small files for transfer into the archive, and reads small files that it fetched."""

    declared_local_path: Annotated[LocalPath, Field(alias="local_path")]


def overlap(one: Place, other: Place) -> bool:
    """True when one path can belong to both, in the collection or on the local disk."""
    return lies_in(one, other) or lies_in(other, one)


def lies_in(inner: Place, outer: Place) -> bool:
    """True when `inner` lies in `outer` or is the same, in the collection or on the local disk."""
    if inner.collection == outer.collection and PurePosixPath(inner.directory).is_relative_to(
        outer.directory
    ):
        return True
    path, above = inner.pure_local_path, outer.pure_local_path
    return type(path) is type(above) and path is not None and above is not None and path.is_relative_to(above)


def inner_roots(place: Place, others: Iterable[Place]) -> tuple[str, ...]:
    """Directories relative to `place` that are roots of other places of its collection, sorted."""
    root = PurePosixPath(place.directory)
    inside = (
        PurePosixPath(other.directory)
        for other in others
        if other.collection == place.collection and other.directory != place.directory
    )
    return tuple(sorted({path.relative_to(root).as_posix() for path in inside if path.is_relative_to(root)}))
