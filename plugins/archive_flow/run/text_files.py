"""Reads the small text files of a data set, where this worker can read its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import local_file_reader
from session_archive.recording.completeness import Texts, read_checksum_metas, read_texts, read_trial_maps
from session_archive.recording.spikeglx_meta import SpikeGlxMeta
from session_archive.recording.video_trials import VideoTrial, video_trials


def video_trials_of(run: Run, work_item: WorkItem, files: Sequence[FileEntry]) -> tuple[VideoTrial, ...]:
    """Which trial each video shows, as far as this worker can read the trial maps next to the videos."""
    root = run.rig_root(work_item)
    kind = run.settings.conventions.kind(work_item.name.data_set_type)
    maps = read_trial_maps(local_file_reader(root), files, kind) if root else {}
    return video_trials([file.path for file in files], maps, run.settings.conventions.spellings)


def texts_of(run: Run, work_item: WorkItem, files: Sequence[FileEntry]) -> Texts | None:
    """The texts of a data set; None where this worker cannot read its source."""
    root = run.rig_root(work_item)
    kind = run.settings.conventions.kind(work_item.name.data_set_type)
    return read_texts(local_file_reader(root), files, kind) if root else None


def checksum_metas_of(
    run: Run, work_item: WorkItem, files: Sequence[FileEntry]
) -> Mapping[str, SpikeGlxMeta | str] | None:
    """Only the .meta files that have a checksum; None where this worker cannot read the source."""
    root = run.rig_root(work_item)
    kind = run.settings.conventions.kind(work_item.name.data_set_type)
    return read_checksum_metas(local_file_reader(root), files, kind) if root else None
