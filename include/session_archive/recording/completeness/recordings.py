"""The recordings of a data set: each with the files beside it, its stream and what its .meta says.

The conventions say what a recording is (`Convention.recording`), belong_together.toml what belongs beside it and which
streams there are. SpikeGLX' names are `<run>_g<gate>_t<trigger|cat>.<stream>.<ending>` (its manual, "File Names").
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from sys import intern

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import Stream, belong_together
from session_archive.naming.recording_kind import Convention
from session_archive.naming.session_name import SessionName
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

#: The forms of probes' folders do not depend on the session.
_ANY_SESSION = SessionName("any", dt.date(2000, 1, 1))


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording file, what lies beside it, or both; for SpikeGLX, one stream of one trigger.

    run          : with its gate
    stream       : 'imec0.ap', 'nidq'; '' for what is not SpikeGLX'
    of           : the stream in belong_together.toml; None as above
    device       : 'imec0', 'nidq', 'obx1'; the folder is in it if the name has no number; '' as above
    probe        : index from 0; None for other devices, and if neither name nor folder has one
    is_shank     : one of the files that a probe's shanks were written to
    trigger      : None for 'cat' and if the name has none
    binary       : None if there are only files that belong beside it
    compressed   : True if the .bin was replaced by a .cbin: its size is not the recording's
    companions   : ending -> the file beside it
    meta         : what the .meta says, or why it could not be read; None if it was not read
    written_as   : why the name under which it was written, by its .meta, is that of something else, such as an excerpt
    """

    run: str
    stream: str
    of: Stream | None
    device: str
    probe: int | None
    is_shank: bool
    trigger: int | None
    concatenated: bool
    binary: FileEntry | None
    compressed: bool
    companions: Mapping[str, FileEntry]
    meta: SpikeGlxMeta | str | None
    written_as: str = ""

    @property
    def path(self) -> str:
        """The path of its files, without the ending."""
        return self.where.rpartition(".")[0]

    @property
    def other_name(self) -> str:
        """The name under which it was written, by its .meta, if that has another gate, trigger or stream; '' if not."""
        written = self.parsed.file_name if self.parsed else ""
        before, now = (
            _read_name(name.lower()) for name in (written.rpartition(".")[0], self.path.rpartition("/")[2])
        )
        return written if before and before[-1] and before != now else ""

    @property
    def meta_file(self) -> FileEntry | None:
        """Its .meta."""
        return self.companions.get("meta")

    @property
    def parsed(self) -> SpikeGlxMeta | None:
        """The content of the .meta, None if it was not or could not be read."""
        return None if isinstance(self.meta, str) else self.meta

    @property
    def by_catgt(self) -> bool:
        """True for what CatGT wrote; an excerpt of it is by SpikeGLX."""
        return (self.concatenated or bool(self.parsed and self.parsed.catgt)) and not self.written_as

    @property
    def where(self) -> str:
        """The path to show."""
        return next(file.path for file in (self.binary, *self.companions.values()) if file)

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """All its files."""
        return tuple(file for file in (self.binary, *self.companions.values()) if file)


def recordings(
    files: Sequence[FileEntry], metas: Mapping[str, SpikeGlxMeta | str], kind: Convention
) -> tuple[Recording, ...]:
    """Every recording with the files beside it, sorted by path."""
    return tuple(each_recording(files, metas, kind))


def each_recording(
    files: Sequence[FileEntry], metas: Mapping[str, SpikeGlxMeta | str], kind: Convention
) -> Iterator[Recording]:
    """As `recordings`, one after the other: a run may have 50,000, of which many a caller keeps little."""
    parts: dict[str, list[FileEntry]] = defaultdict(list)
    for file in files:
        name = file.path.rpartition("/")[2]
        if (kind.recording(name) or kind.companion(name)) and not kind.doubt(name):
            parts[file.path.rpartition(".")[0]].append(file)
    # What was known of a recording is forgotten once it is one.
    stems = sorted(parts, reverse=True)
    while stems:
        stem = stems.pop()
        for binary, companions in _each(parts.pop(stem)):
            yield _recording(stem, binary, companions, metas, kind)


