"""What a run could not look at, and of which sessions it can therefore not say that they are absent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from session_archive.errors import ListingError, NoAnswerError
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import SessionName, printable


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A root, or a folder below one, that could not be listed.

    place     : name in archive.toml
    directory : relative to its root, '' for the root itself
    """

    place: str
    directory: str
    why: ListingError

    @property
    def where(self) -> str:
        """`rig1`, or `rig1:SC022`, for a person."""
        return f"{self.place}:{printable(self.directory)}" if self.directory else self.place

    @property
    def silent(self) -> bool:
        """True when nobody answered, so that asking again can help."""
        return isinstance(self.why, NoAnswerError)


def hidden_in(
    unlisted: Iterable[Unlisted],
    session: SessionName,
    *,
    conventions: Conventions,
    place: str = "",
    layout: str = "",
) -> Unlisted | None:
    """The first that may hold a folder of this session, so that the session is not absent; None where all was seen.

    place  : only of this place; '' for any
    layout : only folders that this layout reads; '' for any
    """
    for each in unlisted:
        if (not place or each.place == place) and _may_hold(each, session, conventions, layout):
            return each
    return None


def _may_hold(unlisted: Unlisted, session: SessionName, conventions: Conventions, layout: str) -> bool:
    if not unlisted.directory:
        return not layout
    # In upper or lower case: a person may have given a folder of the other spelling to the session.
    return any(
        (found.reading.subject or session.subject).casefold() == session.subject.casefold()
        for found in conventions.readings(unlisted.directory)
        if not layout or found.layout == layout
    )
