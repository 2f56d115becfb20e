"""Which session of its day each folder is, by their idents: one rule, for a night and for `explain`."""

from __future__ import annotations

from collections.abc import Sequence

from session_archive.naming.session_name import session_number


def doubt_of_idents(idents: Sequence[str], *, n_sessions: int) -> str:
    """Why the names do not settle which folder of a subject and day is which session; '' if they do.

    idents     : of all its folders, at least one, each once
    n_sessions : that the lab's pipeline has on that day
    source     : the first session of a day has no ident, '1' is the second (map-ephys docs: Electrophysiology)
    """
    known = f"the lab's pipeline knows {n_sessions} session(s) of that day"
    numbers = {ident: session_number(ident) for ident in sorted(idents)}
    if words := [ident for ident, number in numbers.items() if number is None]:
        return f"{words[0]!r} does not say which session of the day it is"
    if 0 not in numbers.values():
        return "there is a numbered folder, but the first, unnumbered folder is missing"
    last = max(number or 0 for number in numbers.values()) + 1
    if last > n_sessions and len(idents) == 1:
        return f"session {last} of the day by its number, but {known}"
    if last > n_sessions:
        return f"{len(idents)} folders, but {known}, and one is session {last} by its number"
    if n_sessions > len(idents) == 1:
        return f"one folder, but {known}: which one is it?"
    return ""
