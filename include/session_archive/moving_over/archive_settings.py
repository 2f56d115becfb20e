"""archive.toml for a lab that used map-ephys until now, written from what its configuration says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from uuid import UUID

from session_archive.moving_over.dj_local_conf import DOCUMENTED, LINK_TABLES, OldConfig, Rig

#: Lines of archive.toml that a person must look at begin with this.
CHECK = "# CHECK: "
_SCRATCH = (
    f"{CHECK}where retrieved files go; map-ephys wrote over the rig's own directory, which is refused "
    "here\n"
    '# [scratch.analysis]\n# collection = "00000000-0000-0000-0000-000000000000"\n# directory = "/retrieved"\n'
)
_WHY_RELATIVE = (
    f"{CHECK}the rig's directory had no leading '/', so Globus began at the collection's default directory; expected "
    "here is the path from the collection's root, such as '/home/lab/map/raw'\n"
)


def archive_toml(old: OldConfig, *, catalog: str, globus: str) -> str:
    """The text of archive.toml; `load_settings` reads it, unless its places clash.

    catalog, globus : ids of the Airflow connections
    """
    locations = _locations(old)
    lab = {
        "session": f"{old.databases['experiment']}.Session",
        "subject": f"{old.databases['lab']}.WaterRestriction",
        "subject_name": "water_restriction_number",
        "date": "session_date",
        "time": "session_time",
    }
    own = {"connection": catalog, "database": "lab_archive", "link_database": "lab_archive_links"}
    parts = [
        f"# From {old.path.name} of map-ephys, by `session-archive import-config`.\n"
        f'# Lines that begin with "{CHECK.strip()}" ask for what that file does not say.\n',
        "# Two new databases, which `session-archive setup` makes; nothing of map-ephys is changed.\n"
        + _table("catalog", own),
        _table("globus", {"connection": globus}),
        _table("lab", lab),
        *(
            _table(f"data_sets.{alias}", {"location": alias, "link_table": LINK_TABLES[alias]})
            for alias in locations
        ),
        *_sources(old),
        "" if old.locations else _why_documented(old),
        *(
            _table(f"locations.{alias}", {"collection": str(collection), "directory": directory})
            for alias, (collection, directory) in locations.items()
        ),
        _SCRATCH,
    ]
    return "\n".join(part for part in parts if part)


def checks(text: str) -> list[str]:
    """What a person must look at in a text that `archive_toml` wrote."""
    return [line.removeprefix(CHECK) for line in text.splitlines() if line.startswith(CHECK)]


def _locations(old: OldConfig) -> dict[str, tuple[UUID, str]]:
    """Where each data set is archived; only of those that the file speaks of."""
    rows = old.locations or DOCUMENTED
    aliases = {alias for alias, *_ in old.locations} if old.locations else set(old.rigs)
    return {alias: (collection, directory) for alias, collection, directory in rows if alias in aliases}


def _why_documented(old: OldConfig) -> str:
    return (
        f"{CHECK}{old.path.name} does not say where the archive is; these are the locations that map-ephys documents "
        "(its code later said /ePhys and /Videos); compare them with its table publication.GlobusStorageLocation\n"
    )


def _sources(old: OldConfig) -> Iterator[str]:
    """A rig that serves several data sets is one source; several rigs have the data set in their names."""
    of_rig: dict[Rig, list[str]] = {}
    for alias, rig in old.rigs.items():
        of_rig.setdefault(rig, []).append(alias)
    for rig, aliases in of_rig.items():
        name = "rig" if len(of_rig) == 1 else f"rig-{'-'.join(sorted(aliases))}"
        values: dict[str, str | list[str]] = {
            "collection": str(rig.collection),
            "directory": rig.directory,
            "local_path": rig.local_path,
            "data_sets": sorted(aliases),
        }
        yield (_WHY_RELATIVE if rig.directory in old.relative else "") + _table(f"sources.{name}", values)
    if missing := sorted(set(_locations(old)) - set(old.rigs)):
        yield (
            f"{CHECK}no local endpoint was set for {' and '.join(missing)}; "
            "without a source nothing is uploaded of it\n"
        )


def _table(name: str, values: Mapping[str, str | list[str]]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])
