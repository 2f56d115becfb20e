"""What a run has listed, as far as it bears on what may be called absent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from session_archive.listing.unlisted import Unlisted, hidden_in
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import SessionName
from session_archive.recording.sessions import Claim, SourceFolder
from session_archive.request.selection import Selection


@dataclass(frozen=True, slots=True)
class Coverage:
    """The places that a run lists, and those parts of them that it could not list.

    places    : names of the places that this route lists
    selection : folders of other sessions were not listed, or not considered
    unlisted  : known so far; every place and folder that could not be listed anywhere in this run
    """

    conventions: Conventions
    places: Collection[str]
    selection: Selection
    unlisted: tuple[Unlisted, ...] = ()

    def without(self, unlisted: Iterable[Unlisted]) -> Coverage:
        """The same, if these could not be listed either."""
        more = tuple(unlisted)
        return replace(self, unlisted=self.unlisted + more) if more else self

    def hides(self, session: SessionName, *, place: str = "") -> Unlisted | None:
        """What was not listed and may hold files of a session; only where there is none can they be absent.

        place : consider only this place; '' for any
        """
        return hidden_in(self.unlisted, session, conventions=self.conventions, place=place)

    def hides_part(self, found: SourceFolder) -> Unlisted | None:
        """What was not listed and may hold more folders of a data set that has been found."""
        return hidden_in(
            self.unlisted,
            found.session_name,
            conventions=self.conventions,
            place=found.place,
            layout=found.folder.layout,
        )

    def may_hide(self, claim: Claim) -> bool:
        """True if the folder of a claim may exist where this run did not list.

        A person may have assigned a folder of another subject or day to this session; a run for some subjects or days
        may not list it.
        """
        if claim.decided:
            return bool(self.unlisted or self.selection.dates or self.selection.subjects)
        return self.hides(claim.expected) is not None

    def shows_no_folder(self, path: str, *, place: str) -> bool:
        """True if a folder that this run did not find at this place does not exist there, whatever it is called."""
        hidden = any(
            not each.directory or f"{path}/".startswith(f"{each.directory}/")
            for each in self.unlisted
            if each.place == place
        )
        restricted = self.selection.subjects or self.selection.dates
        return place in self.places and not hidden and not restricted

    def shows_absence(self, session: SessionName, *, place: str) -> bool:
        """True if a folder of this session that was not found at this place does not exist there."""
        return (
            place in self.places
            and self.hides(session, place=place) is None
            and self.selection.wants_session(session)
        )
