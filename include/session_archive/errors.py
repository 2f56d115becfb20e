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
    """The directory does not exist; every other reason is a plain ListingError."""


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
