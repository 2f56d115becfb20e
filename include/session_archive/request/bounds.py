"""How long a text may be that a person writes: in the form of a run, in the console, from Python."""

from __future__ import annotations

from session_archive.errors import ArchiveError

#: Characters of one text. The longest column for prose in the catalog has as many; a path that is archived, too.
LONGEST_TEXT = 1024


def require_short(what: str, text: str) -> None:
    """Refuse a text that is too long. Raises ArchiveError, which does not repeat it.

    what : the param or the option
    """
    if len(text) > LONGEST_TEXT:
        raise ArchiveError(f"{what}: a text of {len(text)} characters; expected at most {LONGEST_TEXT}")
