"""archive.toml: places, data sets, catalog, lab and limits. Begin with `load.load_settings`."""

from session_archive.settings.load import Settings, load_settings

__all__ = ["Settings", "load_settings"]
