"""Where the catalog is, and how it is attached to the lab's pipeline, as archive.toml says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from session_archive.errors import CatalogError
from session_archive.settings.tables import LabSettings


@dataclass(frozen=True)
class Layout:
    """What the catalog needs from archive.toml.

    database      : the catalog's own database, made with utf8mb4_bin
    link_database : the database of the link tables, made in the lab's own collation
    link_tables   : data set type -> class name of its link table, e.g. ArchivedRawEphys
    expected      : data set type -> '' | restriction | 'database.Table': which sessions should have one
    descriptions  : type or file type -> its description
    locations     : data set type -> the locations that it has a copy at, in their order
    """

    database: str
    link_database: str
    lab: LabSettings
    link_tables: Mapping[str, str]
    expected: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that MySQL or DataJoint would misread. Raises CatalogError, naming the key."""
        for key, name in (("database", self.database), ("link_database", self.link_database)):
            if not re.fullmatch(r"\w{1,64}", name, re.ASCII):
                raise CatalogError(
                    f"catalog.{key}: {name!r} is not a database name; expected letters, digits and '_', at most 64"
                )
        if self.database == self.link_database:
            raise CatalogError(
                "catalog.link_database must differ from catalog.database: it has the lab's collation"
            )
        seen: dict[str, str] = {}
        for kind, table in self.link_tables.items():
            if not re.fullmatch(r"[\w-]{1,64}", kind, re.ASCII):
                raise CatalogError(
                    f"data_sets.{kind}: not a name of a type; expected letters, digits, '-' and '_', at most 64"
                )
            if not re.fullmatch(r"[A-Z][A-Za-z0-9]{0,59}", table) or table in ("Session", "DataSet"):
                raise CatalogError(
                    f"data_sets.{kind}.link_table: {table!r} is not a table name; expected CamelCase: ArchivedRawEphys"
                )
            if table in seen:
                raise CatalogError(
                    f"data_sets.{kind}.link_table: {table} is already the table of {seen[table]!r}; "
                    "each type needs its own"
                )
            seen[table] = kind
