"""Is all the output of CatGT there, by the command lines in its .meta files and by its `_fyi.txt`?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import Stream, belong_together
from session_archive.recording.completeness.command import Command, commands_of
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.fyi import Fyi
from session_archive.recording.completeness.recordings import Recording

_LINE = "CatGT's command line"


def requested_findings(
    recorded: Sequence[Recording], files: Sequence[FileEntry], fyis: Mapping[str, Fyi]
) -> Iterator[Finding]:
    """Streams that CatGT was asked for, or says that it processed, and that are missing.

    The run itself may lie in the same folder: CatGT writes beside it unless it is given another. A NIDQ stream that it
    did not change stands for CatGT's; that of a numbered device does not.
    """
    written = [each for each in recorded if each.by_catgt]
    where = next((each.where for each in written if each.parsed), "")
    commands = commands_of(recorded)
    missed = set[str]()
    for command in commands:
        for stream in belong_together().streams:
            if command.processes(stream):
                for finding, names in _missing(command, stream, recorded, files, where=where, new=bool(fyis)):
                    if not missed.issuperset(names):
                        yield finding
                    missed |= names
    for path, fyi in fyis.items():
        gone = [
            name
            for name in fyi.streams
            if name not in missed and not _any_file(name, recorded if name == "nidq" else written, files)
        ]
        for name in gone:
            yield Finding(path, f"says that CatGT processed {name}, but it is missing", blocks=True)


def _missing(
    command: Command,
    stream: Stream,
    recorded: Sequence[Recording],
    files: Sequence[FileEntry],
    *,
    where: str,
    new: bool,
) -> Iterator[tuple[Finding, set[str]]]:
    """Each finding, and the names of the streams that it is about."""
    device = belong_together().device(stream.device)
    if not stream.numbered:
        if stream.name not in {each.stream for each in recorded}:
            # Before 1.9, CatGT wrote nothing of a stream that it did not change.
            certain = new or command.is_new or _joins(recorded)
            if certain or not _any_file(stream.name, recorded, files):
                what = f"{_LINE} asks for {stream.name}, but it is missing"
                yield Finding(where, what, blocks=certain), {stream.name}
        return
    listed = command.listed(device)
    written = [each for each in recorded if each.by_catgt]
    present = {each.stream for each in written}
    gone = [number for number in listed if not _device_there(command, stream, number, written)]
    if gone:
        whole = [f"{device.name}{number}" for number in gone]
        what = f"{_LINE} lists {', '.join(whole)}, but its output is missing"
        yield Finding(where, what, blocks=not command.may_miss), set(whole)
    for number in (each for each in listed if each not in gone):
        names = {stream.of(each) for each in command.written_as(stream, number)}
        of_probe = [each for each in written if each.probe == number]
        if present.isdisjoint(names) and _possible(stream, command, of_probe):
            yield _not_there(sorted(names), of_probe, where, command), names
    if not listed and device.listed:
        yield from _of_those_there(command, stream, recorded, where)


def _of_those_there(
    command: Command, stream: Stream, recorded: Sequence[Recording], where: str
) -> Iterator[tuple[Finding, set[str]]]:
    """As above, where a command has no list: it means the devices that are there (3A)."""
    devices: dict[str, list[Recording]] = {}
    for each in recorded:
        if each.of and each.of.device == stream.device and each.by_catgt:
            devices.setdefault(each.device, []).append(each)
    for group in devices.values():
        if stream not in [each.of for each in group] and _possible(stream, command, group):
            probe = group[0].probe
            names = {stream.of("" if probe is None else probe)}
            yield _not_there(sorted(names), group, where, command), names


def _not_there(names: Sequence[str], siblings: Sequence[Recording], where: str, command: Command) -> Finding:
    at = next((each.where for each in siblings if each.by_catgt), where)
    what = f"{_LINE} asks for {' or '.join(names)}, but it is missing"
    return Finding(at, what, blocks=not command.may_miss)


def _device_there(command: Command, stream: Stream, number: int, written: Sequence[Recording]) -> bool:
    numbers = {
        each
        for sibling in belong_together().streams_of(stream.device)
        for each in command.written_as(sibling, number)
    }
    names = {sibling.of(each) for sibling in belong_together().streams_of(stream.device) for each in numbers}
    return not names.isdisjoint({each.stream for each in written})


def _possible(stream: Stream, command: Command, siblings: Sequence[Recording]) -> bool:
    """False for an LF band that CatGT could not make: the probe has none, and no filter makes one of the AP band."""
    if stream.band != 1:
        return True
    metas = [each.parsed for each in siblings if each.parsed]
    if any(meta.lf_channels for meta in metas):
        return True
    return "-lffilter" in command.options and any(meta.lf_channels == 0 for meta in metas)


def _joins(recorded: Sequence[Recording]) -> bool:
    """True if CatGT joined several triggers: then it wrote every stream anew, in all versions."""
    ranges = [each.parsed.joined for each in recorded if each.parsed and each.parsed.joined]
    return any(last > first for first, last in ranges)


def _any_file(name: str, recorded: Sequence[Recording], files: Sequence[FileEntry]) -> bool:
    """True if the stream, or a device, has a recording or an extracted text."""
    if any(name in (each.stream, each.stream.partition(".")[0]) for each in recorded):
        return True
    texts = (file.path.rpartition("/")[2].lower() for file in files)
    return any(f".{name}." in text and text.endswith(".txt") for text in texts)
