"""A path as logs and `status` print it: where it lies among the places, and what the catalog says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from session_archive import clock
from session_archive.cli.state_rows import nights_since
from session_archive.errors import ArchiveError, NamingError
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.states.decisions import standing

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog
    from session_archive.settings.load import Settings


@dataclass(frozen=True, slots=True)
class PlacedPath:
    """A path relative to the root of a place.

    place : its name; '' where any place may be meant
    """

    path: str
    place: str = ""

    @property
    def parents(self) -> list[str]:
        """The path itself, then each folder that it lies in."""
        parts = self.path.split("/")
        return ["/".join(parts[:end]) for end in range(len(parts), 0, -1)]


def placed(text: str, settings: Settings | None) -> PlacedPath:
    """The path that a person means: `rig1:SC022/x`, a path on a disk of this machine, or one relative to a root.

    raises : NamingError for an absolute path that lies in no place
    """
    plain = text.rstrip("/") or text
    if settings is None:
        return PlacedPath(plain)
    place, colon, path = plain.partition(":")
    if colon and path and place in {each.name for _, each in settings.places}:
        return PlacedPath(path, place)
    if not (PurePosixPath(plain).is_absolute() or PureWindowsPath(plain).is_absolute()):
        return PlacedPath(plain)
    inside = [each for _, each in settings.places if each.relative_on_disk(plain)]
    if not inside:
        roots = ", ".join(
            str(each.declared_local_path) for _, each in settings.places if each.declared_local_path
        )
        raise NamingError(
            f"{plain}: lies in no local_path of {settings.path}; expected a path in {roots or 'one of its places'}, "
            "or one relative to the root of a place"
        )
    # The innermost: a place may lie in another's folder.
    nearest = max(inside, key=lambda each: len(str(each.declared_local_path)))
    return PlacedPath(nearest.relative_on_disk(plain) or "", nearest.name)


def catalog_lines(where: PlacedPath, settings: Settings) -> list[tuple[str, str]]:
    """Label and text of what the catalog knows: the state, for how long, and the decisions in force.

    Names can be explained without a catalog, so that what keeps it from being asked is one more line.
    """
    if find_spec("pymysql") is None:
        return []
    from session_archive.cli.catalog_login import read_catalog

    try:
        return read_catalog(settings, lambda catalog: list(_lines(where, settings, catalog)))
    except ArchiveError as error:
        return [("catalog", f"not asked: {str(error).splitlines()[0]}")]


def _lines(
    where: PlacedPath, settings: Settings, catalog: Catalog | ReadOnlyCatalog
) -> Iterator[tuple[str, str]]:
    names = {
        str(read.data_set)
        for each in where.parents
        if (read := read_by_any_layout(each, settings.conventions))
    }
    places = [where.place] if where.place else [each.name for _, each in settings.places]
    folders = frozenset(f"{place}:{each}" for place in places for each in where.parents)
    rows = catalog.states_about.of(data_sets=names, folders=folders)
    ages, now = catalog.state_ages.since(rows), clock.utc_now().astimezone()
    for row in rows:
        age = nights_since(ages.get((row.data_set_type, row.target)), now=now)
        reason = f": {row.reason}" if row.reason else ""
        yield "state", f"{row.name} is {row.state} ({age}){reason}"
        if row.path and row.path not in row.reason:
            yield "seen at", row.path
    if not rows:
        yield "state", "no run has recorded anything of it"
    about = names | folders | {row.data_set for row in rows if row.data_set}
    sessions = {row.target for row in rows}
    for decision in standing(catalog.decisions.made()):
        if decision.target in about or (decision.session_id in sessions and not decision.place):
            yield "decided", f"{decision.target}: {decision.words}"
