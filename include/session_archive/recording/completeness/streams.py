"""Is every stream there that the run's own .meta files say was saved? Both ways: whichever of two is missing.

The devices, their streams and the keys that count them stand in belong_together.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from session_archive.naming.belong_together import Device, Stream, belong_together
from session_archive.recording.completeness.command import Command, commands_of
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording


def stream_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What is missing from a run, according to its own files."""
    commands = commands_of(recorded)
    for device in belong_together().devices:
        yield from _device_findings(device, recorded, commands)
    yield from _band_findings(recorded, commands)
    yield from _shank_findings(recorded)


def _device_findings(
    device: Device, recorded: Sequence[Recording], commands: Sequence[Command]
) -> Iterator[Finding]:
    counts = [
        (each.where, count, each.parsed)
        for each in recorded
        if each.parsed and (count := each.parsed.count(device.counted)) is not None
    ]
    # CatGT gives probes that it renumbers the highest number as their count.
    if not counts or (device.name == "imec" and any(command.renumbers for command in commands)):
        return
    where, count, meta = max(counts, key=lambda counted: counted[1])
    expected, exact = _expected(device, count)
    if meta.type_enabled and count:
        # The probes of Phase 3A have one name.
        exact = False
    present = sorted({each.device for each in recorded if each.of and each.of.device == device.name})
    if len(present) < expected:
        yield Finding(
            where,
            f"{_missing(device, present, expected)}; its .meta says {meta.says(device.counted)}",
            blocks=not _excused(device, recorded, commands),
        )
    elif len(present) > expected and exact:
        what = (
            f"{len(present)} probes are present"
            if device.name == "imec"
            else f"{' and '.join(present)} is present"
        )
        yield Finding(where, f"{what}, but its .meta says {meta.says(device.counted)}")


def _expected(device: Device, count: int) -> tuple[int, bool]:
    """How many devices a count means, and whether there are no more.

    SpikeGLX gives runs with separate shanks the number after the last shank of the last probe that has several.
    """
    shanks = belong_together().shanks
    if not device.listed:
        return min(count, 1), True
    if device.name != "imec" or count < shanks.first:
        return count, True
    return shanks.probe(count - 1) + 1, False


def _missing(device: Device, present: Sequence[str], expected: int) -> str:
    if device.name == "nidq":
        return "the nidq stream is missing"
    names = ", ".join(present) or "none"
    things = "probes" if device.name == "imec" else "OneBoxes"
    return f"{len(present)} of {expected} {things} are present ({names})"


def _excused(device: Device, recorded: Sequence[Recording], commands: Sequence[Command]) -> bool:
    """True if others explain the absence: another drive has the rest, or CatGT was not asked for it."""
    # If a run was spread over several drives, one root may have only a part of it.
    if any(each.parsed.directories > 1 for each in recorded if each.parsed):
        return True
    # What CatGT was asked for has its own rule.
    if any(command.listed(device) for command in commands):
        return True
    streams = list(belong_together().streams_of(device.name))
    processed = any(command.processes(stream) for command in commands for stream in streams)
    if device.name == "imec" or (device.listed and processed):
        return False
    # CatGT copies no stream that it does not change. A run of SpikeGLX' own files must have all its devices.
    others = [each for each in recorded if each.of and each.of.device != device.name]
    return any(each.by_catgt for each in recorded) and all(
        each.by_catgt for each in others if each.parsed and each.of and each.of.device == "imec"
    )


def _band_findings(recorded: Sequence[Recording], commands: Sequence[Command]) -> Iterator[Finding]:
    """The two bands of a probe with a separate LF band (NP 1.0 and the like), each missed by the other."""
    bands = [stream for stream in belong_together().streams if stream.band is not None]
    by_device: dict[tuple[str, str, bool], list[Recording]] = {}
    for each in recorded:
        if each.of and each.of.device == "imec" and not each.written_as:
            by_device.setdefault((each.run, each.device, each.by_catgt), []).append(each)
    saved = {(run, catgt, each.of) for (run, _, catgt), group in by_device.items() for each in group}
    for (run, device, catgt), group in by_device.items():
        present = {each.of for each in group}
        if None in {each.band for each in present if each}:
            continue
        # Labs keep CatGT's AP beside the run's own LF.
        present |= {each.of for each in by_device.get((run, device, not catgt), ()) if each.binary}
        missing = [band for band in bands if band not in present]
        if catgt and commands:
            # What CatGT was asked for has a rule of its own.
            yield from _not_asked_for(group, commands, missing)
        else:
            for band in missing:
                yield from _band_missing(band, group, others=(run, catgt, band) in saved)


def _not_asked_for(
    group: Sequence[Recording], commands: Sequence[Command], missing: Sequence[Stream]
) -> Iterator[Finding]:
    """A band of the run that stays where it was recorded, since CatGT copies none that it was not asked for."""
    if any(each.parsed and each.parsed.lf_channels for each in group):
        for band in missing:
            if not any(command.processes(band) for command in commands):
                name = band.of("" if group[0].probe is None else group[0].probe)
                what = f"{name} is missing: its probe has LF channels, and CatGT was not asked for that band"
                yield Finding(group[0].where, what)


def _band_missing(band: Stream, group: Sequence[Recording], *, others: bool) -> Iterator[Finding]:
    first = group[0]
    name = band.of("" if first.probe is None else first.probe)
    if band.band == 0:
        yield Finding(
            first.where, f"{name} is missing, but {first.stream} is present", blocks=not first.by_catgt
        )
        return
    channels = [each.parsed.lf_channels for each in group if each.parsed]
    if any(channels):
        what = f"{name} is missing" + (
            ", but that of another probe is present"
            if others
            else ": its probe has LF channels, and no .meta says whether they were saved"
        )
        yield Finding(first.where, what, blocks=others and not first.by_catgt)
    elif None in channels:
        what = f"{name} is missing, and no .meta says whether its probe has LF channels (no acqApLfSy)"
        yield Finding(first.where, what)


def _shank_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """SpikeGLX keeps the probe's own .meta as a record, beside a file for each shank that has saved channels."""
    raw = [each for each in recorded if each.of and each.of.band == 0 and not each.by_catgt]
    apart = {(each.run, each.trigger, each.device): each for each in raw if each.is_shank}
    records = {(each.run, each.trigger, each.device): each for each in raw if not each.is_shank}
    present = {(each.run, each.trigger, each.stream) for each in raw}
    for key, shank in apart.items():
        record = records.get(key)
        if record is None:
            name = shank.of.of(shank.probe or 0) if shank.of else ""
            what = f"a shank of {name}, but the .meta of {name} itself is missing"
            yield Finding(shank.where, what)
        elif record.parsed and record.of:
            numbers = belong_together().shanks.numbers(record.probe or 0)
            names = [record.of.of(numbers[shank]) for shank in record.parsed.shanks if shank < len(numbers)]
            if missing := [name for name in names if (*key[:2], name) not in present]:
                what = f"{', '.join(missing)} is missing: channels of that shank were saved, by its .meta"
                yield Finding(record.where, what, blocks=True)
