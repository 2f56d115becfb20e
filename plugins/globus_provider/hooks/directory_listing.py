"""Reads the answer to a directory listing, and refuses one that is cut short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from globus_provider.errors import GlobusRequestError

#: Entries that one listing holds at most (Transfer API, "List Directory Contents").
MAX_LISTING = 100_000


def complete_entries(listing: Mapping[str, Any], *, doing: str) -> list[dict[str, Any]]:
    """The entries of a listing; raises GlobusRequestError unless they are all that the directory has.

    doing : words after "could not"
    """
    entries = listing.get("DATA")
    if not isinstance(entries, list):
        raise GlobusRequestError(f"could not {doing}: the answer holds no list of entries")
    total = listing.get("total")
    if not isinstance(total, int):
        raise GlobusRequestError(
            f"could not {doing}: the answer has {len(entries)} entries and does not say how many there are (total), "
            "so it may have ended early; look at the directory in the Globus web app"
        )
    if total > len(entries) or len(entries) >= MAX_LISTING:
        raise GlobusRequestError(
            f"could not {doing}: it has {max(total, len(entries))} entries or more, and Globus lists "
            f"{len(entries)}; split the directory"
        )
    return entries
