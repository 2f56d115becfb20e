"""The catalog's layout, as archive.toml gives it."""

from __future__ import annotations

from session_archive.catalog.schema.layout import Layout
from session_archive.settings.load import Settings


def layout_of(settings: Settings) -> Layout:
    """What the catalog needs of the settings."""
    conventions = settings.conventions
    return Layout(
        database=settings.catalog.database,
        link_database=settings.catalog.link_database,
        lab=settings.lab,
        link_tables={name: data_set.link_table for name, data_set in settings.data_sets.items()},
        expected={name: data_set.expected for name, data_set in settings.data_sets.items()},
        descriptions={**conventions.descriptions}
        | {name: kind.description for name, kind in conventions.kinds.items()},
        locations={name: data_set.locations for name, data_set in settings.data_sets.items()},
    )
