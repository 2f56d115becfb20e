"""What can go wrong, by whose fault it is and whether waiting can help."""

from __future__ import annotations


class ArchiveError(Exception):
    """Root of this package's errors; its text names the thing, what was expected and what to do."""

    #: True when the same call can succeed later with no person acting.
    retryable = False


class SettingsError(ArchiveError):
    """archive.toml, or a file that it names, is missing or wrong."""


class NamingError(ArchiveError):
    """A path that no convention reads."""


class ListingError(ArchiveError):
    """A directory that had to be listed could not be: missing, refused, or no directory."""


class NotThereError(ListingError):
    """The directory does not exist, and whoever said so could look; every other reason is no NotThereError."""


class NoAnswerError(ListingError):
    """Whoever was to list a directory does not answer: nothing is known of it, and asking again can help.

    of_service : the service itself is away, and so every place; else it is this one place, such as a rig that is off
    """

    retryable = True

    def __init__(self, text: str, *, of_service: bool = False) -> None:
        super().__init__(text)
        self.of_service = of_service


class RefusedError(ArchiveError):
    """A data set that must not be moved or recorded as it is; a person decides."""


class CatalogError(ArchiveError):
    """The catalog's database is not as the settings say."""


class CatalogUnavailableError(CatalogError):
    """The catalog's database does not answer."""

    retryable = True


class ServiceUnavailableError(ArchiveError):
    """A service that is needed does not answer."""

    retryable = True
