"""Reads the small texts beside recordings: .meta files, maps of video files to trials, CatGT's logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import ReadFile
from session_archive.recording import spikeglx_meta
from session_archive.recording import video_trials as trials
from session_archive.recording.completeness.catgt import CATGT_LOG, LOG_MOST_BYTES
from session_archive.recording.completeness.spikeglx import recordings
from session_archive.recording.spikeglx_meta import SpikeGlxMeta


@dataclass(frozen=True, slots=True)
class Texts:
    """The content of the small texts of one data set, by path; or why one could not be read."""

    metas: Mapping[str, SpikeGlxMeta | str] = field(default_factory=dict)
    trial_maps: Mapping[str, Mapping[int, int] | str] = field(default_factory=dict)
    catgt_logs: Mapping[str, str] = field(default_factory=dict)


def read_texts(read_file: ReadFile, files: Sequence[FileEntry]) -> Texts:
    """Read every text that a rule needs; for one that cannot be read, the reason is kept instead."""
    metas, maps, logs = _metas(files), _maps(files), _logs(files)
    return Texts(
        metas={file.path: _meta(read_file, file.path) for file in metas},
        trial_maps={file.path: _trial_map(read_file, file.path) for file in maps},
        catgt_logs={file.path: text for file in logs if (text := _log(read_file, file.path))},
    )


def text_files(files: Sequence[FileEntry]) -> tuple[FileEntry, ...]:
    """The files that `read_texts` would read, except those too long to be what their names say."""
    limits = (
        (_metas(files), spikeglx_meta.MOST_BYTES),
        (_maps(files), trials.MOST_BYTES),
        (_logs(files), LOG_MOST_BYTES),
    )
    return tuple(file for named, most in limits for file in named if file.size <= most)


def _metas(files: Sequence[FileEntry]) -> list[FileEntry]:
    return [each.meta_file for each in recordings(files, {}) if each.meta_file]


def _maps(files: Sequence[FileEntry]) -> list[FileEntry]:
    cameras = {video[0] for file in files if (video := trials.video_name(file.path))}
    return [file for file in files if cameras and trials.map_camera(file.path, cameras)]


def _logs(files: Sequence[FileEntry]) -> list[FileEntry]:
    # Only the end of a log matters, and files are read from their beginning: a longer one is useless.
    return [
        file
        for file in files
        if file.path.rpartition("/")[2].lower() == CATGT_LOG and file.size <= LOG_MOST_BYTES
    ]


def _log(read_file: ReadFile, path: str) -> str:
    try:
        return read_file(path, LOG_MOST_BYTES).decode("utf-8", "replace")
    except ArchiveError:
        # The log only says whether CatGT is still working; the files that it wrote are checked in any case.
        return ""


def _meta(read_file: ReadFile, path: str) -> SpikeGlxMeta | str:
    try:
        return spikeglx_meta.read_meta(read_file(path, spikeglx_meta.MOST_BYTES + 1))
    except ArchiveError as error:
        return str(error)


def _trial_map(read_file: ReadFile, path: str) -> Mapping[int, int] | str:
    try:
        content = read_file(path, trials.MOST_BYTES + 1)
        return trials.read_trial_map(content[: trials.MOST_BYTES].decode("utf-8", "replace"))
    except ArchiveError as error:
        return str(error)
