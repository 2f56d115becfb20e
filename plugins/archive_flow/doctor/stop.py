"""A file of a trial, at one of the places that it passes."""

from __future__ import annotations

from dataclasses import dataclass

from session_archive.settings.load import Place


@dataclass(frozen=True, slots=True)
class Stop:
    """A file at a place; `path` is relative to the place's root."""

    place: Place
    path: str

    @property
    def words(self) -> str:
        """`<place>:<path>`."""
        return f"{self.place.name}:{self.path}"
