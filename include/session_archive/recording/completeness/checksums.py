"""The checksums that the acquisition program wrote beside its files, and those that cannot be theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording


def vouched(recorded: Sequence[Recording]) -> dict[str, tuple[str, str]]:
    """Path -> (algorithm, lower-case hex) of each file whose checksum stands beside it.

    A .meta that says another size than its file has belongs to another file, and vouches for nothing.
    """
    doubtful = {each.path for group in _doubtful(recorded) for each in group}
    return {
        each.binary.path: ("SHA1", each.parsed.sha1)
        for each in recorded
        if each.binary
        and each.parsed
        and each.parsed.sha1
        and not each.compressed
        and each.binary.size == each.parsed.size
        and each.path not in doubtful
    }


def checksum_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Checksums that several .meta files have, though their recordings cannot be equal."""
    for group in _doubtful(recorded):
        for each in group:
            other = next(one for one in group if one is not each and _differ(one, each))
            what = (
                f"its .meta has the fileSHA1 of {other.where}, another recording: it is compared with nothing"
            )
            yield Finding(each.where, what)


def _doubtful(recorded: Sequence[Recording]) -> Iterator[list[Recording]]:
    """Recordings with one SHA-1 of which at least two differ: nobody knows whose it is."""
    groups: dict[str, list[Recording]] = defaultdict(list)
    for each in recorded:
        if each.parsed and each.parsed.sha1:
            groups[each.parsed.sha1].append(each)
    for group in groups.values():
        if doubtful := [each for each in group if any(_differ(each, other) for other in group)]:
            yield doubtful


def _differ(one: Recording, other: Recording) -> bool:
    """True for recordings of different sizes, streams or triggers; a second copy of one is equal."""
    assert one.parsed and other.parsed
    named = {(each.stream, each.trigger, each.concatenated) for each in (one, other) if each.of}
    return _size(one) != _size(other) or len(named) > 1


def _size(each: Recording) -> int | None:
    if each.binary and not each.compressed:
        return each.binary.size
    return each.parsed.size if each.parsed else None
