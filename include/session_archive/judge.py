"""May this listing be sent? Pure decisions over what a lister saw."""

from __future__ import annotations

from collections.abc import Sequence

from session_archive.listing import Listing
from session_archive.states import State


def judge_listing(listing: Listing, *, max_files: int) -> tuple[State, str] | None:
    """The state that holds a data set back, with the reason; None when it may be sent.

    max_files : a data set is one transfer task; above this it is refused rather than split
    """
    files = listing.manifest.files
    if blocking := [problem for problem in listing.problems if problem.blocks]:
        return State.REFUSED, _name_first([f"{problem.path}: {problem.what}" for problem in blocking])
    if not files:
        return State.EMPTY, "the folder holds no file that can be archived"
    if len(files) > max_files:
        return (
            State.REFUSED,
            f"{len(files)} files, more than limits.max_files = {max_files}: pack small files, or raise the limit",
        )
    return None


def _name_first(lines: Sequence[str]) -> str:
    more = len(lines) - 1
    return lines[0] + (f" (and {more} more)" if more else "")


def within_limits(sizes: Sequence[int], *, max_count: int | None, max_bytes: int | None) -> int:
    """How many of the first data sets one run may take.

    sizes : bytes of each data set, in the order in which they shall go; the first always may, however large
    """
    total = 0
    for position, size in enumerate(sizes):
        total += size
        if max_count is not None and position >= max_count:
            return position
        if max_bytes is not None and position > 0 and total > max_bytes:
            return position
    return len(sizes)
