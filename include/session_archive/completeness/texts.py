"""Reads the small texts beside recordings: .meta files, and maps of video files to trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_archive import spikeglx_meta, trials
from session_archive.completeness.spikeglx import recordings
from session_archive.errors import ArchiveError
from session_archive.listing import ReadFile
from session_archive.manifest import FileEntry
from session_archive.spikeglx_meta import SpikeGlxMeta


@dataclass(frozen=True, slots=True)
class Texts:
    """What the texts of one data set say, by path; or why one could not be read."""

    metas: Mapping[str, SpikeGlxMeta | str]
    trial_maps: Mapping[str, Mapping[int, int] | str]


def read_texts(read_file: ReadFile, files: Sequence[FileEntry]) -> Texts:
    """Read every text that a rule needs; one that cannot be read says why, and stops no other."""
    metas = [each.meta_file.path for each in recordings(files, {}) if each.meta_file]
    cameras = {found[0] for file in files if (found := trials.video_name(file.path))}
    maps = [file.path for file in files if cameras and trials.map_camera(file.path, cameras)]
    return Texts(
        metas={path: _meta(read_file, path) for path in metas},
        trial_maps={path: _trial_map(read_file, path) for path in maps},
    )


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
