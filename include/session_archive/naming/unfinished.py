"""Why a recording file is not finished: one rule, for a listing at night and for `explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_LATE = "still being copied, or lost"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one recording and of the files beside it; the default is what nobody doubts.

    size     : bytes; None if it is not known
    companions : ending of each file that it needs -> its size; None for one that is missing
    growing  : its .meta has no `fileSizeBytes`
    differs  : its size is not the one in its .meta
    promised : the size in its .meta; None if only the difference is known
    """

    size: int | None = None
    companions: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    growing: bool = False
    differs: bool = False
    promised: int | None = None


def unfinished(seen: Seen) -> Iterator[str]:
    """Why the recording is held back, each reason in words that follow its path; nothing for one that is finished."""
    if seen.size == 0:
        yield "is empty: still being copied, or nothing was recorded"
    for ending, size in seen.companions.items():
        if size is None:
            yield f"has no .{ending} beside it: {_LATE}"
        elif size == 0:
            yield f"its .{ending} is empty: {_LATE}"
    if seen.growing:
        yield "still being recorded: its .meta has no fileSizeBytes (a crash of SpikeGLX leaves it so)"
    if seen.differs:
        yield _sizes(seen)


def _sizes(seen: Seen) -> str:
    late = "still being copied, or cut off"
    if seen.size is None or seen.promised is None:
        return f"its size differs from fileSizeBytes in its .meta: {late}"
    return f"{seen.size} bytes, but its .meta says {seen.promised}: {late}"
