"""Is CatGT's output complete? The .meta files have its command line and what it joined (its ReadMe)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.spikeglx import Recording

_PROBES = re.compile(r"\s-prb=(\S+)")
_RANGE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,4}))?")
_LF = re.compile(r"\s-lf(?![^\s>])")
_RENUMBERED = re.compile(r"\s-(?:save|sepShanks)=")


def listed_probes(command: str) -> frozenset[int]:
    """The probes that a command line lists, as `-prb=0,3:5`; none if it has no list."""
    ranges = [
        _RANGE.fullmatch(part) for text in _PROBES.findall(command) for part in text.rstrip(">").split(",")
    ]
    return frozenset(
        number for match in ranges if match for number in range(int(match[1]), int(match[2] or match[1]) + 1)
    )


def joined_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What CatGT's command line lists but is missing, and what CatGT did not join."""
    written = [each for each in recorded if each.by_catgt and each.parsed]
    if not written:
        return
    yield from _probe_findings(written, recorded)
    yield from _lf_findings(written, recorded)
    yield from _trigger_findings(written, recorded)


def _probe_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    commands = {each.parsed.command for each in written if each.parsed}
    # If probes were renumbered, the list says nothing about these files.
    if any(_RENUMBERED.search(command) for command in commands):
        return
    listed = frozenset[int]().union(*map(listed_probes, commands))
    if missing := sorted(listed - {each.probe for each in recorded}):
        names = ", ".join(f"imec{number}" for number in missing)
        may_be_missing = any(" -prb_miss_ok" in command for command in commands)
        yield Finding(
            written[0].where,
            f"CatGT's command line lists {names}, but its output is missing",
            blocks=not may_be_missing,
        )


def _lf_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Only probes with a separate LF band (NP 1.0 and the like) have one to write."""
    present = {each.stream for each in recorded}
    for each in written:
        stream = each.stream.replace(".ap", ".lf")
        requested = each.parsed and each.parsed.lf_channels and _LF.search(each.parsed.command)
        if requested and stream not in present:
            yield Finding(
                each.where, f"CatGT's command line asks for {stream}, but it is missing", blocks=True
            )


def _trigger_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    joined = {each.parsed.joined for each in written if each.parsed and each.parsed.joined}
    last = max((each.trigger for each in recorded if each.trigger is not None), default=None)
    for each in written:
        range_ = each.parsed.joined if each.parsed else None
        if range_ is None:
            if each.concatenated:
                yield Finding(each.where, "its .meta does not say which triggers CatGT joined (no catTVals)")
            continue
        if len(joined) > 1:
            ranges = " and ".join(f"t{first} to t{final}" for first, final in sorted(joined))
            yield Finding(
                each.where, f"CatGT joined t{range_[0]} to t{range_[1]} here, but its streams have {ranges}"
            )
        if last is not None and range_[1] < last:
            yield Finding(each.where, f"CatGT joined t{range_[0]} to t{range_[1]}, but t{last} exists")