def _each(parts: Sequence[FileEntry]) -> Iterator[tuple[FileEntry | None, dict[str, FileEntry]]]:
    """Each recording file of one name with what lies beside it: a .bin and the .cbin made of it share their .meta."""
    needed = belong_together().companion_endings
    companions = {_ending(file): file for file in parts if _ending(file) in needed}
    found = [file for file in parts if _ending(file) not in needed]
    for binary in found or (None,):
        yield binary, companions


def _ending(file: FileEntry) -> str:
    return intern(file.path.rpartition(".")[2].lower())


def _recording(
    stem: str,
    binary: FileEntry | None,
    companions: Mapping[str, FileEntry],
    metas: Mapping[str, SpikeGlxMeta | str],
    kind: Convention,
) -> Recording:
    table = belong_together()
    meta = metas.get(companions["meta"].path) if "meta" in companions else None
    parsed = meta if isinstance(meta, SpikeGlxMeta) else None
    folders, _, name = stem.rpartition("/")
    match = _name_pattern().fullmatch(name)
    trigger = match["trigger"] if match else None
    of, number = _stream(match["stream"] if match else None, parsed)
    probe = _probe(number, folders, kind) if of and of.device == "imec" else None
    return Recording(
        # Thousands of triggers have one copy in memory of what they have in common.
        run=intern(f"{match['run']}_g{match['gate']}" if match else name),
        stream=intern(of.of("" if number is None else number) if of else ""),
        of=of,
        device=intern(_device(of, number if probe is None else probe, folders)),
        probe=probe,
        is_shank=probe is not None and number is not None and table.shanks.apart(number),
        trigger=int(trigger) if trigger and trigger.isdigit() else None,
        concatenated=(trigger or "").lower() == "cat",
        binary=binary,
        compressed=binary is not None and _ending(binary) == "cbin",
        companions=companions,
        meta=meta,
        written_as=kind.doubt(parsed.file_name) if parsed else "",
    )


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?P<run>.*?)(?:_g(?P<gate>[0-9]{1,9}))?(?:_t(?P<trigger>[0-9]{1,9}|cat))?"
        rf"(?:\.(?P<stream>{belong_together().stream_pattern}))?",
        re.IGNORECASE,
    )


def _read_name(name: str) -> tuple[str | None, ...] | None:
    match = _name_pattern().fullmatch(name)
    return match.group("gate", "trigger", "stream") if match else None


def _stream(name: str | None, meta: SpikeGlxMeta | None) -> tuple[Stream | None, int | None]:
    """The stream by the file's name; where that has none, by its .meta, without a number."""
    if name is not None and (read := belong_together().read_stream(name)):
        return read
    if meta is None or not meta.device:
        return None, None
    streams = [each for each in belong_together().streams_of(meta.device) if each.js is not None]
    return next((each for each in streams if each.band in (None, meta.band)), None), None


def _probe(number: int | None, folders: str, kind: Convention) -> int | None:
    """The probe of a file: by its own number, else by the nearest folder that has one; 3A's only probe is 0."""
    if number is not None:
        return belong_together().shanks.probe(number)
    readings = (
        form.read(folder, _ANY_SESSION) for folder in reversed(folders.split("/")) for form in kind.probes
    )
    return next((reading.probe for reading in readings if reading and reading.probe is not None), None)


def _device(of: Stream | None, number: int | None, folders: str) -> str:
    """Tells the devices apart: by their numbers, else by their folders, since each probe of a 3A rig has its own."""
    if of is None:
        return ""
    if number is None and of.numbered:
        return f"{of.device} in {folders}"
    return f"{of.device}{'' if number is None else number}"
