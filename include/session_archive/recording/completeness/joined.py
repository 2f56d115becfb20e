"""Which triggers CatGT joined, by the .meta files that it wrote (its ReadMe), and which exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.command import commands_of
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording


def joined_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What CatGT did not join, and streams that it joined differently."""
    written = [each for each in recorded if each.by_catgt and each.parsed]
    joined = {each.parsed.joined for each in written if each.parsed and each.parsed.joined}
    last = (
        max((each.trigger for each in recorded if each.trigger is not None), default=None)
        if written
        else None
    )
    for each in written:
        range_ = each.parsed.joined if each.parsed else None
        if range_ is None:
            # What joined several runs has no triggers of one.
            if each.concatenated and not any(command.supercat for command in commands_of([each])):
                yield Finding(each.where, "its .meta does not say which triggers CatGT joined (no catTVals)")
            continue
        if len(joined) > 1:
            ranges = " and ".join(f"t{first} to t{final}" for first, final in sorted(joined))
            yield Finding(
                each.where, f"CatGT joined t{range_[0]} to t{range_[1]} here, but its streams have {ranges}"
            )
        if last is not None and range_[1] < last:
            yield Finding(each.where, f"CatGT joined t{range_[0]} to t{range_[1]}, but t{last} exists")
