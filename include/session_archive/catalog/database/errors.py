"""Errors that only the catalog raises; importing them does not import DataJoint."""

from __future__ import annotations

from session_archive.errors import ArchiveError


class TooManyUnfinishedError(ArchiveError):
    """As many transfers as `max_unfinished` allows are unfinished; one must end first."""

    retryable = True


class AlreadyBegunError(ArchiveError):
    """Another submission of the same data set to the same place is unfinished; no new one was begun."""
