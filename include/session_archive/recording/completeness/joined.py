"""Is all there that CatGT was asked for? Its command line and what it joined stand in the .meta files (its ReadMe)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.spikeglx import Recording

_PROBES = re.compile(r"\s-prb=(\S+)")
_RANGE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,4}))?")
_LF = re.compile(r"\s-lf(?![^\s>])")
_RENUMBERED = re.compile(r"\s-(?:save|sepShanks)=")


def asked_probes(command: str) -> frozenset[int]:
    """The probes that a command line names, as `-prb=0,3:5`; none where it names no list."""
    ranges = [
        _RANGE.fullmatch(part) for text in _PROBES.findall(command) for part in text.rstrip(">").split(",")
    ]
    return frozenset(
        number for found in ranges if found for number in range(int(found[1]), int(found[2] or found[1]) + 1)
    )


def joined_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What CatGT was asked for and is not here, and what it did not join."""
    written = [each for each in recorded if each.by_catgt and each.told]
    if not written:
        return
    yield from _probe_findings(written, recorded)
    yield from _lf_findings(written, recorded)
    yield from _trigger_findings(written, recorded)


def _probe_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    commands = {each.told.command for each in written if each.told}
    # Under another number the list says nothing of what is here.
    if any(_RENUMBERED.search(command) for command in commands):
        return
    asked = frozenset[int]().union(*map(asked_probes, commands))
    if missing := sorted(asked - {each.probe for each in recorded}):
        names = ", ".join(f"imec{number}" for number in missing)
        stale_files = any(" -prb_miss_ok" in command for command in commands)
        yield Finding(
            written[0].where, f"CatGT was asked for {names} too, which is not here", blocks=not stale_files
        )


def _lf_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Probes with an LF band of their own, NP 1.0 and its kin; the others have none to write."""
    there = {each.stream for each in recorded}
    for each in written:
        stream = each.stream.replace(".ap", ".lf")
        asked = each.told and each.told.lf_channels and _LF.search(each.told.command)
        if asked and stream not in there:
            yield Finding(each.where, f"CatGT was asked for {stream} too, which is not here", blocks=True)


def _trigger_findings(written: Sequence[Recording], recorded: Sequence[Recording]) -> Iterator[Finding]:
    joined = {each.told.joined for each in written if each.told and each.told.joined}
    last = max((each.trigger for each in recorded if each.trigger is not None), default=None)
    for each in written:
        told = each.told.joined if each.told else None
        if told is None:
            if each.concatenated:
                yield Finding(each.where, "its .meta does not say which triggers CatGT joined (no catTVals)")
            continue
        if len(joined) > 1:
            ranges = " and ".join(f"t{first} to t{final}" for first, final in sorted(joined))
            yield Finding(each.where, f"CatGT joined t{told[0]} to t{told[1]}; of its streams {ranges}")
        if last is not None and told[1] < last:
            yield Finding(each.where, f"CatGT joined t{told[0]} to t{told[1]}, but t{last} is here")
