"""The package's errors: who has to act, and whether trying again can help."""

from __future__ import annotations

from printable_text import message


class ArchiveError(Exception):
    """Base of this package's errors; the text names the thing, what was expected and what to do."""

    #: True when the same call can succeed later without anybody acting.
    retryable = False

    def __init__(self, *lines: object) -> None:
        """Each line may quote a rig, an archive, a database or a service: it is printable, and of bounded length."""
        super().__init__("\n".join(message(line) for line in lines))


class SettingsError(ArchiveError):
    """archive.toml, or a file that it names, is missing or wrong."""


class NamingError(ArchiveError):
    """A path, a session or a data set whose name does not fit the conventions."""


class ListingError(ArchiveError):
    """A directory could not be listed: it is missing, may not be read, or is not a directory."""


class MissingDirectoryError(ListingError):
    """The directory does not exist, according to a disk or service that could look. No other failure raises this."""


class NoAnswerError(ListingError):
    """A listing got no answer: nothing is known about the directory, and trying again can help.

    of_service : True when the service itself does not answer, so that no place can be listed; False when one place
                 does not, such as a rig that is switched off
    """

    retryable = True

    def __init__(self, text: str, *, of_service: bool = False) -> None:
        super().__init__(text)
        self.of_service = of_service


class DoubtfulListingError(ListingError):
    """A root shows so much less than before that its listing proves nothing: a person has to look, or to accept it."""


class RefusedError(ArchiveError):
    """A data set that must not be transferred or recorded as it is; a person decides.

    files : every file that is a reason, each with what is wrong; the text names the first
    """

    def __init__(self, text: str, *, files: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.files = files


class CatalogError(ArchiveError):
    """The catalog's database does not match the settings, or cannot be used as it is."""


class CatalogUnavailableError(CatalogError):
    """The catalog's database does not answer."""

    retryable = True


class ServiceUnavailableError(ArchiveError):
    """A service that is needed does not answer."""

    retryable = True
