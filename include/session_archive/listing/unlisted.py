"""Places and folders that a run could not list, and the sessions that they may contain all the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from printable_text import printable
from session_archive.errors import ListingError, NoAnswerError
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import SessionName


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A root, or a folder below one, that could not be listed.

    place     : its name in archive.toml
    directory : relative to its root, '' for the root itself
    """

    place: str
    directory: str
    why: ListingError

    @property
    def where(self) -> str:
        """`rig1`, or `rig1:SC022`, for people."""
        return f"{self.place}:{printable(self.directory)}" if self.directory else self.place

    @property
    def silent(self) -> bool:
        """True when the place did not answer, so that another try can help."""
        return isinstance(self.why, NoAnswerError)


def hidden_in(
    unlisted: Iterable[Unlisted],
    session: SessionName,
    *,
    conventions: Conventions,
    place: str = "",
    layout: str = "",
) -> Unlisted | None:
    """The first that may contain a folder of this session, so that the session may exist; None if none may.

    place  : consider only this place; '' for any
    layout : consider only folders that this layout reads; '' for any
    """
    for each in unlisted:
        if (not place or each.place == place) and _may_contain(each, session, conventions, layout):
            return each
    return None


def _may_contain(unlisted: Unlisted, session: SessionName, conventions: Conventions, layout: str) -> bool:
    if not unlisted.directory:
        return not layout
    # Case-insensitive: a person may have assigned a folder with other capitals to the session.
    return any(
        (each.reading.subject or session.subject).casefold() == session.subject.casefold()
        for each in conventions.readings(unlisted.directory)
        if not layout or each.layout == layout
    )
