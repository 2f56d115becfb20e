"""What belongs together in a recording, as data: belong_together.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from session_archive.toml_file import read_toml, validated

#: Where a name of the table has the number of a device.
_NUMBER = "{number}"
#: The only file that every recording needs beside it.
_META = ("meta",)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Device(_Table):
    """A kind of device of a run.

    counted : key of a .meta, how many of them the run has
    mask    : its word in `typeEnabled`; '' if Phase 3A did not know it
    listed  : option of CatGT that lists some of them; '' if there is at most one
    """

    name: str
    counted: str
    mask: str = ""
    listed: str = ""


class Stream(_Table):
    """A stream of a device.

    name   : as the names of its files write it, with {number} for the device's
    option : with which CatGT processes it; '' if it cannot
    js     : its number in CatGT's options and in `_fyi.txt`
    band   : its place in `snsApLfSy`; None for a stream that is alone on its device
    written_by : options with which CatGT writes a file of it even if it joins nothing
    """

    name: str
    device: str
    option: str = ""
    js: int | None = None
    band: int | None = None
    written_by: tuple[str, ...] = ()

    def of(self, number: int | str) -> str:
        """The stream of one device: `imec0.ap`."""
        return self.name.replace(_NUMBER, str(number))

    @property
    def pattern(self) -> str:
        """A regular expression of its name, without groups."""
        return "[0-9]{0,9}".join(map(re.escape, self.name.split(_NUMBER)))

    @property
    def numbered(self) -> bool:
        """True if a run may have several of these devices."""
        return _NUMBER in self.name


class Extraction(_Table):
    """An option of CatGT that asks for texts of events.

    numbers : what its numbers mean, in order
    texts   : names of the texts, after the stream
    js      : its stream, where the numbers do not say it
    """

    option: str
    numbers: tuple[str, ...]
    texts: Annotated[tuple[str, ...], Field(min_length=1)]
    js: int | None = None


class Shanks(_Table):
    """How the files of separate shanks are numbered: `first + step * probe + shank`."""

    first: int
    step: int
    most: int

    def probe(self, number: int) -> int:
        """The probe that a file's number belongs to."""
        return (number - self.first) // self.step if self.apart(number) else number

    def apart(self, number: int) -> bool:
        """True for the number of a shank rather than of a probe."""
        return number >= self.first and (number - self.first) % self.step < self.most

    def numbers(self, probe: int) -> range:
        """The numbers of all shanks of a probe."""
        start = self.first + self.step * probe
        return range(start, start + self.most)


class FileSet(_Table):
    """Files that one program writes together into one folder."""

    what: str
    files: Annotated[tuple[str, ...], Field(min_length=2)]


class BelongTogether(_Table):
    """The whole table.

    companions : ending of a recording -> endings of the files that it needs beside it
    """

    companions: dict[str, tuple[str, ...]]
    devices: tuple[Device, ...]
    streams: tuple[Stream, ...]
    shanks: Shanks
    extractions: tuple[Extraction, ...]
    sets: tuple[FileSet, ...]

    def companions_of(self, ending: str) -> tuple[str, ...]:
        """The endings of the files that a recording with this ending needs beside it."""
        return self.companions.get(ending.lower(), _META)

    @cached_property
    def companion_endings(self) -> frozenset[str]:
        """The endings of all files that some recording needs beside it."""
        return frozenset(ending for endings in self.companions.values() for ending in endings)

    @cached_property
    def recordings(self) -> tuple[str, ...]:
        """Patterns of the names of all files of streams; in every kind they are recordings."""
        names = [stream.of("*") for stream in self.streams]
        return tuple(f"*.{name}.{ending}" for name in names for ending in self.companions)

    @cached_property
    def stream_pattern(self) -> str:
        """A regular expression of every stream in a file's name; a device's number may be missing (3A)."""
        return "|".join(stream.pattern for stream in self.streams)

    def read_stream(self, text: str) -> tuple[Stream, int | None] | None:
        """The stream with this name, and its device's number; None for another text."""
        for stream, pattern in self._stream_patterns:
            if pattern.fullmatch(text):
                number = re.search("[0-9]+", text)
                return stream, int(number[0]) if number else None
        return None

    @cached_property
    def _stream_patterns(self) -> tuple[tuple[Stream, re.Pattern[str]], ...]:
        return tuple((stream, re.compile(stream.pattern, re.IGNORECASE)) for stream in self.streams)

    def streams_of(self, device: str) -> Iterator[Stream]:
        """The streams of one kind of device."""
        return (stream for stream in self.streams if stream.device == device)

    def device(self, name: str) -> Device:
        """The kind of device with this name."""
        return next(device for device in self.devices if device.name == name)

    def stream(self, js: int) -> Stream | None:
        """The stream with CatGT's number."""
        return next((stream for stream in self.streams if stream.js == js), None)


@cache
def belong_together() -> BelongTogether:
    """The packaged table."""
    with as_file(files("session_archive") / "belong_together.toml") as packaged:
        raw = read_toml(packaged, what="it is part of this package: install it again")
    return validated(BelongTogether, raw, source=Path("belong_together.toml"))
