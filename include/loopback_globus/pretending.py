"""Pretending to move (`POST /_control/pretend`): large files arrive with their size and time only, as holes.

A file with an external checksum is always copied: nobody could say of a hole that it has that checksum.
"""

from __future__ import annotations

from loopback_globus.store import Store

_NAME = "pretend_from_bytes"


class Pretending:
    """Which files are not really copied; kept in the state, so that a restart changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        least = store.control(_NAME)
        #: Files of so many bytes or more are not copied; None: every file is, which is the default.
        self.from_bytes = None if least is None else int(least)

    def begin(self, *, from_bytes: int) -> None:
        self._store.set_control(_NAME, from_bytes)
        self.from_bytes = from_bytes

    def end(self) -> None:
        """Copy every file again."""
        self._store.set_control(_NAME, None)
        self.from_bytes = None

    def applies(self, *, size: int, external_checksum: str | None) -> bool:
        """Whether a file gets only its size and time."""
        least = self.from_bytes
        return least is not None and size >= least and not external_checksum
