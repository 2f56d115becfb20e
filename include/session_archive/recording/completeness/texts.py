"""Reads the small texts beside recordings: .meta and .ch files, maps of videos to trials, CatGT's logs and accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import ReadFile
from session_archive.naming.recording_kind import Convention
from session_archive.recording import mtscomp, spikeglx_meta
from session_archive.recording import video_trials as trials
from session_archive.recording.completeness import fyi
from session_archive.recording.completeness.catgt import CATGT_LOG, LOG_MOST_BYTES
from session_archive.recording.completeness.recordings import Recording, each_recording, recordings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Texts:
    """The content of the small texts of one data set, by path; or why one could not be read.

    unended : of those, texts that do not end with the end of a line
    """

    metas: Mapping[str, SpikeGlxMeta | str] = field(default_factory=dict)
    chunks: Mapping[str, mtscomp.Chunks | str] = field(default_factory=dict)
    trial_maps: Mapping[str, Mapping[int, int] | str] = field(default_factory=dict)
    catgt_logs: Mapping[str, str] = field(default_factory=dict)
    fyis: Mapping[str, fyi.Fyi | str] = field(default_factory=dict)
    unended: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """All that were read, or tried."""
        return frozenset().union(self.metas, self.chunks, self.trial_maps, self.catgt_logs, self.fyis)


class _Reader:
    """Reads texts one by one, and notes those whose last line has no end."""

    def __init__(self, read_file: ReadFile) -> None:
        self._read_file = read_file
        self.unended: list[str] = []

    def read(self, file: FileEntry, most: int, parse: Callable[[bytes], _Read]) -> _Read | str:
        """The parsed content of one file, or why it cannot be read."""
        try:
            content = self._read_file(file.path, most)
            parsed = parse(content)
        except ArchiveError as error:
            return str(error)
        if content and not content.endswith(b"\n"):
            self.unended.append(file.path)
        return parsed

    def read_meta(self, file: FileEntry, of_stream: bool) -> SpikeGlxMeta | str:
        """A .meta; `of_stream` if it is of a stream of SpikeGLX."""
        return self.read(
            file, spikeglx_meta.MOST_BYTES + 1, spikeglx_meta.read_meta if of_stream else _own_meta
        )


@dataclass(frozen=True, slots=True)
class _ToRead:
    """The texts beside recordings: all that is needed of a run's 50,000 recordings while their texts are read.

    metas : each with True if it is of a stream of SpikeGLX
    """

    metas: tuple[tuple[FileEntry, bool], ...]
    chunks: tuple[FileEntry, ...]

    @classmethod
    def of(cls, recorded: Iterable[Recording]) -> _ToRead:
        metas: dict[FileEntry, bool] = {}
        chunks: dict[FileEntry, None] = {}
        for each in recorded:
            if each.meta_file:
                metas[each.meta_file] = each.of is not None
            if "ch" in each.companions:
                chunks[each.companions["ch"]] = None
        return cls(tuple(metas.items()), tuple(chunks))


def read_texts(read_file: ReadFile, files: Sequence[FileEntry], kind: Convention) -> Texts:
    """Read every text that a rule needs; for one that cannot be read, the reason is kept instead."""
    reader, to_read = _Reader(read_file), _ToRead.of(each_recording(files, {}, kind))
    metas = {file.path: reader.read_meta(file, of_stream) for file, of_stream in to_read.metas}
    fyis = {file.path: reader.read(file, fyi.MOST_BYTES, _fyi) for file in _fyis(files)}
    logs = {
        file.path: text[0]
        for file in _logs(files)
        if file.size <= LOG_MOST_BYTES and isinstance(text := reader.read(file, LOG_MOST_BYTES, _log), tuple)
    }
    programs = tuple(reader.unended)
    trial_maps = _trial_maps(reader, files, kind)
    # A lab may write all its maps without the last end; of one map alone, nobody knows.
    of_maps = reader.unended[len(programs) :]
    chunks = {
        file.path: reader.read(file, mtscomp.MOST_BYTES + 1, mtscomp.read_chunks) for file in to_read.chunks
    }
    unended = (*programs, *(of_maps if len(of_maps) < max(len(trial_maps), 2) else ()))
    return Texts(metas, chunks, trial_maps, logs, fyis, unended)


def read_checksum_metas(
    read_file: ReadFile, files: Sequence[FileEntry], kind: Convention
) -> dict[str, SpikeGlxMeta | str]:
    """Only the .meta files that have a checksum of their recording: what CatGT wrote has none."""
    reader = _Reader(read_file)
    read = (
        (file.path, reader.read_meta(file, of_stream))
        for file, of_stream in _ToRead.of(each_recording(files, {}, kind)).metas
    )
    return {path: meta for path, meta in read if isinstance(meta, SpikeGlxMeta) and meta.sha1}


def read_trial_maps(
    read_file: ReadFile, files: Sequence[FileEntry], kind: Convention
) -> Mapping[str, Mapping[int, int] | str]:
    """Only the maps of videos to trials, as `read_texts` has them."""
    return _trial_maps(_Reader(read_file), files, kind)


def named_texts(
    files: Sequence[FileEntry], recorded: Sequence[Recording], kind: Convention
) -> tuple[tuple[FileEntry, int], ...]:
    """The files whose content a rule needs, by their names, each with the bytes of the longest."""
    limits = (
        (_metas(recorded), spikeglx_meta.MOST_BYTES),
        (_chunks(recorded), mtscomp.MOST_BYTES),
        (_fyis(files), fyi.MOST_BYTES),
        (_maps(files, kind), trials.MOST_BYTES),
        (_logs(files), LOG_MOST_BYTES),
    )
    return tuple((file, most) for named, most in limits for file in named)


def text_files(files: Sequence[FileEntry], kind: Convention) -> tuple[FileEntry, ...]:
    """The files that `read_texts` would read, except those too long to be what their names say."""
    named = named_texts(files, recordings(files, {}, kind), kind)
    return tuple(file for file, most in named if file.size <= most)


def _chunks(recorded: Sequence[Recording]) -> list[FileEntry]:
    return _once(each.companions["ch"] for each in recorded if "ch" in each.companions)


def _metas(recorded: Sequence[Recording]) -> list[FileEntry]:
    return _once(each.meta_file for each in recorded if each.meta_file)


def _once(files: Iterable[FileEntry]) -> list[FileEntry]:
    # A .bin and a .cbin beside it have one .meta.
    return list(dict.fromkeys(files))


def _fyis(files: Sequence[FileEntry]) -> list[FileEntry]:
    return [file for file in files if fyi.is_fyi(file.path)]


def _maps(files: Sequence[FileEntry], kind: Convention) -> list[FileEntry]:
    cameras = {video[0] for file in files if (video := trials.video_name(file.path, kind.spellings))}
    return [file for file in files if cameras and trials.map_camera(file.path, cameras, kind.spellings)]


def _trial_maps(
    reader: _Reader, files: Sequence[FileEntry], kind: Convention
) -> dict[str, Mapping[int, int] | str]:
    return {file.path: reader.read(file, trials.MOST_BYTES + 1, _trial_map) for file in _maps(files, kind)}


def _logs(files: Sequence[FileEntry]) -> list[FileEntry]:
    return [file for file in files if file.path.lower().endswith(CATGT_LOG)]


def _own_meta(content: bytes) -> SpikeGlxMeta:
    return spikeglx_meta.read_meta(content, of_stream=False)


def _log(content: bytes) -> tuple[str]:
    # A tuple, to tell a text from the reason why there is none.
    return (_text(content),)


def _fyi(content: bytes) -> fyi.Fyi:
    return fyi.read_fyi(_text(content))


def _trial_map(content: bytes) -> Mapping[int, int]:
    return trials.read_trial_map(_text(content[: trials.MOST_BYTES]))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
