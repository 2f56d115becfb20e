"""A data set's name as a person gives it to a command."""

from __future__ import annotations

from session_archive.errors import SettingsError
from session_archive.naming.session_name import DataSetName
from session_archive.settings.load import Settings


def data_set_of(settings: Settings, text: str) -> DataSetName:
    """The name as a value. Raises SettingsError for a type that archive.toml does not have, NamingError for no name."""
    name = DataSetName.parse(text)
    if name.data_set_type not in settings.data_sets:
        raise SettingsError(
            f"{text}: {name.data_set_type!r} is not in archive.toml; there are {', '.join(settings.data_sets)}"
        )
    return name
